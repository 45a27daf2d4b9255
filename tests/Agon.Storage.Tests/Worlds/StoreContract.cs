using Agon.Domain.Accounts;
using Agon.Domain.Leaderboards;
using Agon.Domain.Submissions;
using Agon.Storage.Accounts;
using Agon.Storage.Baselines;
using Agon.Storage.Jobs;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;
using Agon.Storage.Tournaments;

namespace Agon.Storage.Tests.Worlds;

/// <summary>A migrated database of its own for each test, and the stores over it.</summary>
public abstract class StoreContract(Func<Task<TestDatabase>> create) : IAsyncLifetime
{
    private TestDatabase? place;
    private Database? database;

    /// <summary>What a fixed clock says; tests add to it.</summary>
    protected static DateTimeOffset Now { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected static CancellationToken None => CancellationToken.None;

    public static Func<Task<TestDatabase>> OnSqlite { get; } = () => Task.FromResult<TestDatabase>(new SqliteTestDatabase());

    public static Func<Task<TestDatabase>> OnPostgres { get; } = PostgresTestDatabase.CreateAsync;

    protected Database Database => database!;

    protected TestDatabase Place => place!;

    protected UserStore Users => new(Database);

    protected LeaderboardStore Leaderboards => new(Database);

    protected SubmissionStore Submissions => new(Database);

    protected InviteStore Invites => new(Database);

    protected RateLimitStore RateLimits => new(Database);

    protected JobStore Jobs => new(Database);
    protected FutureRows Future => new(Database);

    protected BaselineStore Baselines => new(Database);

    protected TournamentStore Tournaments => new(Database);

    protected TournamentReadStore Reader => new(Database);

    protected ParticipantStore Participants => new(Database);

    protected TournamentRunStore TournamentRuns => new(Database);

    protected PromotionStore Promotions => new(Database);

    public async Task InitializeAsync()
    {
        place = await create();
        database = place.Open();
        await database.MigrateAsync(None);
    }

    public async Task DisposeAsync()
    {
        if (database is not null)
            await database.DisposeAsync();
        if (place is not null)
            await place.DisposeAsync();
    }

    protected async Task<User> UserAsync(string name = "ada") => (await Users.AddAsync(name, Now, None)).User;

    protected async Task<Leaderboard> LeaderboardAsync(string name = "sums", bool ascending = true, params string[] gpus)
    {
        await Leaderboards.SaveAsync(Some.Leaderboard(name, Some.Task with { ScoreAscending = ascending }, gpus), None);
        return (await Leaderboards.FindAsync(name, None))!;
    }

    protected async Task<AcceptedSubmission> SubmitAsync(
        Leaderboard leaderboard, User user, SubmissionMode mode = SubmissionMode.Leaderboard, DateTimeOffset? at = null, string code = "print(1)") =>
        (await Submissions.AcceptAsync(new NewSubmission(leaderboard, user.Id, "entry.py", code, mode, leaderboard.Gpus), at ?? Now, None)).Accepted!;

    /// <summary>One row by any statement, past the stores.</summary>
    protected async Task<T?> RowAsync<T>(string sql, object? parameters = null)
    {
        await using var session = await Database.ReadAsync(None);
        return await session.QueryOneAsync<T>(sql, parameters, None);
    }

    protected async Task WriteAsync(string sql, object? parameters = null)
    {
        await using var session = await Database.WriteAsync(None);
        await session.ExecuteAsync(sql, parameters, None);
        await session.CommitAsync(None);
    }
}
