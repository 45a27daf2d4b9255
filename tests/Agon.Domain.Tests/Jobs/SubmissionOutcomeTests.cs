using Agon.Domain.Jobs;
using Agon.Domain.Runs;

namespace Agon.Domain.Tests.Jobs;

public sealed class SubmissionOutcomeTests
{
    private static readonly PhaseResult[] AllPassed = [Some.Passed(Phase.Test), Some.Passed(Phase.Benchmark), Some.Passed(Phase.Leaderboard)];

    private static JobOutcome Of(EvaluationMode mode, params PhaseResult[] phases) =>
        SubmissionOutcome.Of(Some.Task(), mode, "CPU", Some.Report(phases));

    [Theory]
    [InlineData(EvaluationMode.Test, 1)]
    [InlineData(EvaluationMode.Leaderboard, 3)]
    [InlineData(EvaluationMode.Private, 3)]
    public void A_job_whose_phases_all_passed_succeeded(EvaluationMode mode, int phases) =>
        Assert.Equal(JobOutcome.Succeeded, Of(mode, AllPassed[..phases]));

    [Theory]
    [InlineData(0, "the leaderboard run is missing on CPU")]
    [InlineData(112, "the leaderboard run failed on CPU")]
    [InlineData(1, "the leaderboard run ended with exit code 1 on CPU")]
    [InlineData(110, "the leaderboard run ended with exit code 110 on CPU")]
    [InlineData(114, "the leaderboard run did not end within the time limit on CPU")]
    [InlineData(-11, "the leaderboard run crashed (signal 11) on CPU")]
    public void The_author_of_a_public_run_is_told_which_phase_failed_and_how(int exitCode, string error)
    {
        PhaseResult[] phases = exitCode == 0 ? AllPassed[..2] : [.. AllPassed[..2], Some.Failed(Phase.Leaderboard, exitCode)];
        Assert.Equal(new JobOutcome(JobStatus.Failed, error), Of(EvaluationMode.Leaderboard, phases));
    }

    [Theory]
    [InlineData(Phase.Test, EvaluationMode.Test, "the tests failed on CPU")]
    [InlineData(Phase.Benchmark, EvaluationMode.Benchmark, "the benchmarks failed on CPU")]
    public void A_test_that_failed_is_failed_in_every_mode(string key, EvaluationMode mode, string error) =>
        Assert.Equal(new JobOutcome(JobStatus.Failed, error), Of(mode, Some.Failed(key)));

    [Fact]
    public void The_first_phase_that_failed_is_the_one_that_is_named()
    {
        Assert.Equal("the tests failed on CPU", Of(EvaluationMode.Leaderboard, Some.Failed(Phase.Test)).Error);
        Assert.Equal("the test run is missing on CPU", Of(EvaluationMode.Leaderboard).Error);
    }

    [Fact]
    public void A_run_can_fail_without_an_exit_code_of_its_own()
    {
        var passed = Some.Passed(Phase.Test);
        Assert.Equal("the tests did not start: compilation failed on CPU", Of(EvaluationMode.Test, passed with { Run = null }).Error);
        Assert.Equal("the tests gave no valid verdict on CPU", Of(EvaluationMode.Test, passed with { Run = passed.Run! with { Success = false } }).Error);
        var killed = Some.Failed(Phase.Test, -9);
        Assert.Equal(
            "the tests used more memory than allowed on CPU",
            Of(EvaluationMode.Test, killed with { Run = killed.Run! with { Resources = new ResourceUse(KilledForMemory: true) } }).Error);
    }

    [Fact]
    public void What_a_program_said_last_is_part_of_why_it_failed()
    {
        var crashed = Some.Failed(Phase.Test, 1);
        crashed = crashed with { Run = crashed.Run! with { Stderr = $"Traceback\n  line 1\nValueError: no \u001b[31mgood{new string('!', 400)}\n\n" } };
        Assert.Equal($"the tests ended with exit code 1 (ValueError: no [31mgood{new string('!', 300 - 23)}) on CPU", Of(EvaluationMode.Test, crashed).Error);
        Assert.Equal("the secret run on CPU did not pass", Of(EvaluationMode.Private, crashed).Error);
    }

    [Fact]
    public void A_harness_that_says_nothing_of_the_entry_has_failed_for_a_reason_of_its_own() => Assert.Equal(
        "the tests failed: the harness ended without a verdict: no line 'check: pass' or 'check: fail' came through POPCORN_FD on CPU",
        Of(EvaluationMode.Test, Some.Refused(Phase.Test, [])).Error);

    [Theory]
    [InlineData(112)]
    [InlineData(114)]
    [InlineData(-11)]
    public void Of_a_secret_run_its_author_learns_only_that_it_did_not_pass(int exitCode)
    {
        var secret = new JobOutcome(JobStatus.Failed, "the secret run on CPU did not pass");
        Assert.Equal(secret, Of(EvaluationMode.Private, Some.Failed(Phase.Test, exitCode)));
        Assert.Equal(secret, Of(EvaluationMode.Private, Some.Passed(Phase.Test), Some.Passed(Phase.Benchmark), Some.Failed(Phase.Leaderboard, exitCode)));
        Assert.Equal(secret, Of(EvaluationMode.Private));
    }

    [Fact]
    public void What_went_wrong_in_the_evaluation_itself_is_told_for_a_public_run_only()
    {
        var report = new Report { Success = false, Error = "no case 7919 in line", System = new SystemInfo() };
        Assert.Equal("no case 7919 in line", SubmissionOutcome.Of(Some.Task(), EvaluationMode.Leaderboard, "CPU", report).Error);
        Assert.Equal("the secret run on CPU did not pass", SubmissionOutcome.Of(Some.Task(), EvaluationMode.Private, "CPU", report).Error);
    }

    [Fact]
    public void A_ranked_run_without_a_believable_score_failed()
    {
        var ranked = Some.Passed(Phase.Leaderboard);
        var claims = new Dictionary<string, string>(ranked.Run!.Result) { ["benchmark.0.mean"] = "-5" };
        PhaseResult[] phases = [.. AllPassed[..2], ranked with { Run = ranked.Run with { Result = claims } }];
        Assert.Equal("no score: benchmark.0.mean is '-5', not a finite positive number of nanoseconds on CPU", Of(EvaluationMode.Leaderboard, phases).Error);
        Assert.Equal("the secret run on CPU did not pass", Of(EvaluationMode.Private, phases).Error);
    }

    [Theory]
    [InlineData(Phase.Benchmark, EvaluationMode.Benchmark, "the benchmarks failed: the harness reported benchmark-count '0', but 1 were sent on CPU")]
    [InlineData(Phase.Test, EvaluationMode.Test, "the tests failed: the harness reported test-count '2', but 1 were sent on CPU")]
    [InlineData(Phase.Test, EvaluationMode.Private, "the secret run on CPU did not pass")]
    public void Why_a_claimed_pass_was_refused_is_told(string key, EvaluationMode mode, string error)
    {
        var refused = Some.Refused(key, new() { ["check"] = "pass", ["benchmark-count"] = "0", ["test-count"] = "2" });
        Assert.Equal(new JobOutcome(JobStatus.Failed, error), Of(mode, refused));
    }

    [Fact]
    public void The_first_job_that_did_not_succeed_decides_for_the_submission()
    {
        var first = new JobOutcome(JobStatus.Failed, "first");
        var second = new JobOutcome(JobStatus.TimedOut, "second");
        Assert.Equal(JobOutcome.Succeeded, SubmissionOutcome.Of([JobOutcome.Succeeded, JobOutcome.Succeeded]));
        Assert.Equal(first, SubmissionOutcome.Of([JobOutcome.Succeeded, first, second]));
        Assert.Equal(second, SubmissionOutcome.Of([second, first]));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public void A_job_is_tried_three_times(int attempts, bool again) => Assert.Equal(again, JobRules.IsRetried(attempts));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    public void A_job_waits_a_little_longer_before_each_attempt(int attempt, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), JobRules.WaitBefore(attempt));

    [Fact]
    public void A_job_that_the_platform_gave_up_on_says_whose_fault_it_was() =>
        Assert.Equal(
            new JobOutcome(JobStatus.Failed, "the platform failed 3 times to run this job, which is not the entry's fault: disk full"),
            JobOutcome.PlatformFailed("disk full"));
}
