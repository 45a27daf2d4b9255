using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;

namespace Agon.Domain.Jobs;

/// <summary>How one job ended: its last word, from which the submission's status follows.</summary>
/// <param name="Status">One of the final words of <see cref="JobStatus"/>.</param>
/// <param name="Error">One sentence for the author; null on success.</param>
public sealed record JobOutcome(string Status, string? Error)
{
    public static JobOutcome Succeeded { get; } = new(JobStatus.Succeeded, null);

    /// <summary>The job was tried as often as <see cref="JobRules"/> allow, and no attempt came back with a report.</summary>
    public static JobOutcome PlatformFailed(string reason) =>
        new(JobStatus.Failed, $"the platform failed {JobRules.MaxAttempts} times to run this job, which is not the entry's fault: {reason}");
}

/// <summary>What a report means for a job, and jobs for their submission (contract section 11).</summary>
/// <remarks>
/// Differs where section 14 number 14 asks for it: a test that failed is <c>failed</c> in every mode,
/// so that a client which looks only at the status does not call it a success.
/// </remarks>
public static class SubmissionOutcome
{
    /// <summary>How a job ended whose evaluation came back with <paramref name="report"/>.</summary>
    public static JobOutcome Of(TaskDefinition task, EvaluationMode mode, string gpu, Report report)
    {
        if (!report.Success)
            return mode == EvaluationMode.Private ? Failed(mode, gpu, report.Error) : new JobOutcome(JobStatus.Failed, report.Error);

        foreach (var phase in Phases.Of(task, mode))
        {
            if (report.Find(phase.Key) is not { } result)
                return Failed(mode, gpu, $"the {phase.Key} run is missing");
            if (!result.Passed)
                return Failed(mode, gpu, Describe(result));
        }

        return mode is EvaluationMode.Leaderboard or EvaluationMode.Private
            && ScoringRules.Of(task.RankingBy, report) is ScoreOutcome.Refused(var reason)
                ? Failed(mode, gpu, $"no score: {reason}")
                : JobOutcome.Succeeded;
    }

    /// <summary>The submission's status: the first job that did not succeed decides, public ones are named first.</summary>
    public static JobOutcome Of(IEnumerable<JobOutcome> jobsInOrder) =>
        jobsInOrder.FirstOrDefault(job => job.Status != JobStatus.Succeeded) ?? JobOutcome.Succeeded;

    // Of the secret run an author learns that it failed and nothing else (contract section 14 number 4).
    private static JobOutcome Failed(EvaluationMode mode, string gpu, string reason) =>
        new(JobStatus.Failed, mode == EvaluationMode.Private
            ? $"the secret run on {gpu} did not pass"
            : $"{reason} on {gpu}");

    private static string Describe(PhaseResult phase)
    {
        var name = phase.Key switch { Phase.Test => "tests", Phase.Benchmark => "benchmarks", _ => $"{phase.Key} run" };
        return phase.Run switch
        {
            null => $"the {name} did not start: {phase.Compilation?.Complaint ?? "compilation failed"}",
            { ExitCode: HarnessExit.TimedOut } => $"the {name} did not end within the time limit",
            { Resources.KilledForMemory: true } => $"the {name} used more memory than allowed",
            { ExitCode: < 0 and var signal } => $"the {name} crashed (signal {-signal})",
            { Success: false, ExitCode: HarnessExit.Success or HarnessExit.ValidationFailed } => $"the {name} gave no valid verdict",
            { Success: false, ExitCode: var code, LastWords: { } words } => $"the {name} ended with exit code {code} ({words})",
            { Success: false, ExitCode: var code } => $"the {name} ended with exit code {code}",
            { Success: true } run when ClaimRules.Silence(run.Result) is { } silence => $"the {name} failed: {silence}",
            _ when ClaimRules.Refusal(phase) is { } reason => $"the {name} failed: {reason}",
            _ => $"the {name} failed",
        };
    }
}
