using System.Text.Json;
using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Runs;
using Agon.Domain.Submissions;
using Agon.Storage.Tests.Worlds;

namespace Agon.Storage.Tests.Jobs;

/// <summary>What is written down when a job ends.</summary>
public abstract class CompletionContract(Func<Task<TestDatabase>> create) : QueueContract(create)
{
    [ContractFact]
    public async Task A_result_is_recorded_once_however_often_and_from_wherever_it_is_handed_in()
    {
        await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var lease = await ClaimAsync();

        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
            Jobs.CompleteAsync(lease, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now, None))));

        Assert.Single(taken, accepted => accepted);
        Assert.Equal("1 runs, 2 events, 1 ended, 0 slots held, 1 done", await TracesAsync());
    }

    [ContractFact]
    public async Task Of_jobs_that_end_at_once_exactly_one_ends_the_submission()
    {
        var leaderboard = await LeaderboardAsync(gpus: ["CPU", "H100", "A100"]);
        var user = await UserAsync();
        await Jobs.EnsureSlotsAsync("m1", new Dictionary<string, int> { ["CPU"] = 20, ["H100"] = 20, ["A100"] = 20 }, Now, None);
        for (var round = 0; round < 5; round++)
        {
            var accepted = await SubmitAsync(leaderboard, user);
            var leases = new List<Agon.Storage.Jobs.JobLease>();
            while (await TryClaimAsync() is { } lease)
                leases.Add(lease);
            Assert.Equal(6, leases.Count);

            Assert.All(await Task.WhenAll(leases.Select(lease => Task.Run(() =>
                Jobs.CompleteAsync(lease, Some.RankedReport(Now), JobOutcome.Succeeded, 1, Now, None)))), Assert.True);

            var events = await Submissions.EventsAsync(accepted.Id, 0, 100, None);
            Assert.Single(events, happened => happened.Kind == EventKind.Done);
            Assert.Equal(EventKind.Done, events[^1].Kind);
            Assert.True((await Submissions.FindAsync(accepted.Id, None))!.Done);
        }
    }

    [ContractFact]
    public async Task Every_phase_is_a_row_and_only_a_ranked_run_has_a_score()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync());
        await SlotsAsync(1);
        const double score = 1.2345678901234567e-6;
        Assert.True(await Jobs.CompleteAsync(await ClaimAsync(), Some.RankedReport(Now), JobOutcome.Succeeded, score, Now, None));

        var runs = await Submissions.RunsAsync(accepted.Id, None);
        Assert.Equal(["test", "benchmark", "leaderboard"], runs.Select(run => run.Mode));
        Assert.Equal([null, null, 0.0000012345678901234567m], runs.Select(run => run.Score));
        Assert.All(runs, run => Assert.Equal((true, false, "CPU"), (run.Passed, run.Secret, run.Runner)));
        Assert.Equal((Now, Now.AddSeconds(1)), (runs[0].StartTime, runs[0].EndTime));
        Assert.Equal("strong", runs[0].System!.Isolation!.Level);
        Assert.Equal("pass", runs[0].Result!["check"]);
        using var meta = JsonDocument.Parse((await RowAsync<string>("SELECT meta FROM runs WHERE mode = 'test'"))!);
        Assert.Equal(
            ["stdout", "stderr", "success", "exit_code", "command", "duration", "cpu_time_ns", "peak_memory_bytes"],
            meta.RootElement.EnumerateObject().Select(key => key.Name).OrderBy(key => Array.IndexOf(MetaKeys, key)));
        Assert.Equal(200_000_000, meta.RootElement.GetProperty("cpu_time_ns").GetInt64());
    }

    private static readonly string[] MetaKeys = ["stdout", "stderr", "success", "exit_code", "command", "duration", "cpu_time_ns", "peak_memory_bytes"];

    [ContractFact]
    public async Task A_ranked_run_whose_score_was_refused_has_not_passed()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync());
        await SlotsAsync(1);
        await Jobs.CompleteAsync(await ClaimAsync(), Some.RankedReport(Now), new JobOutcome(JobStatus.Failed, "no score"), null, Now, None);

        Assert.Equal([("test", true), ("benchmark", true), ("leaderboard", false)],
            (await Submissions.RunsAsync(accepted.Id, None)).Select(run => (run.Mode, run.Passed)));
    }

    [ContractFact]
    public async Task A_score_of_any_size_comes_back_exactly_and_ranks_by_size()
    {
        var leaderboard = await LeaderboardAsync();
        double[] scores = [10, 9, 1e-12, 0.30000000000000004, 1e25, 2.5e-300];
        await SlotsAsync(1);
        foreach (var score in scores)
        {
            var user = await UserAsync($"user {score:R}");
            await SubmitAsync(leaderboard, user);
            await Jobs.CompleteAsync(await ClaimAsync(), Some.RankedReport(Now), JobOutcome.Succeeded, score, Now, None);
            await Jobs.CompleteAsync(await ClaimAsync(), Some.RankedReport(Now), JobOutcome.Succeeded, score, Now, None);
        }

        Assert.Equal(scores.Order(), (await Leaderboards.RankAsync(leaderboard, "CPU", null, 0, None)).Select(entry => entry.Score));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
        {
            await SubmitAsync(leaderboard, await UserAsync("nan"));
            await Jobs.CompleteAsync(await ClaimAsync(), Some.RankedReport(Now), JobOutcome.Succeeded, double.NaN, Now, None);
        });
    }

    [ContractFact]
    public async Task An_evaluation_that_did_not_work_leaves_no_runs_but_a_result_event()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var report = Some.Report(Now, ("test", true)) with { Success = false, Error = "no interpreter" };
        await Jobs.CompleteAsync(await ClaimAsync(), report, new JobOutcome(JobStatus.Failed, "no interpreter"), null, Now, None);

        Assert.Empty(await Submissions.RunsAsync(accepted.Id, None));
        Assert.Contains(await Submissions.EventsAsync(accepted.Id, 0, 9, None), happened => happened.Kind == EventKind.Result && happened.Data.Contains("no interpreter"));
        Assert.Equal("no interpreter", (await Submissions.FindAsync(accepted.Id, None))!.JobError);
    }

    [ContractFact]
    public async Task The_first_public_failure_names_the_submissions_end()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync());
        await SlotsAsync(2);
        var open = await ClaimAsync("w1");
        var secret = await ClaimAsync("w2");
        await Jobs.CompleteAsync(secret, Some.Report(Now, ("test", false)), new JobOutcome(JobStatus.Failed, "the secret run failed"), null, Now, None);
        await Jobs.CompleteAsync(open, Some.Report(Now, ("test", false)), new JobOutcome(JobStatus.TimedOut, "too slow"), null, Now, None);

        var submission = (await Submissions.FindAsync(accepted.Id, None))!;
        Assert.Equal((true, JobStatus.TimedOut, "too slow"), (submission.Done, submission.JobStatus, submission.JobError));
        var done = (await Submissions.EventsAsync(accepted.Id, 0, 100, None))[^1];
        Assert.Equal((EventKind.Done, """{"status":"timed_out","error":"too slow"}"""), (done.Kind, done.Data));
    }

    [ContractFact]
    public async Task A_secret_run_is_not_made_where_the_public_one_has_failed()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(gpus: ["CPU", "H100"]), await UserAsync());
        await Jobs.EnsureSlotsAsync("m1", new Dictionary<string, int> { ["CPU"] = 1, ["H100"] = 1 }, Now, None);
        var onCpu = await ClaimAsync();
        Assert.Equal(("CPU", false), (onCpu.Gpu, onCpu.Secret));
        await Jobs.CompleteAsync(onCpu, Some.Report(Now, ("test", false)), new JobOutcome(JobStatus.Failed, "the tests failed on CPU"), null, Now, None);

        // On the other device both are run.
        for (var job = 0; job < 2; job++)
        {
            Assert.False((await Submissions.FindAsync(accepted.Id, None))!.Done);
            var lease = await ClaimAsync();
            Assert.Equal(("H100", job == 1), (lease.Gpu, lease.Secret));
            await Jobs.CompleteAsync(lease, Some.RankedReport(Now), JobOutcome.Succeeded, 1, Now, None);
        }
        var submission = (await Submissions.FindAsync(accepted.Id, None))!;
        Assert.Equal((true, JobStatus.Failed, "the tests failed on CPU"), (submission.Done, submission.JobStatus, submission.JobError));
        Assert.Null(await TryClaimAsync(at: Now.AddHours(1)));
        Assert.Equal(
            [("CPU", false, "the tests failed on CPU"), ("CPU", true, "the secret run was not made, since the public one did not pass"), ("H100", false, null), ("H100", true, null)],
            (await Submissions.JobsAsync(accepted.Id, None)).Select(job => (job.Gpu, job.Secret, job.Error)).Order());
    }

    [ContractFact]
    public async Task A_secret_run_that_has_begun_is_waited_for_and_one_that_waits_ends_with_a_public_run_that_never_came_back()
    {
        var begun = await SubmitAsync(await LeaderboardAsync(), await UserAsync());
        await SlotsAsync(2);
        var open = await ClaimAsync("w1");
        var secret = await ClaimAsync("w2");
        await Jobs.CompleteAsync(open, Some.Report(Now, ("test", false)), new JobOutcome(JobStatus.Failed, "first"), null, Now, None);
        Assert.False((await Submissions.FindAsync(begun.Id, None))!.Done);
        await Jobs.CompleteAsync(secret, Some.RankedReport(Now), JobOutcome.Succeeded, 1, Now, None);
        Assert.Equal((true, "first"), ((await Submissions.FindAsync(begun.Id, None))!.Done, (await Submissions.FindAsync(begun.Id, None))!.JobError));

        var lost = await SubmitAsync((await Leaderboards.FindAsync("sums", None))!, await UserAsync("bob"));
        await SlotsAsync(1);
        for (var attempt = 1; attempt <= JobRules.MaxAttempts; attempt++)
        {
            // The public one is tried again later than the secret one was handed in: it is taken by its own time.
            await WriteAsync("UPDATE agon_job SET run_after = @later WHERE secret AND state = 'queued'", new { later = Now.AddDays(1) });
            await Jobs.FailAttemptAsync(await ClaimAsync(at: Now.AddMinutes(attempt)), "no runner", Now.AddMinutes(attempt), None);
        }
        var submission = (await Submissions.FindAsync(lost.Id, None))!;
        Assert.Equal((true, JobStatus.Failed), (submission.Done, submission.JobStatus));
        Assert.Contains("no runner", submission.JobError);
    }

    [ContractFact]
    public async Task How_a_public_run_failed_is_kept_for_its_author_and_how_a_secret_one_did_is_not()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync());
        await SlotsAsync(2);
        var open = await ClaimAsync("w1");
        var secret = await ClaimAsync("w2");
        var crashed = Some.Phase("test", false, Now) with { Run = Some.Run(passed: false) with { Success = false, ExitCode = -11, Stderr = "boom" } };
        var uncompiled = Some.Phase("benchmark", false, Now) with { Run = null, Compilation = new Compilation(false, "", false, "g++", "", "no such header", 1) };
        var report = Some.Report(Now) with { Phases = [Some.Phase("leaderboard", true, Now), crashed, uncompiled] };
        await Jobs.CompleteAsync(secret, report, new JobOutcome(JobStatus.Failed, "secret"), null, Now, None);
        await Jobs.CompleteAsync(open, report, new JobOutcome(JobStatus.Failed, "public"), 1, Now, None);

        var runs = (await Submissions.RunsAsync(accepted.Id, None)).ToLookup(run => run.Secret);
        Assert.All(runs[true], run => Assert.Null(run.Failure));
        var failures = runs[false].ToDictionary(run => run.Mode, run => run.Failure);
        Assert.Equal(new Agon.Storage.Submissions.RunFailure(-11, "boom"), failures["test"]);
        Assert.Equal(new Agon.Storage.Submissions.RunFailure(1, "no such header"), failures["benchmark"]);
        Assert.Null(failures["leaderboard"]);
        Assert.Equal(JobStatus.Failed, Assert.Single(await Submissions.ListAsync((await Submissions.FindAsync(accepted.Id, None))!.UserId, null, 9, 0, None)).Status);
    }

    [ContractFact]
    public async Task Of_a_secret_run_nothing_reaches_the_events()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync());
        await SlotsAsync(2);
        var open = await ClaimAsync("w1");
        var secret = await ClaimAsync("w2");
        var phase = new PhaseEventView { Gpu = "CPU", Phase = "secret", State = "started", Attempt = 1 };
        Assert.True(await Jobs.AddEventAsync(secret, phase, Now, None));
        Assert.True(await Jobs.AddEventsAsync(secret, [new LogEventView { Gpu = "CPU", Line = "hidden" }], Now, None));
        Assert.True(await Jobs.CompleteAsync(secret, Some.RankedReport(Now), JobOutcome.Succeeded, 1, Now, None));
        Assert.True(await Jobs.AddEventsAsync(open, [new LogEventView { Gpu = "CPU", Line = "shown" }], Now, None));

        var events = await Submissions.EventsAsync(accepted.Id, 0, 100, None);
        Assert.Equal([EventKind.Queued, EventKind.Phase, EventKind.Log], events.Select(happened => happened.Kind));
        Assert.Contains("shown", events[2].Data);
    }

    [ContractFact]
    public async Task A_submission_that_was_ended_elsewhere_gets_no_more_runs_and_its_job_lets_go_of_its_slot()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var lease = await ClaimAsync();
        await WriteAsync("UPDATE submission SET done = TRUE, status = 'hacked'");
        await WriteAsync("UPDATE submission_job_status SET status = 'hacked', error = 'rule 7'");

        await Jobs.CompleteAsync(lease, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now, None);

        Assert.Equal("0 runs, 0 events, 1 ended, 0 slots held, 1 done", await TracesAsync());
        var submission = (await Submissions.FindAsync(accepted.Id, None))!;
        Assert.Equal((JobStatus.Hacked, "rule 7"), (submission.JobStatus, submission.JobError));
    }

    [ContractFact]
    public async Task A_mark_of_hacked_survives_the_last_job()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var lease = await ClaimAsync();
        await WriteAsync("UPDATE submission_job_status SET status = 'hacked', error = 'rule 7'");
        await Jobs.CompleteAsync(lease, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now, None);

        Assert.Equal(JobStatus.Hacked, (await Submissions.FindAsync(accepted.Id, None))!.JobStatus);
        Assert.Contains("hacked", (await Submissions.EventsAsync(accepted.Id, 0, 9, None))[^1].Data);
    }

    [ContractFact]
    public async Task What_was_not_committed_has_not_happened()
    {
        await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var lease = await ClaimAsync();
        var before = await TracesAsync();
        using var cancelled = new CancellationTokenSource();

        // Its last statement done, the process "dies" before the commit.
        await using (var session = await Database.WriteAsync(None))
        {
            await Storage.Jobs.DeviceSlots.FreeAsync(session, lease.JobId, None);
            await Storage.Jobs.RunRecorder.RecordAsync(session, lease, Some.Report(Now, ("test", true)), null, Now, None);
            await Storage.Jobs.JobEnd.EndAsync(session, lease.ToHeld(), "done", JobOutcome.Succeeded, Now, None);
        }
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Jobs.CompleteAsync(lease, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now, cancelled.Token));

        Assert.Equal(before, await TracesAsync());
        Assert.True(await Jobs.CompleteAsync(lease, Some.Report(Now, ("test", true)), JobOutcome.Succeeded, null, Now, None));
    }

    [ContractFact]
    public async Task Hostile_output_is_cleaned_and_kept()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var lease = await ClaimAsync();
        var hostile = "a\0b\ud800c\udc00\ud83d\ude00\\u0000";
        const string clean = "a\uFFFDb\uFFFDc\uFFFD\ud83d\ude00\\u0000";
        var megabytes = new string('x', 3 << 20) + hostile;
        var run = Some.Run(passed: true) with
        {
            Stdout = megabytes,
            Stderr = hostile,
            Result = new Dictionary<string, string> { ["check"] = "pass", [hostile] = hostile, ["benchmark.0.mean"] = "1e400", ["nan"] = "NaN" },
        };
        var report = Some.Report(Now) with
        {
            Phases = [Some.Phase("test", true, Now) with { Run = run, Compilation = new Compilation(false, hostile, true, hostile, hostile, hostile, 0) }],
            System = Some.System with { Hostname = hostile },
        };

        Assert.True(await Jobs.AddEventsAsync(lease, [new LogEventView { Gpu = "CPU", Line = hostile }], Now, None));
        Assert.True(await Jobs.CompleteAsync(lease, report, new JobOutcome(JobStatus.Failed, hostile), null, Now, None));

        var stored = Assert.Single(await Submissions.RunsAsync(accepted.Id, None));
        Assert.Equal(("pass", clean, "1e400"), (stored.Result!["check"], stored.Result[clean], stored.Result["benchmark.0.mean"]));
        Assert.Equal(clean, stored.System!.Hostname);
        Assert.Equal(clean, (await Submissions.FindAsync(accepted.Id, None))!.JobError);
        using var meta = JsonDocument.Parse((await RowAsync<string>("SELECT meta FROM runs"))!);
        Assert.Equal((3 << 20) + clean.Length, meta.RootElement.GetProperty("stdout").GetString()!.Length);
        var log = (await Submissions.EventsAsync(accepted.Id, 0, 100, None)).Single(happened => happened.Kind == EventKind.Log);
        using var line = JsonDocument.Parse(log.Data);
        Assert.Equal(clean, line.RootElement.GetProperty("line").GetString());
    }

    [ContractFact]
    public async Task Of_lines_whose_names_become_equal_by_cleaning_the_last_one_counts()
    {
        var accepted = await SubmitAsync(await LeaderboardAsync(), await UserAsync(), SubmissionMode.Test);
        await SlotsAsync(1);
        var run = Some.Run(passed: true) with { Result = new Dictionary<string, string> { ["x\0"] = "1", ["x\uFFFD"] = "2" } };
        var report = Some.Report(Now) with { Phases = [Some.Phase("test", true, Now) with { Run = run }] };

        Assert.True(await Jobs.CompleteAsync(await ClaimAsync(), report, JobOutcome.Succeeded, null, Now, None));

        Assert.Equal("2", Assert.Single(Assert.Single(await Submissions.RunsAsync(accepted.Id, None)).Result!).Value);
    }
}

public sealed class CompletionOnSqlite() : CompletionContract(OnSqlite);

[NeedsPostgres]
public sealed class CompletionOnPostgres() : CompletionContract(OnPostgres);
