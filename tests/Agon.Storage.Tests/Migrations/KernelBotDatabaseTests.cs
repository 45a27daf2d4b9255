using Agon.Domain.Leaderboards;
using Agon.Storage.Accounts;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Migrations;

/// <summary>A KernelBot database, migrated in place: nothing of what was in it changes (contract section 12).</summary>
[NeedsPostgres]
public sealed class KernelBotDatabaseTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private TestDatabase place = null!;
    private Database database = null!;

    public async Task InitializeAsync()
    {
        place = await PostgresTestDatabase.CreateAsync();
        database = place.Open();
        await RunAsync("schema.sql");
    }

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        await place.DisposeAsync();
    }

    [ContractFact]
    public async Task Every_row_of_every_table_stays_as_it_is()
    {
        await RunAsync("rows.sql");
        var before = await RowsAsync();
        Assert.Equal((12, 86), (before.Select(row => row.Split(' ')[0]).Distinct().Count(), before.Count));

        await database.MigrateAsync(None);
        Assert.Equal(before, await RowsAsync());
    }

    [ContractFact]
    public async Task Its_tables_stay_as_they_are()
    {
        Assert.Equal(Catalogue.Kernel.Expected(), await Catalogue.Kernel.OfAsync(database));
        await database.MigrateAsync(None);
        Assert.Equal(Catalogue.Kernel.Expected(), await Catalogue.Kernel.OfAsync(database));
    }

    [ContractFact]
    public async Task Its_rankings_stay_as_they_are()
    {
        await RunAsync("rows.sql");
        var before = await AsKernelBotRanksAsync();
        Assert.Equal(["B200 1 103 4", "B200 1 102 3", "B200 3 101 2", "B200 4 104 5", "B200 5 gh-eve 6", "H100 1 101 2"], before);

        await database.MigrateAsync(None);
        var board = (await new LeaderboardStore(database).FindAsync("grayscale", None))!;
        var after = new List<string>();
        foreach (var gpu in board.Gpus)
            after.AddRange((await RankAsync(board, gpu)).Select(entry => $"{gpu} {entry.Rank} {entry.UserId} {entry.SubmissionId}"));
        Assert.Equal(before, after);
    }

    [ContractFact]
    public async Task Its_boards_people_and_entries_are_at_home_here()
    {
        await RunAsync("rows.sql");
        await database.MigrateAsync(None);

        var boards = await new LeaderboardStore(database).ListAsync(None);
        Assert.Equal([("grayscale", 1337133713L, "public", 2), ("members-only", 42L, "closed", 1)],
            boards.Select(board => (board.Name, board.SecretSeed, board.Visibility, board.Task.Templates.Count)));
        var users = new UserStore(database);
        Assert.Equal("101", (await users.FindByCliIdAsync("ada-in-clear", None))!.Id);
        Assert.Equal("102", (await users.FindByWebAuthIdAsync("0123456789abcdef0123456789abcdef", None))!.Id);
        Assert.Equal("103", (await users.FindByCliIdAsync("shared", None))!.Id);   // not the one that was never validated
        var submissions = new SubmissionStore(database);
        Assert.Equal("print(\"größer\")", (await submissions.FindAsync(2, None))!.Code);
        Assert.Equal((false, "pending"), ((await submissions.FindAsync(16, None))!.Done, (await submissions.FindAsync(16, None))!.JobStatus));
        Assert.Null(Assert.Single(await submissions.RunsAsync(14, None), run => !run.Secret).Score);   // NaN is no decimal

        Assert.True(await submissions.DeleteAsync(2, None));
        Assert.Equal(["1 103", "1 102", "3 101", "4 104", "5 gh-eve"], (await RankAsync(boards[0], "B200")).Select(entry => $"{entry.Rank} {entry.UserId}"));
    }

    private async Task<IReadOnlyList<RankedEntry>> RankAsync(Leaderboard board, string gpu) =>
        await new LeaderboardStore(database).RankAsync(board, gpu, limit: null, offset: 0, None);

    /// <summary>Each row as its table's name and PostgreSQL's own text of it.</summary>
    private async Task<List<string>> RowsAsync()
    {
        await using var session = await database.ReadAsync(None);
        var tables = await session.QueryAsync<string>(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'leaderboard' AND tablename NOT LIKE 'agon%' ORDER BY tablename", null, None);
        var rows = new List<string>();
        foreach (var table in tables)
            rows.AddRange(await session.QueryAsync<string>($"SELECT '{table} ' || t::text AS line FROM leaderboard.{table} t ORDER BY line", null, None));
        return rows;
    }

    /// <summary>The rule of contract section 9 once more, said another way than Agon's; ties by time, which the rule leaves open.</summary>
    private async Task<IReadOnlyList<string>> AsKernelBotRanksAsync()
    {
        await using var session = await database.ReadAsync(None);
        return await session.QueryAsync<string>("""
            WITH validated AS (
                SELECT submission_id, runner FROM leaderboard.runs WHERE secret GROUP BY submission_id, runner
                HAVING bool_and(passed) AND bool_or(mode = 'leaderboard')
            ), best AS (
                SELECT DISTINCT ON (s.user_id, r.runner) s.user_id, r.runner, r.score, s.id, s.submission_time
                FROM leaderboard.runs r JOIN validated USING (submission_id, runner) JOIN leaderboard.submission s ON s.id = r.submission_id
                WHERE s.leaderboard_id = 1 AND NOT r.secret AND r.passed AND r.score <> 'NaN' AND s.status IS DISTINCT FROM 'hacked'
                  AND s.id NOT IN (SELECT submission_id FROM leaderboard.submission_job_status WHERE status = 'hacked')
                ORDER BY s.user_id, r.runner, r.score, s.submission_time
            )
            SELECT runner || ' ' || RANK() OVER (PARTITION BY runner ORDER BY score) || ' ' || user_id || ' ' || id
            FROM best ORDER BY runner, score, submission_time
            """, null, None);
    }

    private async Task RunAsync(string script)
    {
        await using var session = await database.WriteAsync(None);
        await session.ExecuteScriptAsync(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "kernelbot", script)), None);
        await session.CommitAsync(None);
    }
}
