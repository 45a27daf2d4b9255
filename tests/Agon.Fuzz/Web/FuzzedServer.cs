using System.Collections.Immutable;
using System.Text;
using Agon.Domain.Baselines;
using Agon.Domain.Problems;
using Agon.Domain.Submissions;
using Agon.Domain.Tournaments;
using Agon.Server;
using Agon.Storage.Accounts;
using Agon.Storage.Baselines;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;
using Agon.Storage.Tournaments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Agon.Fuzz.Web;

/// <summary>The real server with a small world in it: a public and a closed board, a user, a submission, an invite.</summary>
internal sealed class FuzzedServer : IAsyncDisposable
{
    public const string AdminToken = "fuzz-admin-token-0123456789";

    // Stand in an input for what each server calls otherwise, so that a seed makes the same inputs at any time.
    public const string CliIdMark = "@cli_id@";
    public const string UserMark = "@user@";
    public const string SubmissionMark = "@submission@";
    public const string CodeMark = "@code@";
    public const string BoardMark = "@board@";

    public const string TournamentMark = "@tournament@";
    public const string RunningTournamentMark = "@running@";

    public const string UserName = "ada";
    public const string RepositoryName = "here";
    public const string ProblemSet = "set";
    public const string Problem = "quick";
    public const string Hotkey = "miner";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";
    public const string RegistrationKeyText = "fuzz-registration-0123456789";

    // Limits that a lone client in a hurry would meet are far off; workers would only wait for jobs that nobody may run.
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Jobs:MinWorkers"] = "0",
        ["Jobs:MaxWorkers"] = "0",
        ["Drain:Notice"] = "00:00:00",
        ["Drain:Grace"] = "00:00:00",
        ["Admin:Token"] = AdminToken,
        ["Registration:Key"] = RegistrationKeyText,
        ["Tournaments:Enabled"] = "false",
        ["Logging:Console:LogLevel:Default"] = "None",
        ["Logging:Console:LogLevel:Microsoft"] = "None",
    };

    private readonly WebApplication app;
    private readonly LogTrap trap;
    private Domain.Accounts.User user = null!;
    private string cliId = "";
    private string inviteCode = "";
    private long submissionId;
    private long boardId;
    private Guid tournamentId;
    private Guid runningTournamentId;

    private FuzzedServer(string name, WebApplication app, LogTrap trap) => (Name, this.app, this.trap) = (name, app, trap);

    public string Name { get; }

    public int Port => new Uri(app.Urls.Single()).Port;

    public IEnumerable<RouteEndpoint> Routes => app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    public static async Task<FuzzedServer> StartAsync(string name, string dataFolder, string? databaseUrl)
    {
        var trap = new LogTrap();
        var problems = WriteProblems(dataFolder);
        var settings = new Dictionary<string, string?>(Settings)
        {
            ["Problems:DevFolder"] = Path.Combine(problems, "problems"),
            [$"Problems:Repositories:{RepositoryName}"] = problems,
        };
        var app = AgonServer.Build(
            new ServerSettings { DataFolder = dataFolder, DatabaseUrl = databaseUrl, Urls = ["http://127.0.0.1:0"], RunnerPath = "/bin/false" },
            new Surroundings(TimeProvider.System, settings)
            {
                // No request shall make the fuzz ask somebody's repository.
                PinSource = (wanted, _) => Task.FromResult<(ParticipantSource?, string?)>((new ParticipantSource { Repository = wanted.Repository, ImageTag = wanted.Image, CommitHash = Commit }, null)),
            });
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(trap);
        await app.StartAsync();
        var server = new FuzzedServer(name, app, trap);
        (server.user, server.cliId) = await server.Get<UserStore>().AddAsync(UserName, Now, CancellationToken.None);
        Require(await server.Get<BaselineStore>().SeedAsync(SomeBaseline, new ParticipantSource { Folder = "/baseline", FolderHash = "0" }, CancellationToken.None));
        await server.RenewTournamentAsync(CancellationToken.None);
        server.runningTournamentId = server.tournamentId;
        await server.Get<TournamentStore>().TickAsync(server.tournamentId, DateOnly.FromDateTime(Now.UtcDateTime).AddDays(1), Now, CancellationToken.None);
        await server.TidyAsync();
        return server;
    }

    /// <summary>The input with this server's ids in place of the marks.</summary>
    public byte[] Named(byte[] input)
    {
        foreach (var (mark, id) in new[]
        {
            (CliIdMark, cliId), (UserMark, user.Id), (SubmissionMark, $"{submissionId}"), (CodeMark, inviteCode), (BoardMark, $"{boardId}"),
            (TournamentMark, $"{tournamentId}"), (RunningTournamentMark, $"{runningTournamentId}"),
        })
        {
            for (int at; (at = input.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark))) >= 0;)
                input = [.. input[..at], .. Encoding.ASCII.GetBytes(id), .. input[(at + mark.Length)..]];
        }
        return input;
    }

    /// <summary>Sends a request's bytes and holds the answer, and what was logged meanwhile, to the rules.</summary>
    public async Task<WireAnswer> AskAsync(byte[] request, bool isWhole)
    {
        var answer = await Wire.AskAsync(Port, request, isWhole);
        trap.Check();
        AnswerRules.Check(answer, isHead: request.AsSpan().StartsWith("HEAD "u8));
        return answer;
    }

    /// <summary>What was logged after the last answer.</summary>
    public IEnumerable<string> LastWords => trap.Caught;

    public async Task TidyAsync()
    {
        var (boards, none) = (Get<LeaderboardStore>(), CancellationToken.None);
        foreach (var board in await boards.ListAsync(none))
            await boards.DeleteAsync(board.Name, force: true, none);
        await boards.SaveAsync(new NewLeaderboard("lcs", Now.AddDays(30), SomeTask, ["CPU"]), none);
        await boards.SaveAsync(new NewLeaderboard("closed", Now.AddDays(30), SomeTask, ["CPU", "A100"], "closed"), none);
        await Get<UserStore>().SetBannedAsync(user.Id, banned: false, none);
        await Get<IntakeStore>().SetAsync(isOpen: true, Now, none);
        var lcs = (await boards.FindAsync("lcs", none))!;
        boardId = lcs.Id;
        await Get<RateLimitStore>().SetAsync(lcs, "test", 1_000_000, none);
        inviteCode = (await Get<InviteStore>().CreateAsync([(await boards.FindAsync("closed", none))!], 1, Now, none)).Single();
        var (accepted, _) = await Get<SubmissionStore>().AcceptAsync(new NewSubmission(lcs, user.Id, "a.py", "x = 1", SubmissionMode.Test, ["CPU"]), Now, none);
        submissionId = accepted!.Id;
        await RenewTournamentAsync(none);
    }

    // Open, with two miners. Those before it stay, and make the list long.
    private async Task RenewTournamentAsync(CancellationToken none)
    {
        var (tournaments, today) = (Get<TournamentStore>(), DateOnly.FromDateTime(Now.UtcDateTime));
        var request = new NewTournament { Name = "spring", RegistrationStart = today, RegistrationEnd = today, EpochDays = 2 };
        tournamentId = (await tournaments.CreateAsync(request, ImageType.Analytics, Now, none))!.TournamentId;
        await Get<ParticipantStore>().RegisterAsync(
            tournamentId, new RegistrationRequest("first", "https://github.com/agon/first"), new ParticipantSource { Repository = "https://github.com/agon/first", CommitHash = Commit },
            null, null, today, Now, none);
        await Get<ParticipantStore>().RegisterAsync(
            tournamentId, new RegistrationRequest(Hotkey, "https://github.com/agon/entry"), new ParticipantSource { Repository = "https://github.com/agon/entry", CommitHash = Commit },
            null, null, today, Now, none);
    }

    private static void Require(string? refusal)
    {
        if (refusal is not null)
            throw new InvalidOperationException(refusal);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>A repository of one problem, which is a problem in development, too.</summary>
    private static string WriteProblems(string dataFolder)
    {
        var repository = Path.Combine(dataFolder, "repository");
        var folder = Directory.CreateDirectory(Path.Combine(repository, "problems", Problem)).FullName;
        File.WriteAllText(Path.Combine(repository, "problems", ProblemSet + ".yaml"),
            $"name: Set\ndeadline: \"\"\nproblems:\n  - {{directory: {Problem}, name: {Problem}, deadline: \"\", gpus: [CPU]}}\n");
        File.WriteAllText(Path.Combine(folder, "eval.py"), "print('harness')\n");
        File.WriteAllText(Path.Combine(folder, "task.yml"), """
            lang: py
            description: Return twice the number.
            gpus: [CPU]
            files:
              - {name: submission.py, source: "@SUBMISSION@"}
              - {name: eval.py, source: eval.py}
            config: {main: eval.py}
            tests: [{number: 3}]
            benchmarks: [{number: 21}]
            """);
        return repository;
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static Baseline SomeBaseline => new()
    {
        BaselineId = Guid.CreateVersion7(Now),
        ImageType = ImageType.Analytics,
        Version = BaselineVersion.First,
        GithubRepository = "https://github.com/agon/baseline",
        DockerImageTag = BaselineRules.ImageTag(ImageType.Analytics, BaselineVersion.First),
        CommitHash = Commit,
        Status = BaselineStatus.Active,
        CreatedAt = Now,
        ActivatedAt = Now,
    };

    private static TaskDefinition SomeTask => new()
    {
        Lang = "py",
        Files = ImmutableSortedDictionary<string, string>.Empty.Add("submission.py", TaskDefinition.SubmissionMarker).Add("eval.py", "the harness"),
        Config = new TaskConfig.Python("eval.py"),
        Description = "Find <it> & tell.",
        Tests = [new Case([KeyValuePair.Create<string, CaseValue>("n", new CaseValue.Whole(1))])],
        Benchmarks = [new Case([KeyValuePair.Create<string, CaseValue>("n", new CaseValue.Whole(1000))])],
    };

    private T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();
}
