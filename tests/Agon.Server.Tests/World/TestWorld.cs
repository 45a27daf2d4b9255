using System.Collections.Immutable;
using Agon.Domain.Accounts;
using Agon.Domain.Jobs;
using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Domain.Submissions;
using Agon.Server.Tournaments;
using Agon.Storage;
using Agon.Storage.Accounts;
using Agon.Storage.Jobs;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Agon.Server.Tests.World;

/// <summary>A database of its own, and as many servers over it as a test starts.</summary>
internal sealed class TestWorld : IAsyncDisposable
{
    /// <summary>Settings for servers that only answer: a test that wants workers says so.</summary>
    public static readonly Dictionary<string, string?> NoWorkers = new() { ["Jobs:MinWorkers"] = "0", ["Jobs:MaxWorkers"] = "0", ["Drain:Notice"] = "00:00:00", ["Drain:Grace"] = "00:00:00" };

    /// <summary>Settings for servers that work, and are quick to notice.</summary>
    public static readonly Dictionary<string, string?> Workers = new()
    {
        ["Jobs:Machine"] = "one",
        ["Jobs:Lease"] = "00:00:30",   // not to be lost to a busy machine
        ["Jobs:HeartbeatEvery"] = "00:00:00.2",
        ["Jobs:RescueEvery"] = "00:00:00.2",
        ["Jobs:PollEvery"] = "00:00:00.05",
        ["Drain:Notice"] = "00:00:00",
        ["Drain:Grace"] = "00:00:00",
    };

    private readonly string folder = Directory.CreateTempSubdirectory("agon-server-test-").FullName;
    private readonly List<TestServer> servers = [];
    private readonly string? postgres;

    private TestWorld(string? postgres)
    {
        this.postgres = postgres;
        Database = Database.Open(folder, postgres);
        Users = new UserStore(Database);
        Leaderboards = new LeaderboardStore(Database);
        Submissions = new SubmissionStore(Database);
        Invites = new InviteStore(Database);
        RateLimits = new RateLimitStore(Database);
        Jobs = new JobStore(Database);
    }

    public static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    /// <summary>Behaves as the markers in a submission say; see the script.</summary>
    public static string RunnerPath { get; } = Path.Combine(AppContext.BaseDirectory, "World", "fake-runner");

    public MovableClock Clock { get; } = new();
    public Database Database { get; }
    public UserStore Users { get; }
    public LeaderboardStore Leaderboards { get; }
    public SubmissionStore Submissions { get; }
    public InviteStore Invites { get; }
    public RateLimitStore RateLimits { get; }
    public JobStore Jobs { get; }

    public static async Task<TestWorld> CreateAsync(bool onPostgres = false)
    {
        var world = new TestWorld(onPostgres ? await CreatePostgresAsync() : null);
        await world.Database.MigrateAsync(CancellationToken.None);
        return world;
    }

    public ServerSettings ServerSettings =>
        new() { DataFolder = folder, DatabaseUrl = postgres, Urls = ["http://127.0.0.1:0"], RunnerPath = RunnerPath };

    public async Task<TestServer> StartServerAsync(IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? clock = null, PinSource? pinSource = null)
    {
        var server = await TestServer.StartAsync(ServerSettings, Around(settings ?? NoWorkers, clock) with { PinSource = pinSource });
        servers.Add(server);
        return server;
    }

    /// <summary>Of the boards' tests, to be found nowhere: no time, id or address has so long a number in it by chance.</summary>
    public const int TestSeed = 1047110815;

    /// <summary>As <see cref="TestSeed"/>, of their benchmarks.</summary>
    public const int BenchmarkSeed = 1047120815;

    /// <summary>The settings, and no log; all tests call from one address, whose rate is bounded where the test says so.</summary>
    public static Surroundings Around(IReadOnlyDictionary<string, string?> settings, TimeProvider? clock = null)
    {
        var all = new Dictionary<string, string?>(settings) { ["Logging:LogLevel:Default"] = "None", ["Logging:LogLevel:Microsoft"] = "None" };
        all.TryAdd("Limits:RequestsAtOnce", "1000000");
        return new(clock ?? TimeProvider.System, all);
    }

    public Task<(User User, string CliId)> AddUserAsync(string name = "ada") => Users.AddAsync(name, Now, CancellationToken.None);

    public async Task<Leaderboard> AddBoardAsync(
        string name = "lcs", string[]? gpus = null, DateTimeOffset? deadline = null, string description = "Find it.", string visibility = "public")
    {
        var task = new TaskDefinition
        {
            Lang = "py",
            Files = ImmutableSortedDictionary<string, string>.Empty
                .Add("submission.py", TaskDefinition.SubmissionMarker).Add("eval.py", "the harness"),
            Config = new TaskConfig.Python("eval.py"),
            Description = description,
            Tests = [Case(("n", 1), ("seed", TestSeed))],
            Benchmarks = [Case(("n", 1000), ("seed", BenchmarkSeed))],
        };
        await Leaderboards.SaveAsync(new NewLeaderboard(name, deadline ?? Now.AddDays(30), task, gpus ?? ["CPU"], visibility), CancellationToken.None);
        return (await Leaderboards.FindAsync(name, CancellationToken.None))!;
    }

    /// <summary>The user has claimed an invite to these leaderboards.</summary>
    public async Task<string> InviteAsync(User user, params Leaderboard[] boards)
    {
        var code = Assert.Single(await Invites.CreateAsync(boards, 1, Now, CancellationToken.None));
        Assert.NotNull(await Invites.ClaimAsync(code, user.Id, Now, CancellationToken.None));
        return code;
    }

    /// <summary>Accepted as if it had been uploaded.</summary>
    public async Task<long> SubmitAsync(
        User user, Leaderboard board, string code = "x = 1", SubmissionMode mode = SubmissionMode.Test, string fileName = "a.py", DateTimeOffset? at = null)
    {
        var submission = new NewSubmission(board, user.Id, fileName, code, mode, [board.Gpus[0]]);
        return (await Submissions.AcceptAsync(submission, at ?? Now, CancellationToken.None)).Accepted!.Id;
    }

    /// <summary>A slot of the machine "hand", for jobs that a test does by hand.</summary>
    public Task ConnectHandAsync(string gpu = "CPU") =>
        Jobs.EnsureSlotsAsync("hand", new Dictionary<string, int> { [gpu] = 1 }, TimeProvider.System.GetUtcNow(), CancellationToken.None);

    public async Task<JobLease> ClaimByHandAsync() =>
        await Jobs.ClaimAsync("hand", "hand", Now, Now.AddHours(1), CancellationToken.None) ?? throw new InvalidOperationException("no job waits");

    /// <summary>A ranked entry: its public and its secret job done by hand, with the same score.</summary>
    public async Task<long> RankAsync(User user, Leaderboard board, double seconds, string fileName = "a.py", DateTimeOffset? at = null, Isolation? isolation = null)
    {
        await ConnectHandAsync(board.Gpus[0]);
        var id = await SubmitAsync(user, board, mode: SubmissionMode.Leaderboard, fileName: fileName, at: at);
        for (var job = 0; job < 2; job++)
        {
            var lease = await ClaimByHandAsync();
            Assert.True(await Jobs.CompleteAsync(lease, Passed(lease.Secret, isolation), JobOutcome.Succeeded, seconds, Now, CancellationToken.None));
        }
        return id;
    }

    /// <summary>A report of a ranked run that passed, whose stdout tells the two kinds apart.</summary>
    public static Report Passed(bool secret, Isolation? isolation = null) => new()
    {
        Success = true,
        System = new SystemInfo { Gpu = "CPU", Isolation = isolation ?? new Isolation(IsolationLevel.Standard, "walls", []) },
        Phases = [.. new[] { Phase.Test, Phase.Benchmark, Phase.Leaderboard }.Select(key => new PhaseResult(
            key, Now.AddMilliseconds(123), Now.AddMilliseconds(987), 1, Compilation: null, new HarnessRun
            {
                Success = true,
                Passed = true,
                Command = "python3 eval.py",
                Stdout = secret ? "WHISPERED" : "shouted",
                Stderr = "",
                ExitCode = 0,
                DurationSeconds = 0.5,
                Result = new Dictionary<string, string> { ["check"] = "pass", ["benchmark.0.spec"] = secret ? "WHISPERED" : "shouted" },
            }))],
    };

    /// <summary>As a web board does at a login; SQLite only.</summary>
    public Task SetWebAuthIdAsync(User user, string webAuthId) =>
        ExecuteOnFileAsync($"UPDATE user_info SET web_auth_id = '{webAuthId}' WHERE id = '{user.Id}'");

    /// <summary>A tournament that cannot get on: it is in progress without an epoch; SQLite only.</summary>
    public Task BreakTournamentAsync(Guid id) => ExecuteOnFileAsync($"UPDATE tournament_tournaments SET status = 'in_progress' WHERE tournament_id = '{id}'");

    /// <summary>From now on the database cannot answer questions about leaderboards; SQLite only.</summary>
    public Task BreakAsync() => ExecuteOnFileAsync("ALTER TABLE leaderboard RENAME TO leaderboard_that_was");

    /// <summary>Takes <see cref="BreakAsync"/> back.</summary>
    public Task MendAsync() => ExecuteOnFileAsync("ALTER TABLE leaderboard_that_was RENAME TO leaderboard");

    /// <summary>The database is older than the program that looks at it; SQLite only.</summary>
    public Task ForgetMigrationAsync() => ExecuteOnFileAsync("DELETE FROM agon_migration WHERE name LIKE '0005%'");

    /// <summary>Somebody deletes the file under the server; SQLite only.</summary>
    /// <returns>Where it was.</returns>
    public string TakeDatabaseAway()
    {
        File.Delete(Path.Combine(folder, "agon.db"));
        return folder;
    }

    /// <summary>Until it is disposed nobody else can write, and who tries hangs; SQLite only.</summary>
    public async Task<IAsyncDisposable> HoldAsync()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "agon.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>A transaction that keeps its locks until it is disposed; PostgreSQL only.</summary>
    public async Task<IAsyncDisposable> BeginAsync(string sql)
    {
        var connection = new NpgsqlConnection(postgres + ";Pooling=false;Search Path=leaderboard");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; {sql}", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>How many sessions wait for a lock with a statement that holds these words; PostgreSQL only.</summary>
    public async Task<long> WaitingAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(postgres + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%' || @statement || '%'", connection);
        command.Parameters.AddWithValue("statement", statement);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
            await server.DisposeAsync();
        await Database.DisposeAsync();
        if (postgres is not null)
            await DropPostgresAsync(postgres);
        Directory.Delete(folder, recursive: true);
    }

    private async Task ExecuteOnFileAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "agon.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static Case Case(params (string Name, int Value)[] arguments) =>
        new(arguments.Select(argument => KeyValuePair.Create<string, CaseValue>(argument.Name, new CaseValue.Whole(argument.Value))));

    private static async Task<string> CreatePostgresAsync()
    {
        var name = $"agon_server_test_{Guid.NewGuid():N}";
        await ExecuteAsync(PostgresFactAttribute.Server!, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(PostgresFactAttribute.Server) { Database = name }.ToString();
    }

    private static Task DropPostgresAsync(string database) => ExecuteAsync(
        PostgresFactAttribute.Server!, $"DROP DATABASE {new NpgsqlConnectionStringBuilder(database).Database} WITH (FORCE)");

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>A test that needs a PostgreSQL server, and is skipped for all to see where there is none.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (Server is null)
            Skip = "needs PostgreSQL: AGON_PG, an Npgsql connection string, is not set";
    }

    public static string? Server { get; } = Environment.GetEnvironmentVariable("AGON_PG") is { Length: > 0 } text ? text : null;
}

/// <summary>The machine's clock, which a test may put forward; timers run as ever.</summary>
internal sealed class MovableClock : TimeProvider
{
    private long ahead;

    public void Move(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));
}

/// <summary>A hundred times as fast as the machine's: what waits a quarter of a minute is seen at once.</summary>
internal sealed class HurriedClock : TimeProvider
{
    public const int Times = 100;

    public override long TimestampFrequency => System.TimestampFrequency / Times;

    public override long GetTimestamp() => System.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Times : dueTime, period > TimeSpan.Zero ? period / Times : period);
}
