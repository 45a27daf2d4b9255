using Agon.Domain.Accounts;
using Agon.Domain.Jobs;
using Agon.Domain.Leaderboards;
using Agon.Storage.Jobs;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Leaderboards;

/// <summary>The materialised rank says what the plain ranking over all runs would say, after whatever has happened.</summary>
public abstract class RankTableContract(Func<Task<TestDatabase>> create) : QueueContract(create)
{
    private static readonly string[] Gpus = ["CPU", "H100"];

    [ContractFact]
    public Task After_any_history_the_rank_is_the_plain_ranking() => HistoryAsync(seed: 1, ascending: true);

    [ContractFact]
    public Task After_any_history_in_which_higher_is_better_the_rank_is_the_plain_ranking() => HistoryAsync(seed: 2, ascending: false);

    private async Task HistoryAsync(int seed, bool ascending)
    {
        var chance = new Random(seed);
        var board = await LeaderboardAsync("sums", ascending, Gpus);
        var other = await LeaderboardAsync("other", !ascending, Gpus);
        var users = new List<User>();
        foreach (var name in new[] { "ada", "bob", "eve" })
            users.Add(await UserAsync(name));
        foreach (var gpu in Gpus)
            await Jobs.EnsureSlotsAsync($"m {gpu}", new Dictionary<string, int> { [gpu] = 100 }, Now, None);
        var entries = new List<long>();
        var held = new List<JobLease>();
        for (var step = 0; step < 150; step++)
        {
            switch (chance.Next(10))
            {
                case < 3:
                    // Few moments and few scores, so that ties are common.
                    entries.Add((await SubmitAsync(chance.Next(4) == 0 ? other : board, users[chance.Next(3)], at: Now.AddSeconds(-chance.Next(4)))).Id);
                    break;
                case < 6:
                    if (await TryClaimAsync($"w{step}", machine: $"m {Gpus[chance.Next(2)]}") is { } lease)
                        held.Add(lease);
                    break;
                case < 9 when held.Count > 0:
                    var ended = held[chance.Next(held.Count)];
                    held.Remove(ended);
                    await EndAsync(ended, chance);
                    break;
                case 9 when entries.Count > 0 && chance.Next(3) == 0:
                    var gone = entries[chance.Next(entries.Count)];
                    entries.Remove(gone);
                    await Submissions.DeleteAsync(gone, None);
                    break;
            }
            if (step % 10 == 9)
                await CompareAsync(board, other);
        }
        Assert.NotEmpty(await PlainAsync(board, "CPU"));

        board = await LeaderboardAsync("sums", !ascending, Gpus);
        await CompareAsync(board, other);
    }

    [ContractFact]
    public async Task The_next_best_entry_takes_the_place_of_one_that_is_deleted()
    {
        var board = await LeaderboardAsync();
        var ada = await UserAsync();
        await SlotsAsync(1);
        var first = await RankAsync(board, ada, 2);
        var best = await RankAsync(board, ada, 1);
        Assert.Equal((best, 1.0), await LeaderAsync(board));

        var before = (await Leaderboards.VersionsAsync(None))[board.Id];
        await Submissions.DeleteAsync(best, None);
        Assert.Equal((first, 2.0), await LeaderAsync(board));
        Assert.NotEqual(before, (await Leaderboards.VersionsAsync(None))[board.Id]);
        await Submissions.DeleteAsync(first, None);
        Assert.Empty(await Leaderboards.RankAsync(board, "CPU", null, 0, None));
        Assert.Equal(0, await Leaderboards.CountAsync(board, "CPU", null, None));
    }

    [ContractFact]
    public async Task A_boards_version_changes_with_a_rank_and_with_the_leaderboard_and_with_nothing_else()
    {
        var board = await LeaderboardAsync();
        var ada = await UserAsync();
        await SlotsAsync(1);
        async Task<long> VersionAsync() => (await Leaderboards.VersionsAsync(None))[board.Id];
        var version = await VersionAsync();

        await SubmitAsync(board, ada, Domain.Submissions.SubmissionMode.Test);
        await Jobs.CompleteAsync(await ClaimAsync(), Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now, None);
        Assert.Equal(version, await VersionAsync());
        await RankAsync(board, ada, 1);
        Assert.True(await VersionAsync() > version);
        version = await VersionAsync();
        await Leaderboards.SaveAsync(Some.Leaderboard(task: Some.Task with { Description = "Add them all." }), None);
        Assert.True(await VersionAsync() > version);
    }

    [ContractFact]
    public async Task What_another_program_wrote_is_ranked_by_a_reindex()
    {
        var board = await LeaderboardAsync();
        var ada = await UserAsync();
        await SlotsAsync(1);
        var first = await RankAsync(board, ada, 2);
        var best = await RankAsync(board, ada, 1);
        await WriteAsync("UPDATE submission SET status = 'hacked' WHERE id = @best", new { best });
        Assert.Equal((best, 1.0), await LeaderAsync(board));

        Assert.Equal(1, await Leaderboards.ReindexAsync(None));
        Assert.Equal((first, 2.0), await LeaderAsync(board));
    }

    private async Task<(long, double)> LeaderAsync(Leaderboard board)
    {
        var entry = Assert.Single(await Leaderboards.RankAsync(board, "CPU", null, 0, None));
        return (entry.SubmissionId, entry.Score);
    }

    private async Task<long> RankAsync(Leaderboard board, User user, double score)
    {
        var id = (await SubmitAsync(board, user)).Id;
        for (var job = 0; job < 2; job++)
            await Jobs.CompleteAsync(await ClaimAsync(), Some.RankedReport(Now), JobOutcome.Succeeded, score, Now, None);
        return id;
    }

    private async Task EndAsync(JobLease lease, Random chance)
    {
        var failed = Some.Report(Now, ("test", true), ("benchmark", true), ("leaderboard", false));
        switch (chance.Next(8))
        {
            case 0:
                await Jobs.CompleteAsync(lease, failed, new JobOutcome(JobStatus.Failed, "no"), null, Now, None);
                break;
            case 1:
                await Jobs.FailAttemptAsync(lease, "the runner vanished", Now.AddHours(-1), None);
                break;
            default:
                await Jobs.CompleteAsync(lease, Some.RankedReport(Now), JobOutcome.Succeeded, 1 + chance.Next(3), Now, None);
                break;
        }
    }

    private async Task CompareAsync(params Leaderboard[] boards)
    {
        foreach (var board in boards)
        {
            foreach (var gpu in Gpus)
                Assert.Equal(await PlainAsync(board, gpu), await Leaderboards.RankAsync(board, gpu, null, 0, None));
        }
    }

    /// <summary>Contract section 9 as it reads, over all runs.</summary>
    private async Task<IReadOnlyList<RankedEntry>> PlainAsync(Leaderboard board, string gpu)
    {
        var direction = board.Task.ScoreAscending ? "ASC" : "DESC";
        await using var session = await Database.ReadAsync(None);
        return await session.QueryAsync<RankedEntry>($"""
            WITH eligible AS (
                SELECT s.id AS submission_id, s.user_id, s.file_name, s.submission_time,
                       CAST(r.score AS NUMERIC) AS exact, CAST(r.score AS DOUBLE PRECISION) AS score,
                       COALESCE(r.system_info -> 'isolation' ->> 'level', '') = 'none' AS unsandboxed
                FROM submission s JOIN runs r ON r.submission_id = s.id LEFT JOIN submission_job_status j ON j.submission_id = s.id
                WHERE s.leaderboard_id = @Id AND r.runner = @gpu AND NOT r.secret AND r.score IS NOT NULL AND r.passed
                  AND CAST(r.score AS NUMERIC) BETWEEN -1e300 AND 1e300
                  AND COALESCE(s.status, '') <> 'hacked' AND COALESCE(j.status, '') <> 'hacked'
                  AND EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = s.id AND p.runner = r.runner AND p.secret AND p.passed AND p.mode = 'leaderboard')
                  AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = s.id AND p.runner = r.runner AND p.secret AND NOT p.passed)
            ), best AS (
                SELECT eligible.*, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY exact {direction}, submission_time, submission_id) AS place FROM eligible
            )
            SELECT RANK() OVER (ORDER BY best.exact {direction}) AS rank, best.submission_id, best.file_name, best.submission_time, best.score, best.unsandboxed,
                   u.id AS user_id, COALESCE(u.user_name, u.id) AS user_name
            FROM best JOIN user_info u ON u.id = best.user_id
            WHERE best.place = 1
            ORDER BY best.exact {direction}, best.submission_time, best.submission_id
            """, new { board.Id, gpu }, None);
    }
}

public sealed class RankTableOnSqlite() : RankTableContract(OnSqlite);

[NeedsPostgres]
public sealed class RankTableOnPostgres() : RankTableContract(OnPostgres);
