namespace Agon.Domain.Jobs;

/// <summary>What becomes of a job whose attempt ended without a result: our fault, never the participant's.</summary>
public static class JobRules
{
    /// <summary>How often a job is tried before the platform gives up on it.</summary>
    public const int MaxAttempts = 3;

    /// <summary>Whether a job that was tried <paramref name="attempts"/> times is queued again.</summary>
    public static bool IsRetried(int attempts) => attempts < MaxAttempts;

    /// <summary>How long the job waits before its next attempt: a place that is ill for a moment gets a moment.</summary>
    public static TimeSpan WaitBefore(int nextAttempt) => TimeSpan.FromSeconds(nextAttempt <= 1 ? 0 : 2 * (nextAttempt - 1));
}
