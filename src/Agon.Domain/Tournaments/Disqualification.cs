namespace Agon.Domain.Tournaments;

/// <summary>Why a participant is out, and since which day.</summary>
/// <param name="Reason">One of the words below, or an operator's own sentence.</param>
/// <param name="Day">Number of the competition day; null where no run was to blame.</param>
public sealed record Disqualification(string? Reason, int? Day)
{
    /// <summary>A run with wrong data, or one that failed (S064, D05).</summary>
    public const string WrongData = "data_correctness_failed";

    /// <summary>A run that took longer than allowed (S065).</summary>
    public const string TooSlow = "time_limit_exceeded";

    /// <summary>There is nothing to score (D08).</summary>
    public const string NoRuns = "no_completed_runs";

    /// <summary>What this run does to its participant, at once (D04); null if it does not disqualify.</summary>
    /// <remarks>Of a run that is both too slow and wrong the time is told: what was killed could not finish its outputs.</remarks>
    public static string? ReasonOf(ScoredRun run, double limitSeconds) => run switch
    {
        { IsFinished: false } => null,
        _ when run.IsOver(limitSeconds) => TooSlow,
        { IsCorrect: false } => WrongData,
        _ => null,
    };
}
