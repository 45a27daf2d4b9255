namespace Agon.Domain.Tournaments;

/// <summary>How three components become the final score (S060): configuration of a tournament, fixed at its creation.</summary>
/// <param name="PatternAccuracyWeight">Of the mean recall, or of the mean AUC-ROC.</param>
/// <param name="DataCorrectnessWeight">Of the data's correctness, which is 1 for everybody who is not disqualified.</param>
/// <param name="PerformanceWeight">Of the speed against the baseline.</param>
/// <param name="SpeedCap">
/// The most that the ratio baseline time ÷ own time may count; null for no limit. At 1, the default (S063), being faster than the
/// baseline earns nothing: a faster and equally accurate entry can only tie, and the tie goes to the baseline (D11). Without
/// a limit a program that does nothing outruns every accurate one, so a number a little above 1 is the better choice.
/// </param>
public sealed record ScoringPolicy(double PatternAccuracyWeight, double DataCorrectnessWeight, double PerformanceWeight, double? SpeedCap)
{
    public static ScoringPolicy Default { get; } = new(0.50, 0.30, 0.20, 1.0);

    /// <summary>The default weights with nothing to limit the speed ratio.</summary>
    public static ScoringPolicy Uncapped { get; } = Default with { SpeedCap = null };

    /// <summary>Why this policy is refused; null if it is not.</summary>
    public string? Refuse()
    {
        double[] weights = [PatternAccuracyWeight, DataCorrectnessWeight, PerformanceWeight];
        if (!weights.All(weight => weight is >= 0 and <= 1))
            return "a weight of the scoring policy is not between 0 and 1";
        if (Math.Abs(weights.Sum() - 1) > Tolerance.Score)
            return $"the weights of the scoring policy add up to {weights.Sum():R}, not to 1";
        return SpeedCap is null or (>= 1 and <= MaxSpeedCap) ? null : $"speed_cap is {SpeedCap:R}, not between 1 and {MaxSpeedCap}, and not null";
    }

    /// <summary>Larger ones are meant as none.</summary>
    public const double MaxSpeedCap = 1000;

    internal double Performance(double speedRatio) => SpeedCap is { } cap ? Math.Min(speedRatio, cap) : speedRatio;

    internal double Score(double accuracy, double correctness, double performance) =>
        PatternAccuracyWeight * accuracy + DataCorrectnessWeight * correctness + PerformanceWeight * performance;
}

/// <summary>How far two numbers may differ and still be equal (D43).</summary>
public static class Tolerance
{
    public const double Score = 1e-9;
}
