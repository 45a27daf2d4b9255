using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;

namespace Agon.Cli.Submissions;

/// <summary>What a finished submission came to.</summary>
internal static class Verdict
{
    // What the domain says before the reason when the fault is the platform's.
    private static readonly string PlatformsFault = JobOutcome.PlatformFailed("").Error!;

    public static bool Passed(SubmissionView submission) => submission.Job.Status is null or JobStatus.Succeeded;

    public static int ExitCodeOf(SubmissionView submission) => submission.Job switch
    {
        { Status: null or JobStatus.Succeeded } => ExitCode.Success,
        { Error: { } error } when error.StartsWith(PlatformsFault, StringComparison.Ordinal) => ExitCode.Platform,
        _ => ExitCode.Refused,
    };
}
