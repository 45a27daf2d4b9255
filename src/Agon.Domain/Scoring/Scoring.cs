using System.Globalization;
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

    /// <summary>The score of <paramref name="report"/>'s ranked phase.</summary>
    public static ScoreOutcome Of(RankingBy rankingBy, Report report) =>
        report.Find(Phase.Leaderboard) is { Passed: true, Run: { } run } phase
            ? Of(rankingBy, run.Result, phase.CaseCount)
            : new ScoreOutcome.NotRanked();

    /// <summary>The score from the lines of a harness that was sent <paramref name="caseCount"/> cases.</summary>
    public static ScoreOutcome Of(RankingBy rankingBy, IReadOnlyDictionary<string, string> result, int caseCount)
    {
        if (!result.TryGetValue("benchmark-count", out var countText))
            return new ScoreOutcome.Refused("the harness reported no benchmark-count");
        if (!int.TryParse(countText, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count != caseCount)
            return new ScoreOutcome.Refused($"the harness reported benchmark-count {Shown(countText)}, but {caseCount} were sent");
        if (count == 0)
            return new ScoreOutcome.Refused("the task has no benchmark to rank by");

        var means = new double[count];
        for (var n = 0; n < count; n++)
        {
            var key = $"benchmark.{n}.mean";
            if (!result.TryGetValue(key, out var text))
                return new ScoreOutcome.Refused($"the harness reported no {key}");
            if (!IsTime(text, out means[n]))
                return new ScoreOutcome.Refused($"{key} is {Shown(text)}, not a finite positive number of nanoseconds");
        }

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

    private static bool IsTime(string text, out double nanoseconds) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out nanoseconds)
        && double.IsFinite(nanoseconds) && nanoseconds > 0;

    private static string Shown(string text) => text.Length <= 40 ? $"'{text}'" : $"'{text[..40]}...'";
}
