using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Submissions;
using Agon.Storage.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Submissions;

public abstract class SubmissionStoreContract(Func<Task<TestDatabase>> create) : QueueContract(create)
{
    [ContractFact]
    public async Task An_accepted_submission_waits_with_a_job_a_device_and_a_secret_one_behind_it()
    {
        var leaderboard = await LeaderboardAsync(gpus: ["CPU", "H100"]);
        var user = await UserAsync();
        var accepted = await SubmitAsync(leaderboard, user);

        var submission = (await Submissions.FindAsync(accepted.Id, None))!;
        Assert.Equal((leaderboard.Id, "sums", "entry.py", user.Id, Now), (
            submission.LeaderboardId, submission.LeaderboardName, submission.FileName, submission.UserId, submission.SubmissionTime));
        Assert.Equal((false, JobStatus.Pending, null, Now), (submission.Done, submission.JobStatus, submission.JobError, submission.LastHeartbeat));
        Assert.Equal(4, await Jobs.OpenJobsAsync(None));
        Assert.Equal(2, (await Jobs.QueueAsync("H100", Now, None)).Queued);
        Assert.Equal("leaderboard", await RowAsync<string>("SELECT mode_category FROM submission"));
        Assert.Equal(accepted.JobStatusId, await RowAsync<long>("SELECT id FROM submission_job_status"));
        Assert.Empty(await Submissions.RunsAsync(accepted.Id, None));
        Assert.Null(await Submissions.FindAsync(accepted.Id + 1, None));
    }

    [ContractFact]
    public async Task Other_modes_have_no_secret_job()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        await SubmitAsync(leaderboard, user, SubmissionMode.Test);
        await SubmitAsync(leaderboard, user, SubmissionMode.Benchmark);

        Assert.Equal(2, await Jobs.OpenJobsAsync(None));
        Assert.Equal(2, await RowAsync<long>("SELECT COUNT(*) FROM submission WHERE mode_category = 'test'"));
    }

    [ContractFact]
    public async Task The_first_event_tells_the_place_in_the_queue()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        await SubmitAsync(leaderboard, user, at: Now.AddSeconds(-1));
        var accepted = await SubmitAsync(leaderboard, user);

        var first = Assert.Single(await Submissions.EventsAsync(accepted.Id, 0, 10, None));
        Assert.Equal(new SubmissionEvent(1, EventKind.Queued, """{"gpu":"CPU","position":3}"""), first);
        Assert.Equal(("CPU", 3), await Submissions.QueuePositionAsync(accepted.Id, None));
        await SlotsAsync(4);
        await ClaimAsync();
        Assert.Equal(("CPU", 2), await Submissions.QueuePositionAsync(accepted.Id, None));
        while (await TryClaimAsync() is not null)
            continue;
        Assert.Null(await Submissions.QueuePositionAsync(accepted.Id, None));
    }

    [ContractFact]
    public async Task Code_is_stored_once_for_each_content_and_comes_back_as_it_was_sent()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        const string code = "print('\0 ä \ud83d\ude00')\r\n";
        var ids = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => Task.Run(() => SubmitAsync(leaderboard, user, code: n < 5 ? code : ""))));

        Assert.Equal(2, await RowAsync<long>("SELECT COUNT(*) FROM code_files"));
        Assert.Equal(code, (await Submissions.FindAsync(ids[0].Id, None))!.Code);
        Assert.Equal("", (await Submissions.FindAsync(ids[5].Id, None))!.Code);
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            await RowAsync<string>("SELECT hash FROM code_files WHERE length(code) = 0"));
    }

    [ContractFact]
    public async Task A_hostile_file_name_is_cleaned()
    {
        var submission = new NewSubmission(await LeaderboardAsync(), (await UserAsync()).Id, "a\0\ud800'; DROP TABLE runs; --.py", "", SubmissionMode.Test, ["CPU"]);
        var accepted = await Submissions.AcceptAsync(submission, Now, None);

        Assert.Equal("a\uFFFD\uFFFD'; DROP TABLE runs; --.py", (await Submissions.FindAsync(accepted.Id, None))!.FileName);
    }

    [ContractFact]
    public async Task A_refused_submission_leaves_nothing()
    {
        var leaderboard = await LeaderboardAsync();
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() =>
            Submissions.AcceptAsync(new NewSubmission(leaderboard, "nobody", "entry.py", "x", SubmissionMode.Test, ["CPU"]), Now, None));

        Assert.Equal(0, await RowAsync<long>("SELECT (SELECT COUNT(*) FROM submission) + (SELECT COUNT(*) FROM code_files) + (SELECT COUNT(*) FROM agon_job)"));
    }

    [ContractFact]
    public async Task Events_can_be_resumed_behind_any_number()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var lease = await ClaimAsync();
        await Jobs.AddEventsAsync(lease, [.. Enumerable.Range(2, 8).Select(n => new LogEventView { Gpu = "CPU", Line = $"line {n}" })], Now, None);

        Assert.Equal([1, 2, 3], (await Submissions.EventsAsync(accepted.Id, 0, 3, None)).Select(happened => happened.Sequence));
        Assert.Equal([4, 5, 6, 7, 8, 9], (await Submissions.EventsAsync(accepted.Id, 3, 100, None)).Select(happened => happened.Sequence));
        Assert.Contains("line 4", (await Submissions.EventsAsync(accepted.Id, 3, 1, None))[0].Data);
        Assert.Empty(await Submissions.EventsAsync(accepted.Id, 9, 100, None));
    }

    [ContractFact]
    public async Task Concurrent_writers_leave_no_gap_and_a_watcher_misses_nothing()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(gpus: ["CPU", "H100", "A100"]), await UserAsync(), SubmissionMode.Test);
        await Jobs.EnsureSlotsAsync("m1", new Dictionary<string, int> { ["CPU"] = 1, ["H100"] = 1, ["A100"] = 1 }, Now, None);
        var leases = new[] { await ClaimAsync("a"), await ClaimAsync("b"), await ClaimAsync("c") };
        const int batches = 15, lines = 3;
        var total = 1 + (leases.Length * batches * lines);

        var seen = new List<long>();
        using var patience = new CancellationTokenSource(Patience);
        var watcher = Task.Run(async () =>
        {
            while (seen.Count < total)
            {
                patience.Token.ThrowIfCancellationRequested();
                seen.AddRange((await Submissions.EventsAsync(accepted.Id, seen.LastOrDefault(), 20, None)).Select(happened => happened.Sequence));
            }
        });
        await Task.WhenAll(leases.Select(lease => Task.Run(async () =>
        {
            for (var batch = 0; batch < batches; batch++)
                Assert.True(await Jobs.AddEventsAsync(lease, [.. Enumerable.Range(0, lines).Select(n => new LogEventView { Gpu = lease.Gpu, Line = $"{n}" })], Now, None));
        })));
        await watcher;

        Assert.Equal(Enumerable.Range(1, total).Select(n => (long)n), seen);
    }

    [ContractFact]
    public async Task A_submission_of_another_system_is_shown_without_a_job()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await WriteAsync("DELETE FROM submission_job_status");
        await WriteAsync($$"""
            INSERT INTO runs (submission_id, start_time, end_time, mode, secret, runner, passed, result, system_info)
            VALUES (@Id, @Now, @Now, 'test', FALSE, 'H100', TRUE, {{Database.Dialect.Json("@result")}}, '{"gpu": "NVIDIA H100"}')
            """, new { accepted.Id, Now, result = """{"check": "pass", "test-count": 3}""" });

        Assert.Null((await Submissions.FindAsync(accepted.Id, None))!.JobStatus);
        var run = Assert.Single(await Submissions.RunsAsync(accepted.Id, None));
        Assert.Equal(("3", "NVIDIA H100", null), (run.Result!["test-count"], run.System!.Gpu, run.System.Isolation));
    }
}

public sealed class SubmissionStoreOnSqlite() : SubmissionStoreContract(OnSqlite);

[NeedsPostgres]
public sealed class SubmissionStoreOnPostgres() : SubmissionStoreContract(OnPostgres);
