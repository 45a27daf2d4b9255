using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Submissions;
using Agon.Storage.Jobs;
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
        Assert.Equal(new SubmissionEvent(1, EventKind.Queued, """{"gpu":"CPU","position":3,"ahead":2,"of":4}"""), first);
        Assert.Equal(new QueuePlace("CPU", Ahead: 2, Of: 4, Wait: null), await Submissions.QueuePlaceAsync(accepted.Id, Now, None));
        await SlotsAsync(4);
        await ClaimAsync();
        Assert.Equal(new QueuePlace("CPU", Ahead: 1, Of: 3, WaitEstimate.None), await Submissions.QueuePlaceAsync(accepted.Id, Now, None));
        while (await TryClaimAsync() is not null)
            continue;
        Assert.Null(await Submissions.QueuePlaceAsync(accepted.Id, Now, None));
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
        var (accepted, _) = await Submissions.AcceptAsync(submission, Now, None);

        Assert.Equal("a\uFFFD\uFFFD'; DROP TABLE runs; --.py", (await Submissions.FindAsync(accepted!.Id, None))!.FileName);
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
    public async Task A_users_submissions_are_listed_newest_first_and_by_pages()
    {
        var (sums, sorts) = (await LeaderboardAsync(), await LeaderboardAsync("sorts"));
        var (ada, bob) = (await UserAsync(), await UserAsync("bob"));
        var first = await SubmitAsync(sums, ada, SubmissionMode.Test, Now.AddMinutes(-2));
        var second = await SubmitAsync(sorts, ada, SubmissionMode.Test, Now.AddMinutes(-1));
        var twin = await SubmitAsync(sorts, ada, SubmissionMode.Test, Now.AddMinutes(-1));
        await SubmitAsync(sums, bob, SubmissionMode.Test);

        var all = await Submissions.ListAsync(ada.Id, null, 100, 0, None);
        Assert.Equal([twin.Id, second.Id, first.Id], all.Select(submission => submission.Id));
        Assert.Equal(("sums", "entry.py", Now.AddMinutes(-2), false), (all[2].LeaderboardName, all[2].FileName, all[2].SubmissionTime, all[2].Done));
        Assert.Empty(all[2].Runs);
        Assert.Equal([second.Id], (await Submissions.ListAsync(ada.Id, null, 1, 1, None)).Select(submission => submission.Id));
        Assert.Equal([first.Id], (await Submissions.ListAsync(ada.Id, "SUMS", 100, 0, None)).Select(submission => submission.Id));
        Assert.Empty(await Submissions.ListAsync(ada.Id, "other\0", 100, 0, None));
        Assert.Empty(await Submissions.ListAsync(ada.Id, null, 100, 3, None));
    }

    [ContractFact]
    public async Task A_list_shows_runs_only_where_the_secret_run_passed_with_all_its_parts()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        await SlotsAsync(1);
        var passed = await SubmitAsync(leaderboard, user, at: Now.AddMinutes(-3));
        await EndAsync(Some.RankedReport(Now), 0.25);
        Assert.Empty((await Submissions.ListAsync(user.Id, null, 1, 0, None)).Single().Runs);
        await EndAsync(Some.RankedReport(Now), 0.5);
        var failed = await SubmitAsync(leaderboard, user, at: Now.AddMinutes(-2));
        await EndAsync(Some.RankedReport(Now), 0.125);
        await EndAsync(Some.Report(Now, ("test", true), ("benchmark", false)), null);
        var test = await SubmitAsync(leaderboard, user, SubmissionMode.Test, Now.AddMinutes(-1));
        await EndAsync(Some.Report(Now, ("test", true)), null);

        var list = await Submissions.ListAsync(user.Id, null, 100, 0, None);
        Assert.Equal([test.Id, failed.Id, passed.Id], list.Select(submission => submission.Id));
        Assert.All(list, submission => Assert.True(submission.Done));
        Assert.Empty(list[0].Runs);
        Assert.Empty(list[1].Runs);
        Assert.Equal([new ListedRun("CPU", null), new("CPU", null), new("CPU", 0.25m)], list[2].Runs);
    }

    [ContractFact]
    public async Task A_deleted_submission_leaves_its_code_and_nothing_else()
    {
        var leaderboard = await LeaderboardAsync();
        var (ada, bob) = (await UserAsync(), await UserAsync("bob"));
        await SlotsAsync(1);
        var accepted = await SubmitAsync(leaderboard, ada, at: Now.AddMinutes(-2));
        await EndAsync(Some.RankedReport(Now), 0.25);
        await EndAsync(Some.RankedReport(Now), 0.25);
        await SubmitAsync(leaderboard, bob, at: Now.AddMinutes(-1));
        await EndAsync(Some.RankedReport(Now), 0.5);
        await EndAsync(Some.RankedReport(Now), 0.5);
        Assert.Equal(2, await Leaderboards.CountAsync(leaderboard, "CPU", null, None));

        Assert.True(await Submissions.DeleteAsync(accepted.Id, None));

        Assert.Equal("bob", Assert.Single(await Leaderboards.RankAsync(leaderboard, "CPU", null, 0, None)).UserName);
        Assert.Null(await Submissions.FindAsync(accepted.Id, None));
        Assert.Null(await Submissions.IsDoneAsync(accepted.Id, None));
        Assert.Empty(await Submissions.EventsAsync(accepted.Id, 0, 10, None));
        foreach (var table in new[] { "runs", "agon_event", "agon_job", "agon_submission", "submission_job_status" })
            Assert.Equal(0, await RowAsync<long>($"SELECT COUNT(*) FROM {table} WHERE submission_id = @Id", new { accepted.Id }));
        Assert.Equal(1, await RowAsync<long>("SELECT COUNT(*) FROM code_files"));
        Assert.False(await Submissions.DeleteAsync(accepted.Id, None));
    }

    [ContractFact]
    public async Task Deleting_what_runs_ends_its_lease_and_keeps_its_slot_free_until_the_lease_would_have_run_out()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        await SlotsAsync(1);
        var accepted = await SubmitAsync(leaderboard, user, SubmissionMode.Leaderboard, Now.AddMinutes(-2));
        var next = await SubmitAsync(leaderboard, user, SubmissionMode.Test, Now.AddMinutes(-1));
        var lease = await ClaimAsync();
        Assert.Equal(accepted.Id, lease.SubmissionId);

        Assert.True(await Submissions.DeleteAsync(accepted.Id, None));

        Assert.False(await Jobs.RenewAsync(lease, Now, Now + Lease, None));
        Assert.False(await Jobs.CompleteAsync(lease, Some.RankedReport(Now), JobOutcome.Succeeded, 1, Now, None));
        Assert.Null(await Jobs.DescribeAsync(lease, None));
        Assert.Equal(0, await RowAsync<long>("SELECT COUNT(*) FROM runs"));
        Assert.Null(await TryClaimAsync());
        Assert.Null(await TryClaimAsync(at: Now + Lease - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(next.Id, (await ClaimAsync(at: Now + Lease)).SubmissionId);
        Assert.True(await Submissions.DeleteAsync(next.Id, None));
    }

    [ContractFact]
    public async Task Many_may_delete_and_run_at_once_and_nothing_is_left_over()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        await SlotsAsync(8);
        var ids = new List<long>();
        for (var n = 0; n < 8; n++)
            ids.Add((await SubmitAsync(leaderboard, user, SubmissionMode.Test)).Id);
        var leases = new List<JobLease>();
        while (await TryClaimAsync($"w{leases.Count}") is { } lease)
            leases.Add(lease);

        var ends = leases.Select(lease => Task.Run(() => Jobs.CompleteAsync(lease, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now, None)));
        var deletions = ids.Concat(ids).Select(id => Task.Run(() => Submissions.DeleteAsync(id, None))).ToList();
        await Task.WhenAll(ends.Concat(deletions)).WaitAsync(Patience);

        Assert.Equal(8, deletions.Count(deletion => deletion.Result));
        Assert.Equal("0 runs, 0 events, 0 ended, 0 slots held, 0 done", await TracesAsync());
    }

    private async Task EndAsync(Domain.Runs.Report report, double? score) =>
        Assert.True(await Jobs.CompleteAsync(await ClaimAsync(), report, JobOutcome.Succeeded, score, Now, None));

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
