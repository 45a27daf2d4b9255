using System.Net;
using System.Text;
using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Server.Tests.World;
using Agon.Server.Tournaments;
using Agon.Storage.Baselines;
using Agon.Storage.Tournaments;

namespace Agon.Server.Tests.Tournaments;

/// <summary>A database with baselines and tournaments, the days of which a test plays, and a server over it.</summary>
internal sealed class TournamentWorld : IAsyncDisposable
{
    public const string Key = "a-key-for-these-tests";
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestWorld world;

    private TournamentWorld(TestWorld world)
    {
        this.world = world;
        Baselines = new BaselineStore(world.Database);
        Tournaments = new TournamentStore(world.Database);
        Participants = new ParticipantStore(world.Database);
        Runs = new TournamentRunStore(world.Database);
    }

    public static DateOnly FirstDay { get; } = DateOnly.FromDateTime(TestWorld.Now.UtcDateTime);
    public BaselineStore Baselines { get; }
    public TournamentStore Tournaments { get; }
    public ParticipantStore Participants { get; }
    public TournamentRunStore Runs { get; }
    public TestServer Server { get; private set; } = null!;

    /// <summary>As most tests want it: whatever is registered is there.</summary>
    public static PinSource Anything { get; } = (wanted, _) => Task.FromResult<(ParticipantSource?, string?)>(
        (wanted.Repository is null ? new ParticipantSource { ImageId = "sha256:abc", ImageTag = wanted.Image } : new ParticipantSource { Repository = wanted.Repository, CommitHash = Commit }, null));

    /// <summary>Where it pins for real, sources are fetched as ever, also from this host.</summary>
    public static async Task<TournamentWorld> CreateAsync(
        bool onPostgres = false, string? key = Key, bool pinsForReal = false, PinSource? pin = null, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? clock = null)
    {
        var world = new TournamentWorld(await TestWorld.CreateAsync(onPostgres));
        world.Server = await world.world.StartServerAsync(
            new Dictionary<string, string?>(TestWorld.NoWorkers.Concat(settings ?? new Dictionary<string, string?>()))
            {
                ["Registration:Key"] = key,
                ["Tournaments:Enabled"] = "false",
                ["Tournaments:AllowLocalRepositories"] = "true",
            },
            clock,
            pinsForReal ? null : pin ?? Anything);
        foreach (var type in Enum.GetValues<ImageType>())
            Assert.Null(await world.Baselines.SeedAsync(Seed(type), new ParticipantSource { Folder = "/data/baseline", FolderHash = "abc" }, None));
        return world;
    }

    public static Baseline Seed(ImageType type) => new()
    {
        BaselineId = Guid.CreateVersion7(),
        ImageType = type,
        Version = BaselineVersion.First,
        GithubRepository = "https://github.com/agon/baseline",
        DockerImageTag = BaselineRules.ImageTag(type, BaselineVersion.First),
        CommitHash = Commit,
        Status = BaselineStatus.Active,
        CreatedAt = TestWorld.Now,
        ActivatedAt = TestWorld.Now,
    };

    /// <summary>Registration from today on for three days, then two days on two networks and two windows.</summary>
    public async Task<Guid> DraftAsync(string name = "spring", ImageType type = ImageType.Analytics, int maxParticipants = 10, int opensIn = 0) =>
        (await Tournaments.CreateAsync(
            new NewTournament
            {
                Name = name,
                RegistrationStart = FirstDay.AddDays(opensIn),
                RegistrationEnd = FirstDay.AddDays(opensIn + 2),
                EpochDays = 2,
                MaxParticipants = maxParticipants,
                TestNetworks = ["torus", "bittensor"],
                TestWindowDays = [90, 30],
            }, type, TestWorld.Now, None))!.TournamentId;

    public async Task RegisterAsync(Guid id, params string[] hotkeys)
    {
        foreach (var hotkey in hotkeys)
        {
            var source = new ParticipantSource { Repository = "https://github.com/agon/" + hotkey, CommitHash = Commit };
            Assert.NotNull((await Participants.RegisterAsync(
                id, new RegistrationRequest(hotkey, source.Repository), source, null, "db", FirstDay, TestWorld.Now, None)).Participant);
        }
    }

    /// <summary>Its competition has begun and has no epoch, which no way leads to.</summary>
    public Task BreakAsync(Guid id) => world.BreakTournamentAsync(id);

    /// <summary>What the orchestrator does on that day, and then all runs that wait, as the play says.</summary>
    public async Task PlayDayAsync(Guid id, int day, Func<RunTask, RunResult> play)
    {
        await Tournaments.TickAsync(id, FirstDay.AddDays(2 + day), TestWorld.Now, None);
        while (await Runs.ClaimAsync(Guid.NewGuid().ToString(), "hand", id, TestWorld.Now, TestWorld.Now.AddMinutes(1), None) is { } lease)
        {
            var task = (await Runs.DescribeAsync(lease, None))!;
            Assert.True(await Runs.BeginAsync(lease, task.Tournament.ImageType, TestWorld.Now, None));
            Assert.True(await Runs.RecordAsync(lease, task, play(task), TestWorld.Now.AddSeconds(2), None));
        }
    }

    /// <summary>Both days, and its scores.</summary>
    public async Task PlayAsync(Guid id, Func<RunTask, RunResult> play)
    {
        await PlayDayAsync(id, 1, play);
        await PlayDayAsync(id, 2, play);
        await Tournaments.TickAsync(id, FirstDay.AddDays(5), TestWorld.Now, None);
        Assert.NotNull(await Tournaments.ScoreAsync(id, TestWorld.Now.AddSeconds(5), None));
    }

    /// <summary>The baseline finds a half in 10 s; "better" more, "slow" as much in 20 s, "wrong" names strangers on the second day.</summary>
    public static RunResult Play(RunTask task) => task.Tournament.ImageType == ImageType.Ml
        ? Result(task, 10) with { Risk = new RiskFigures(task.Run.Hotkey == "better" ? 0.9 : 0.75, 0.4, true) }
        : task.Run.Hotkey switch
        {
            "better" => Found(task, found: 30, seconds: 10),
            "slow" => Found(task, found: 20, seconds: 20),
            "wrong" when task.Run.Slot.TestDate > task.Tournament.Schedule.CompetitionStart => Found(task, found: 40, seconds: 5) with { DataCorrectnessPassed = false, Error = "a stranger" },
            _ => Found(task, found: 20, seconds: 10),
        };

    public static RunResult Found(RunTask task, int found, double seconds) => Result(task, seconds) with
    {
        Patterns = new PatternFigures
        {
            SyntheticPatternsExpected = 40,
            SyntheticPatternsFound = found,
            SyntheticPatternsRecall = found / 40.0,
            NoveltyPatternsReported = 5,
            NoveltyPatternsValidated = found / 10,
            NoveltyAddressesValid = true,
            NoveltyConnectionsValid = true,
            AllAddressesExist = true,
            AllConnectionsExist = true,
        },
    };

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json = null, string? key = Key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (key is not null)
            request.Headers.TryAddWithoutValidation(RegistrationKey.Header, key);
        using var response = await Server.Http.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    public Task<Answer> GetAsync(string path) => Server.GetAsync("/api/v1/tournaments" + path);

    public ValueTask DisposeAsync() => world.DisposeAsync();

    private static RunResult Result(RunTask task, double seconds) => new()
    {
        Status = RunStatus.Completed,
        ExecutionTimeSeconds = seconds,
        ProcessingDate = task.Run.Slot.TestDate,
        ExitCode = 0,
        DataCorrectnessPassed = true,
    };
}

internal static class TournamentAnswers
{
    /// <summary>That it is a refusal with this status and code, in the shape of the tournament routes, which says this.</summary>
    public static void Refuses(this Answer answer, HttpStatusCode status, string code, string says)
    {
        Assert.True(status == answer.Status, $"{answer.Status}: {answer.Body}");
        Assert.Equal(code, answer.Json.GetProperty("error_code").GetString());
        Assert.Contains(says, answer.Json.GetProperty("message").GetString());
        Assert.True(answer.Json.TryGetProperty("details", out _));
    }
}
