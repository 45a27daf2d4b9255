using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Domain.Scoring;

/// <summary>A score, or why there is none. A score is in seconds.</summary>
public abstract record ScoreOutcome
{
    private ScoreOutcome()
    {
    }

    /// <summary>Finite and positive, in seconds.</summary>
    public sealed record Scored(double Seconds) : ScoreOutcome;

    /// <summary>There is nothing to score: no ranked run, or one that did not pass.</summary>
    public sealed record NotRanked : ScoreOutcome;

    /// <summary>The harness claims something that cannot be a score.</summary>
    public sealed record Refused(string Reason) : ScoreOutcome;
}

/// <summary>The score of a ranked run (contract section 9), with every number of the harness held to be a claim (threats T6).</summary>
public static class ScoringRules
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>The score of <paramref name="report"/>'s ranked phase; refused as well if the pass of an earlier phase was.</summary>
    public static ScoreOutcome Of(RankingBy rankingBy, Report report)
    {
        if (report.Find(Phase.Leaderboard) is { Passed: true, Run: { } run } phase)
            return Of(rankingBy, run.Result, phase.CaseCount);
        return report.Phases.Select(ClaimRules.Refusal).OfType<string>().FirstOrDefault() is { } reason
            ? new ScoreOutcome.Refused(reason)
            : new ScoreOutcome.NotRanked();
    }

    /// <summary>The score from the lines of a harness that was sent <paramref name="caseCount"/> cases.</summary>
    public static ScoreOutcome Of(RankingBy rankingBy, IReadOnlyDictionary<string, string> result, int caseCount)
    {
        if (ClaimRules.ReadMeans(result, caseCount, out var means) is { } refusal)
            return new ScoreOutcome.Refused(refusal);
        if (means.Length == 0)
            return new ScoreOutcome.Refused("the task has no benchmark to rank by");

        var seconds = Aggregate(rankingBy, means) / NanosecondsPerSecond;
        return double.IsFinite(seconds) && seconds > 0
            ? new ScoreOutcome.Scored(seconds)
            : new ScoreOutcome.Refused("the score is not a finite positive number of seconds");
    }

    private static double Aggregate(RankingBy rankingBy, double[] means) => rankingBy switch
    {
        RankingBy.Last => means[^1],
        RankingBy.Mean => means.Average(),
        // In logarithms: a product of forty small values would underflow to 0 (contract section 9).
        RankingBy.Geom => Math.Exp(means.Average(Math.Log)),
        _ => throw new ArgumentOutOfRangeException(nameof(rankingBy), rankingBy, "not a way to rank"),
    };
}
