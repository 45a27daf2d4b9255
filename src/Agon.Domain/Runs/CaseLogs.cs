using System.Globalization;
using Agon.Domain.Scoring;

namespace Agon.Domain.Runs;

/// <summary>A harness's lines about its cases, for people (contract section 10). They are claims, shown as they came.</summary>
public static class CaseLogs
{
    /// <summary>A line for each test, and what was said about it; ends at the first number that is missing.</summary>
    public static string OfTests(IReadOnlyDictionary<string, string> result)
    {
        var lines = new List<string>();
        for (var n = 0; result.TryGetValue($"test.{n}.status", out var status); n++)
        {
            var passed = status == "pass";
            lines.Add($"{(passed ? "✅" : "❌")} {result.GetValueOrDefault($"test.{n}.spec")}".TrimEnd());
            if (result.TryGetValue($"test.{n}.{(passed ? "message" : "error")}", out var said) && said.Length > 0)
                lines.Add($"> {Unescape(said)}");
        }
        return string.Join('\n', lines);
    }

    /// <summary>How many tests passed, and how many the harness says there are.</summary>
    public static string PassedTests(IReadOnlyDictionary<string, string> result)
    {
        var passed = 0;
        for (var n = 0; result.TryGetValue($"test.{n}.status", out var status); n++)
            passed += status == "pass" ? 1 : 0;
        return $"{passed}/{result.GetValueOrDefault("test-count", passed.ToString(CultureInfo.InvariantCulture))}";
    }

    /// <summary>Three lines for each benchmark: what it is, its mean with the error, its best and worst time.</summary>
    public static string OfBenchmarks(IReadOnlyDictionary<string, string> result)
    {
        var lines = new List<string>();
        for (var n = 0; IsThere(result, n); n++)
        {
            var spec = result.GetValueOrDefault($"benchmark.{n}.spec", $"benchmark {n}");
            if (result.GetValueOrDefault($"benchmark.{n}.status") == "fail")
                lines.AddRange([$"❌ {spec}", $"> {Unescape(result.GetValueOrDefault($"benchmark.{n}.error", "failed"))}", ""]);
            else
                lines.AddRange([spec, $" ⏱ {TimeText.Of(Number(result, n, "mean"), Number(result, n, "err"))}",
                    $" ⚡ {TimeText.Of(Number(result, n, "best"))} 🐌 {TimeText.Of(Number(result, n, "worst"))}", ""]);
        }
        return string.Join('\n', lines);
    }

    private static bool IsThere(IReadOnlyDictionary<string, string> result, int n) =>
        result.ContainsKey($"benchmark.{n}.mean") || result.ContainsKey($"benchmark.{n}.status") || result.ContainsKey($"benchmark.{n}.spec");

    private static double? Number(IReadOnlyDictionary<string, string> result, int n, string key) =>
        result.TryGetValue($"benchmark.{n}.{key}", out var text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    // A verdict line cannot hold a line break, so harnesses write it as two signs.
    private static string Unescape(string text) => text.Replace(@"\n", "\n", StringComparison.Ordinal);
}
