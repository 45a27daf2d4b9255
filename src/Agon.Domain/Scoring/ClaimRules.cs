using System.Globalization;
using Agon.Domain.Runs;

namespace Agon.Domain.Scoring;

/// <summary>What a harness has to tell for its pass to count: as many results as it was sent cases, and times that are times (threats T6).</summary>
public static class ClaimRules
{
    /// <summary>Why the pass of a phase is refused; null if it is not, or if none was claimed.</summary>
    public static string? Refusal(PhaseResult phase) =>
        phase.Run is { Success: true } run && run.Result.GetValueOrDefault("check") == "pass"
            ? Refusal(phase.Key, run.Result, phase.CaseCount)
            : null;

    /// <summary>Why a harness that came to its end counts as failed all the same; null if it said how the entry fared.</summary>
    public static string? Silence(IReadOnlyDictionary<string, string> result) => result.ContainsKey("check")
        ? null
        : "the harness ended without a verdict: no line 'check: pass' or 'check: fail' came through POPCORN_FD";

    /// <summary>Why these lines of a harness that was sent <paramref name="caseCount"/> cases are no pass; null if they are.</summary>
    /// <remarks>Not every harness counts its tests, and its check is about all of them; one that does count has to be right.</remarks>
    public static string? Refusal(string phase, IReadOnlyDictionary<string, string> result, int caseCount) => phase switch
    {
        Phase.Test => result.ContainsKey("test-count") ? CountRefusal("test-count", result, caseCount) : null,
        Phase.Benchmark or Phase.Leaderboard => ReadMeans(result, caseCount, out _),
        _ => null,
    };

    /// <summary>Reads the mean of each timed case, in nanoseconds.</summary>
    /// <returns>Why they cannot be had; null if <paramref name="means"/> holds them all.</returns>
    internal static string? ReadMeans(IReadOnlyDictionary<string, string> result, int caseCount, out double[] means)
    {
        means = new double[caseCount];
        if (CountRefusal("benchmark-count", result, caseCount) is { } refusal)
            return refusal;
        for (var n = 0; n < caseCount; n++)
        {
            var key = $"benchmark.{n}.mean";
            if (!result.TryGetValue(key, out var text))
                return $"the harness reported no {key}";
            if (!IsTime(text, out means[n]))
                return $"{key} is {Shown(text)}, not a finite positive number of nanoseconds";
        }
        return null;
    }

    private static string? CountRefusal(string key, IReadOnlyDictionary<string, string> result, int caseCount)
    {
        if (!result.TryGetValue(key, out var text))
            return $"the harness reported no {key}";
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count == caseCount
            ? null
            : $"the harness reported {key} {Shown(text)}, but {caseCount} were sent";
    }

    private static bool IsTime(string text, out double nanoseconds) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out nanoseconds)
        && double.IsFinite(nanoseconds) && nanoseconds > 0;

    private static string Shown(string text) => text.Length <= 40 ? $"'{text}'" : $"'{text[..40]}...'";
}
