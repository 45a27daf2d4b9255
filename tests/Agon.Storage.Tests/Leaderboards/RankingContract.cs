using Agon.Domain.Leaderboards;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Leaderboards;

/// <summary>The ranking rule of contract section 9, over rows as any system may have written them.</summary>
public abstract class RankingContract(Func<Task<TestDatabase>> create) : StoreContract(create)
{
    private Leaderboard board = null!;
    private int submissions;

    [ContractFact]
    public async Task The_best_run_of_each_user_counts_and_the_lowest_score_leads()
    {
        await PrepareAsync();
        await EntryAsync("ada", 3);
        await EntryAsync("ada", 1.5);
        await EntryAsync("bob", 10);
        await EntryAsync("eve", 9);

        Assert.Equal(["1 ada 1.5", "2 eve 9", "3 bob 10"], await RankingAsync());
    }

    [ContractFact]
    public async Task Higher_is_better_where_the_task_says_so()
    {
        await PrepareAsync(ascending: false);
        await EntryAsync("ada", 3);
        await EntryAsync("ada", 1.5);
        await EntryAsync("bob", 10);

        Assert.Equal(["1 bob 10", "2 ada 3"], await RankingAsync());
    }

    [ContractFact]
    public async Task Equal_scores_share_a_rank_the_earlier_is_listed_first_and_the_next_rank_is_skipped()
    {
        await PrepareAsync();
        await EntryAsync("late", 2, at: Now.AddHours(1));
        await EntryAsync("early", 2, at: Now.AddHours(-1));
        await EntryAsync("next", 3);
        await EntryAsync("early", 2, at: Now.AddHours(2));

        Assert.Equal(["1 early 2", "1 late 2", "3 next 3"], await RankingAsync());
        Assert.Equal(Now.AddHours(-1), (await RankAsync())[0].SubmissionTime);
    }

    [ContractFact]
    public async Task Only_entries_whose_secret_run_passed_are_ranked()
    {
        await PrepareAsync();
        await EntryAsync("ranked", 5);
        await EntryAsync("only public", 1, secret: null);
        await EntryAsync("secret failed", 1, secret: false);
        await EntryAsync("secret of another mode", 1, secretMode: "benchmark");
        await EntryAsync("secret elsewhere", 1, secretGpu: "H100");
        var mixed = await EntryAsync("secret failed in part", 1);
        await RunAsync(mixed, "test", secret: true, passed: false, null);
        await EntryAsync("failed", 1, passed: false);
        await EntryAsync("unscored", null);

        Assert.Equal(["1 ranked 5"], await RankingAsync());
    }

    [ContractFact]
    public async Task A_failed_secret_step_of_any_mode_takes_the_place_away_and_the_mode_of_the_public_run_does_not_matter()
    {
        await PrepareAsync();
        foreach (var mode in (string[])["test", "benchmark", "leaderboard", "profile.0", "private"])
            await RunAsync(await EntryAsync($"secret {mode} failed", 1), mode, secret: true, passed: false, null);
        var other = await EntryAsync("scored in another mode", 2);
        await WriteAsync("UPDATE runs SET mode = 'benchmark' WHERE submission_id = @other AND NOT secret", new { other });

        Assert.Equal(["1 scored in another mode 2"], await RankingAsync());
    }

    [ContractFact]
    public async Task Entries_of_after_the_deadline_that_are_there_all_the_same_are_ranked()
    {
        await PrepareAsync();
        await EntryAsync("late", 1, at: board.Deadline.AddDays(1));
        Assert.Equal(["1 late 1"], await RankingAsync());
    }

    [ContractFact]
    public async Task A_row_of_another_system_whose_score_is_no_number_closes_no_board()
    {
        await PrepareAsync();
        var nothing = await EntryAsync("not a number", 1);
        await WriteAsync($"UPDATE runs SET score = {Database.Dialect.Decimal("@digits")} WHERE submission_id = @nothing",
            new { nothing, digits = Database.Dialect == Dialect.Postgres ? "NaN" : "1e999" });
        await EntryAsync("ranked", 3);

        Assert.Equal(["1 ranked 3"], await RankingAsync());
        Assert.Equal((1, 0), (await CountAsync(), await CountAsync("id of not a number")));
    }

    [ContractFact]
    public async Task Scores_are_ordered_by_value_whatever_their_digits_look_like()
    {
        await PrepareAsync();
        await EntryAsync("small", 5e-07);
        await EntryAsync("smaller", 1e-12);
        await EntryAsync("large", 12);
        await EntryAsync("one", 1);
        await EntryAsync("below one", 0.99999999999999989);

        Assert.Equal(["smaller", "small", "below one", "one", "large"], (await RankAsync()).Select(entry => entry.UserName));
    }

    [ContractFact]
    public async Task An_entry_whose_run_had_no_walls_is_known()
    {
        await PrepareAsync();
        var bare = await EntryAsync("bare", 1);
        await WriteAsync($"UPDATE runs SET system_info = {Database.Dialect.Json("@system")} WHERE submission_id = @bare",
            new { bare, system = """{"isolation":{"level":"none"}}""" });
        var walled = await EntryAsync("walled", 2);
        await WriteAsync($"UPDATE runs SET system_info = {Database.Dialect.Json("@system")} WHERE submission_id = @walled",
            new { walled, system = """{"isolation":{"level":"strong"}}""" });
        await EntryAsync("unknown", 3);

        Assert.Equal([true, false, false], (await RankAsync()).Select(entry => entry.Unsandboxed));
    }

    [ContractFact]
    public async Task A_secret_failure_on_another_device_does_not_matter()
    {
        await PrepareAsync();
        var entry = await EntryAsync("ada", 1);
        await RunAsync(entry, "leaderboard", secret: true, passed: false, null, "H100");

        Assert.Equal(["1 ada 1"], await RankingAsync());
        Assert.Empty(await RankingAsync("H100"));
    }

    [ContractFact]
    public async Task Hacked_entries_are_out_by_either_mark_and_banned_users_and_failed_jobs_stay_in()
    {
        await PrepareAsync();
        var hacked = await EntryAsync("hacked", 1);
        await WriteAsync("UPDATE submission SET status = 'hacked' WHERE id = @hacked", new { hacked });
        var marked = await EntryAsync("marked", 1);
        await JobStatusAsync(marked, "hacked");
        var failed = await EntryAsync("failed job", 2);
        await JobStatusAsync(failed, "failed");
        var banned = await EntryAsync("banned", 3);
        await WriteAsync("UPDATE user_info SET is_banned = TRUE WHERE user_name = 'banned'");
        await JobStatusAsync(banned, "timed_out");
        var old = await EntryAsync("no status", 4);
        await WriteAsync("UPDATE submission SET status = NULL WHERE id = @old", new { old });

        Assert.Equal(["1 failed job 2", "2 banned 3", "3 no status 4"], await RankingAsync());
    }

    [ContractFact]
    public async Task A_page_keeps_its_ranks_and_another_boards_runs_stay_there()
    {
        await PrepareAsync();
        for (var n = 1; n <= 5; n++)
            await EntryAsync($"user {n}", n);
        var first = board;
        await PrepareAsync("other");
        await EntryAsync("user 1", 0.5);
        board = first;

        Assert.Equal(["2 user 2 2", "3 user 3 3"], await RankingAsync(limit: 2, offset: 1));
        Assert.Equal(["4 user 4 4", "5 user 5 5"], await RankingAsync(offset: 3));
        Assert.Empty(await RankingAsync(offset: 5));
        Assert.Empty(await RankingAsync(limit: 0));
    }

    [ContractFact]
    public async Task A_user_without_a_name_is_called_by_the_id()
    {
        await PrepareAsync();
        await EntryAsync("ada", 1);
        await WriteAsync("UPDATE user_info SET user_name = NULL");

        Assert.Equal(["1 id of ada 1"], await RankingAsync());
        Assert.Equal("entry.py", (await RankAsync())[0].FileName);
    }

    [ContractFact]
    public async Task A_users_own_entries_are_ranked_among_themselves()
    {
        await PrepareAsync();
        await EntryAsync("ada", 3);
        await EntryAsync("ada", 1.5);
        await EntryAsync("ada", 3, at: Now.AddHours(-1));
        await EntryAsync("ada", 1, secret: false);
        var hacked = await EntryAsync("ada", 1);
        await JobStatusAsync(hacked, "hacked");
        await EntryAsync("bob", 0.5);

        Assert.Equal(["1 ada 1.5", "2 ada 3", "2 ada 3"], await OwnAsync("id of ada"));
        Assert.Equal(Now.AddHours(-1), (await Leaderboards.RankOwnAsync(board, "CPU", "id of ada", 1, 1, None))[0].SubmissionTime);
        Assert.Empty(await OwnAsync("nobody"));
        Assert.Empty(await OwnAsync("a\0' OR TRUE --"));
    }

    [ContractFact]
    public async Task Ranked_users_and_a_users_own_eligible_runs_are_counted()
    {
        await PrepareAsync();
        await EntryAsync("ada", 3);
        await EntryAsync("ada", 1.5);
        await EntryAsync("bob", 0.5);
        await EntryAsync("eve", 1, secret: false);
        var hacked = await EntryAsync("eve", 1);
        await WriteAsync("UPDATE submission SET status = 'hacked' WHERE id = @hacked", new { hacked });

        Assert.Equal((2, 2, 1, 0, 0), (await CountAsync(), await CountAsync("id of ada"), await CountAsync("id of bob"), await CountAsync("id of eve"), await CountAsync("nobody")));
        Assert.Equal(0, await Leaderboards.CountAsync(board, "H100", null, None));
    }

    private async Task<long> CountAsync(string? user = null)
    {
        await Leaderboards.ReindexAsync(None);
        return await Leaderboards.CountAsync(board, "CPU", user, None);
    }

    private async Task<IEnumerable<string>> OwnAsync(string user) =>
        (await Leaderboards.RankOwnAsync(board, "CPU", user, limit: null, offset: 0, None)).Select(entry => $"{entry.Rank} {entry.UserName} {entry.Score}");

    private async Task PrepareAsync(string name = "sums", bool ascending = true) => board = await LeaderboardAsync(name, ascending, "CPU", "H100");

    // The rows here are written past the stores, as another system does.
    private async Task<IReadOnlyList<RankedEntry>> RankAsync(string gpu = "CPU", int? limit = null, int offset = 0)
    {
        await Leaderboards.ReindexAsync(None);
        return await Leaderboards.RankAsync(board, gpu, limit, offset, None);
    }

    private async Task<IEnumerable<string>> RankingAsync(string gpu = "CPU", int? limit = null, int offset = 0) =>
        (await RankAsync(gpu, limit, offset)).Select(entry => $"{entry.Rank} {entry.UserName} {entry.Score}");

    /// <summary>An entry of the user with a public ranked run and, unless null, a secret one that passed or failed.</summary>
    private async Task<long> EntryAsync(
        string user, double? score, bool passed = true, bool? secret = true, string secretMode = "leaderboard", string secretGpu = "CPU", DateTimeOffset? at = null)
    {
        var id = $"id of {user}";
        await WriteAsync("INSERT INTO user_info (id, user_name) VALUES (@id, @user) ON CONFLICT (id) DO NOTHING", new { id, user });
        await WriteAsync(Database.Dialect.InsertCode, new { code = "x"u8.ToArray(), hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881" });
        await WriteAsync("""
            INSERT INTO submission (leaderboard_id, file_name, user_id, code_id, submission_time, done)
            SELECT @board, 'entry.py', @id, c.id, @time, TRUE FROM code_files c
            """, new { board = board.Id, id, time = at ?? Now.AddSeconds(submissions++) });
        var submission = await RowAsync<long>("SELECT MAX(id) FROM submission");
        await RunAsync(submission, "leaderboard", secret: false, passed, score);
        if (secret is { } secretPassed)
            await RunAsync(submission, secretMode, secret: true, secretPassed, score, secretGpu);
        return submission;
    }

    private Task RunAsync(long submission, string mode, bool secret, bool passed, double? score, string gpu = "CPU") => WriteAsync($$"""
        INSERT INTO runs (submission_id, start_time, end_time, mode, secret, runner, score, passed, system_info)
        VALUES (@submission, @Now, @Now, @mode, @secret, @gpu, {{Database.Dialect.Decimal("@digits")}}, @passed, '{}')
        """, new { submission, mode, secret, gpu, passed, Now, digits = score?.ToString("R") });

    private Task JobStatusAsync(long submission, string status) =>
        WriteAsync("INSERT INTO submission_job_status (submission_id, status) VALUES (@submission, @status)", new { submission, status });
}

public sealed class RankingOnSqlite() : RankingContract(OnSqlite);

[NeedsPostgres]
public sealed class RankingOnPostgres() : RankingContract(OnPostgres);
