namespace Agon.Domain.Jobs;

/// <summary>Where a submission stands for its author (contract section 11): the words of <c>submission_job_status.status</c>.</summary>
public static class JobStatus
{
    public const string Initial = "initial";
    public const string Pending = "pending";
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";
    public const string TimedOut = "timed_out";
    public const string Hacked = "hacked";
}
