using System.Collections.Concurrent;
using System.Text.Json;
using Agon.Contracts;
using Agon.Domain.Jobs;
using Agon.Domain.Runs;
using Agon.Domain.Submissions;
using Agon.Storage.Jobs;
using Agon.Storage.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Jobs;

/// <summary>Claims, leases and slots.</summary>
public abstract class JobStoreContract(Func<Task<TestDatabase>> create) : QueueContract(create)
{
    [ContractFact]
    public async Task A_leaderboard_entry_goes_from_the_queue_to_a_rank()
    {
        var leaderboard = await LeaderboardAsync();
        var accepted = await SubmitAsync(leaderboard, await UserAsync());
        await SlotsAsync(2);

        var open = await ClaimAsync("w1");
        var secret = await ClaimAsync("w2");
        Assert.False(open.Secret);
        Assert.True(secret.Secret);
        Assert.Equal(JobStatus.Running, (await Submissions.FindAsync(accepted.Id, None))!.JobStatus);
        Assert.True(await Jobs.CompleteAsync(open, Some.RankedReport(Now), JobOutcome.Succeeded, 0.0033, Now, None));
        Assert.False((await Submissions.FindAsync(accepted.Id, None))!.Done);
        Assert.True(await Jobs.CompleteAsync(secret, Some.RankedReport(Now), JobOutcome.Succeeded, 0.0034, Now, None));

        var submission = (await Submissions.FindAsync(accepted.Id, None))!;
        Assert.Equal((true, JobStatus.Succeeded, null, "print(1)"), (submission.Done, submission.JobStatus, submission.JobError, submission.Code));
        var entry = Assert.Single(await Leaderboards.RankAsync(leaderboard, "CPU", null, 0, None));
        Assert.Equal((1, 0.0033, "ada"), (entry.Rank, entry.Score, entry.UserName));
    }

    [ContractFact]
    public async Task A_public_job_is_described_with_the_tasks_seed_and_a_secret_one_with_the_secret_seed()
    {
        var leaderboard = await LeaderboardAsync();
        await SubmitAsync(leaderboard, await UserAsync(), code: "print('ä')\n");
        await SlotsAsync(2);

        var open = (await Jobs.DescribeAsync(await ClaimAsync("w1"), None))!;
        var secret = (await Jobs.DescribeAsync(await ClaimAsync("w2"), None))!;

        Assert.Equal((EvaluationMode.Leaderboard, 7, "CPU", "print('ä')\n"), (open.Mode, open.Seed, open.Gpu, open.Submission));
        Assert.Equal((EvaluationMode.Private, leaderboard.SecretSeed), (secret.Mode, secret.Seed));
        Assert.Equal("print('harness')", open.Task.Files["eval.py"]);
        Assert.Equal(IsolationLevel.Weak, open.Task.Agon.MinIsolation);
    }

    [ContractFact]
    public async Task The_oldest_job_that_the_machine_has_a_slot_for_comes_first()
    {
        var user = await UserAsync();
        var foreign = await LeaderboardAsync("foreign", gpus: "H100");
        var own = await LeaderboardAsync("own", gpus: "CPU");
        await SubmitAsync(foreign, user, SubmissionMode.Test, Now.AddSeconds(-3));
        var first = await SubmitAsync(own, user, SubmissionMode.Test, Now.AddSeconds(-2));
        var second = await SubmitAsync(own, user, SubmissionMode.Test, Now.AddSeconds(-1));
        await SlotsAsync(2);

        Assert.Equal(first.Id, (await ClaimAsync("w1")).SubmissionId);
        Assert.Equal(second.Id, (await ClaimAsync("w2")).SubmissionId);
        Assert.Null(await TryClaimAsync("w3"));
    }

    [ContractFact]
    public async Task A_device_is_one_whatever_the_case_of_its_name()
    {
        var user = await UserAsync();
        var upper = await SubmitAsync(await LeaderboardAsync("upper", gpus: "CPU"), user, SubmissionMode.Test);
        var lower = await SubmitAsync(await LeaderboardAsync("lower", gpus: "cpu"), user, SubmissionMode.Test, Now.AddSeconds(1));
        await SlotsAsync(1, gpu: "Cpu");
        Assert.Equal(new QueuePlace("cpu", Ahead: 1, Of: 2, Wait: null), await Submissions.QueuePlaceAsync(lower.Id, Now, None));

        var held = await ClaimAsync(at: Now.AddSeconds(1));
        Assert.Equal((upper.Id, "CPU"), (held.SubmissionId, held.Gpu));
        Assert.Null(await TryClaimAsync("w2", Now.AddSeconds(1)));
        Assert.Equal(new QueueState(Queued: 1, Running: 1, Slots: 1), await Jobs.QueueAsync("cPU", Now, None));

        await Jobs.CompleteAsync(held, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now.AddSeconds(1), None);
        Assert.Equal(lower.Id, (await ClaimAsync(at: Now.AddSeconds(1))).SubmissionId);
    }

    [ContractFact]
    public async Task Slots_count_as_long_as_their_machine_says_that_it_is_there()
    {
        await SlotsAsync(2);
        await SlotsAsync(3, "m2");
        var later = Now.AddMinutes(1);
        await Jobs.SeeSlotsAsync("m1", later, None);

        Assert.Equal(5, (await Jobs.QueueAsync("CPU", Now, None)).Slots);
        Assert.Equal(2, (await Jobs.QueueAsync("CPU", later, None)).Slots);
        Assert.Equal(0, (await Jobs.QueueAsync("CPU", later.AddTicks(10), None)).Slots);
        await SlotsAsync(3, "m2");
        Assert.Equal(3, await RowAsync<long>("SELECT COUNT(*) FROM agon_device_slot WHERE machine = 'm2'"));
    }

    [ContractFact]
    public async Task A_machine_that_was_seen_in_the_future_is_seen_now_and_no_longer_than_others()
    {
        await Jobs.EnsureSlotsAsync("m1", new Dictionary<string, int> { ["CPU"] = 2 }, Now.AddHours(1), None);
        Assert.Equal(2, await Future.FetchAsync(Now.AddMinutes(1), Now, None));
        Assert.Equal(2, (await Jobs.QueueAsync("CPU", Now, None)).Slots);
        Assert.Equal(0, (await Jobs.QueueAsync("CPU", Now.AddSeconds(1), None)).Slots);
        Assert.Equal(0, await Future.FetchAsync(Now.AddMinutes(1), Now, None));
    }

    [ContractFact]
    public async Task Without_a_free_slot_nothing_is_claimed()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        await SubmitAsync(leaderboard, user, SubmissionMode.Test);
        await SubmitAsync(leaderboard, user, SubmissionMode.Test);
        Assert.Null(await TryClaimAsync());
        await SlotsAsync(1);

        var held = await ClaimAsync("w1");
        Assert.Null(await TryClaimAsync("w2"));
        await Jobs.CompleteAsync(held, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now, None);
        Assert.NotNull(await TryClaimAsync("w2"));
    }

    [ContractFact]
    public async Task Many_workers_of_several_servers_never_share_a_job_or_a_slot_and_no_job_is_left()
    {
        const int jobs = 40, slots = 3, workers = 12;
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        for (var n = 0; n < jobs; n++)
            await SubmitAsync(leaderboard, user, SubmissionMode.Test);
        await SlotsAsync(slots);

        await using var second = Place.Open();
        await using var third = Place.Open();
        JobStore[] servers = [Jobs, new(second), new(third)];
        var holding = new ConcurrentDictionary<long, byte>();
        var most = 0;
        var done = new ConcurrentBag<long>();
        using var patience = new CancellationTokenSource(Patience);
        await Task.WhenAll(Enumerable.Range(0, workers).Select(n => Task.Run(async () =>
        {
            var server = servers[n % servers.Length];
            while (done.Count < jobs)
            {
                if (await server.ClaimAsync($"w{n}", "m1", Now, Now + Lease, patience.Token) is not { } lease)
                {
                    patience.Token.ThrowIfCancellationRequested();
                    await Task.Yield();
                    continue;
                }
                Assert.True(holding.TryAdd(lease.JobId, 0), "two workers hold one job");
                InterlockedMax(ref most, holding.Count);
                Assert.True(await server.RenewAsync(lease, Now, Now + Lease, None));
                holding.Remove(lease.JobId, out _);
                Assert.True(await server.CompleteAsync(lease, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now, None));
                done.Add(lease.JobId);
            }
        })));

        Assert.Equal(jobs, done.Distinct().Count());
        Assert.Equal(jobs, done.Count);
        Assert.InRange(most, 1, slots);
        Assert.Equal($"{jobs} runs, {2 * jobs} events, {jobs} ended, 0 slots held, {jobs} done", await TracesAsync());
    }

    [ContractFact]
    public async Task As_many_claims_at_once_succeed_as_there_are_slots()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        for (var n = 0; n < 10; n++)
            await SubmitAsync(leaderboard, user, SubmissionMode.Test);
        await SlotsAsync(4);

        var leases = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Task.Run(() => ClaimSomedayAsync($"w{n}"))));

        Assert.Equal(4, leases.OfType<JobLease>().Select(lease => lease.JobId).Distinct().Count());
        Assert.Equal(4, leases.OfType<JobLease>().Count());
        Assert.Equal(new QueueState(Queued: 6, Running: 4, Slots: 4), await Jobs.QueueAsync("CPU", Now, None));
        Assert.Equal(10, await Jobs.OpenJobsAsync(None));
    }

    [ContractFact]
    public async Task Slots_follow_the_settings_and_one_in_use_goes_when_it_is_free()
    {
        await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(3);
        var lease = await ClaimAsync();

        await SlotsAsync(1, gpu: "H100");
        Assert.Equal(new QueueState(0, 1, 0), await Jobs.QueueAsync("CPU", Now, None));
        Assert.Equal(new QueueState(0, 0, 1), await Jobs.QueueAsync("H100", Now, None));
        Assert.True(await Jobs.RenewAsync(lease, Now, Now + Lease, None));
        await Jobs.ReleaseAsync(lease, Now, None);
        Assert.Null(await TryClaimAsync());

        await SlotsAsync(2);
        await SlotsAsync(2, machine: "m2");
        Assert.Equal(new QueueState(1, 0, 4), await Jobs.QueueAsync("CPU", Now, None));
    }

    [ContractFact]
    public async Task A_lease_holds_until_it_expires_and_not_a_moment_longer()
    {
        await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var lease = await ClaimAsync();
        var justBefore = Now + Lease - TimeSpan.FromMilliseconds(1);

        Assert.Empty(await Jobs.RescueAsync(justBefore, None).ToListAsync());
        Assert.True(await Jobs.RenewAsync(lease, justBefore, justBefore + Lease, None));
        Assert.False(await Jobs.RenewAsync(lease, justBefore + Lease, justBefore + (2 * Lease), None));
    }

    [ContractFact]
    public async Task A_result_under_an_expired_lease_is_refused_before_anybody_has_noticed()
    {
        await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var lease = await ClaimAsync();
        var before = await TracesAsync();

        Assert.False(await Jobs.CompleteAsync(lease, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now + Lease, None));
        Assert.Equal(before, await TracesAsync());
    }

    [ContractFact]
    public async Task A_result_under_an_expired_lease_is_refused_after_the_rescue_and_after_the_next_claim_by_the_same_worker()
    {
        await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var lost = await ClaimAsync();
        var later = Now + Lease;
        var taken = Assert.Single(await Jobs.RescueAsync(later, None).ToListAsync());
        Assert.Equal((lost.JobId, lost.SubmissionId, 1, lost.Worker, true), (taken.JobId, taken.SubmissionId, taken.Attempt, taken.Worker, taken.IsQueuedAgain));
        Assert.False(await CompleteTestAsync(lost, later));

        later += JobRules.WaitBefore(2);
        var second = await ClaimAsync(at: later);
        Assert.Equal((lost.JobId, lost.Worker, 2), (second.JobId, second.Worker, second.Attempt));
        Assert.False(await CompleteTestAsync(lost, later));
        Assert.False(await Jobs.RenewAsync(lost, later, later + Lease, None));
        Assert.True(await CompleteTestAsync(second, later));
        Assert.Equal("1 runs, 2 events, 1 ended, 0 slots held, 1 done", await TracesAsync());
    }

    [ContractFact]
    public async Task A_job_whose_worker_falls_silent_is_tried_again_after_a_wait_and_its_author_sees_it_pending()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        await ClaimAsync();
        var later = Now + Lease;
        await Jobs.RescueAsync(later, None).ToListAsync();
        Assert.Equal(["", "its worker fell silent"], await WhyAgainAsync(accepted.Id));

        Assert.Equal(JobStatus.Pending, (await Submissions.FindAsync(accepted.Id, None))!.JobStatus);
        Assert.Null(await TryClaimAsync(at: later + JobRules.WaitBefore(2) - TimeSpan.FromMilliseconds(1)));
        Assert.Equal(2, (await ClaimAsync(at: later + JobRules.WaitBefore(2))).Attempt);
    }

    [ContractFact]
    public async Task What_waits_once_more_says_why_and_tells_nothing_of_a_secret_run()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Leaderboard);
        await SlotsAsync(1);
        await Jobs.ReleaseAsync(await ClaimAsync(), Now, None);
        Assert.Equal(["", "its machine handed it back"], await WhyAgainAsync(accepted.Id));

        Assert.True(await CompleteTestAsync(await ClaimAsync(), Now));
        var secret = await ClaimAsync();
        Assert.True(secret.Secret);
        await Jobs.FailAttemptAsync(secret, "the seed was 42", Now, None);
        Assert.Equal(["", "its machine handed it back", "the secret run did not come back"], await WhyAgainAsync(accepted.Id));
    }

    [ContractFact]
    public async Task After_the_last_attempt_the_job_fails_with_the_platforms_own_words()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var at = Now;
        for (var attempt = 1; attempt <= JobRules.MaxAttempts; attempt++)
        {
            var lease = await ClaimAsync(at: at);
            Assert.Equal(attempt, lease.Attempt);
            await Jobs.FailAttemptAsync(lease, "the runner vanished\0", at, None);
            at += TimeSpan.FromMinutes(1);
        }

        Assert.Null(await TryClaimAsync(at: at));
        var submission = (await Submissions.FindAsync(accepted.Id, None))!;
        var told = JobOutcome.PlatformFailed("the runner vanished\uFFFD");
        Assert.Equal((true, told.Status, told.Error), (submission.Done, submission.JobStatus, submission.JobError));
        Assert.Empty(await Submissions.RunsAsync(accepted.Id, None));
    }

    [ContractFact]
    public async Task Of_a_secret_job_that_the_platform_failed_the_author_does_not_read_the_reason()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync());
        await SlotsAsync(1);
        const string Seed = "1047130815";
        Assert.True(await Jobs.CompleteAsync(await ClaimAsync(), Some.RankedReport(Now), JobOutcome.Succeeded, 1, Now, None));
        for (var at = Now; await TryClaimAsync(at: at) is { } lease; at += TimeSpan.FromMinutes(1))
            await Jobs.FailAttemptAsync(lease, $"seed {Seed}", at, None);

        var submission = (await Submissions.FindAsync(accepted.Id, None))!;
        Assert.True(submission.Done);
        Assert.DoesNotContain(Seed, submission.JobError);
        Assert.DoesNotContain(await Submissions.EventsAsync(accepted.Id, 0, 100, None), happened => happened.Data.Contains(Seed));
    }

    [ContractFact]
    public async Task A_job_handed_back_keeps_its_place_and_its_attempts()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        var first = await SubmitAsync(leaderboard, user, SubmissionMode.Test);
        await SubmitAsync(leaderboard, user, SubmissionMode.Test, Now.AddSeconds(1));
        await SlotsAsync(1);
        var later = Now.AddSeconds(2);
        var lease = await ClaimAsync(at: later);
        await Jobs.ReleaseAsync(lease, later, None);

        Assert.False(await CompleteTestAsync(lease, later));
        var again = await ClaimAsync("w2", later);
        Assert.Equal((first.Id, 1), (again.SubmissionId, again.Attempt));
    }

    /// <summary>Of each time that the submission was queued; empty for the first.</summary>
    private async Task<IEnumerable<string>> WhyAgainAsync(long id) =>
        (await Submissions.EventsAsync(id, 0, 100, None)).Where(happened => happened.Kind == EventKind.Queued)
            .Select(happened => JsonSerializer.Deserialize(happened.Data, AgonJson.Default.QueuedEventView)!.Again ?? "").ToList();

    private Task<bool> CompleteTestAsync(JobLease lease, DateTimeOffset now) =>
        Jobs.CompleteAsync(lease, Some.Report(now, ("test", true)), JobOutcome.Succeeded, null, now, None);

    /// <summary>Asks again while slots are free: a row that another claim keeps for a moment is passed over.</summary>
    private async Task<JobLease?> ClaimSomedayAsync(string worker)
    {
        using var patience = new CancellationTokenSource(Patience);
        while ((await Jobs.QueueAsync("CPU", Now, None)) is var queue && queue.Running < queue.Slots)
        {
            if (await TryClaimAsync(worker) is { } lease)
                return lease;
            patience.Token.ThrowIfCancellationRequested();
        }
        return null;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen;)
        {
            var was = Interlocked.CompareExchange(ref most, value, seen);
            if (was == seen)
                return;
            seen = was;
        }
    }
}

public sealed class JobStoreOnSqlite() : JobStoreContract(OnSqlite)
{
    [ContractFact]
    public async Task A_job_that_cannot_be_taken_back_keeps_no_other_from_it()
    {
        var leaderboard = await LeaderboardAsync();
        var user = await UserAsync();
        await SlotsAsync(2);
        await SubmitAsync(leaderboard, user, SubmissionMode.Test);
        await SubmitAsync(leaderboard, user, SubmissionMode.Test);
        var bad = await ClaimAsync("w1");
        var good = await ClaimAsync("w2");
        await WriteAsync($"CREATE TRIGGER bad BEFORE UPDATE ON agon_job WHEN NEW.id = {bad.JobId} BEGIN SELECT RAISE(ABORT, 'a bad row'); END");

        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(async () => await Jobs.RescueAsync(Now + Lease, None).ToListAsync());
        Assert.Equal("queued", await RowAsync<string>("SELECT state FROM agon_job WHERE id = @JobId", new { good.JobId }));
        Assert.Equal("running", await RowAsync<string>("SELECT state FROM agon_job WHERE id = @JobId", new { bad.JobId }));
    }
}

[NeedsPostgres]
public sealed class JobStoreOnPostgres() : JobStoreContract(OnPostgres)
{
    [ContractFact]
    public async Task A_submission_whose_other_job_is_claimed_while_one_is_handed_back_stays_running()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync());
        await SlotsAsync(2);
        var held = await ClaimAsync("w1");

        // Whoever holds the status row lets both come to the line in which they write it, the claim first.
        await using var gate = await Database.WriteAsync(None);
        await gate.ExecuteAsync("UPDATE submission_job_status SET status = status", null, None);
        var claiming = TryClaimAsync("w2");
        await WaitingAsync(1);
        var releasing = Jobs.ReleaseAsync(held, Now, None);
        await WaitingAsync(2);
        await gate.CommitAsync(None);
        await releasing;

        Assert.True((await claiming)!.Secret);
        Assert.Equal(JobStatus.Running, (await Submissions.FindAsync(accepted.Id, None))!.JobStatus);
    }

    private async Task WaitingAsync(int sessions)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await RowAsync<long>("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") < sessions)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
    }
}
