namespace Agon.Cli.Submissions;

/// <summary>The cases that a harness says went wrong (contract section 8.3).</summary>
internal static class FailedCases
{
    /// <summary>One line a case, in order: its arguments and the harness's error.</summary>
    public static IEnumerable<string> Of(IReadOnlyDictionary<string, string> result)
    {
        foreach (var kind in new[] { "test", "benchmark" })
        {
            for (var n = 0; result.ContainsKey($"{kind}.{n}.status") || result.ContainsKey($"{kind}.{n}.spec"); n++)
            {
                if (result.GetValueOrDefault($"{kind}.{n}.status") == "fail")
                    yield return $"[{result.GetValueOrDefault($"{kind}.{n}.spec", $"case {n}")}] {Error(result, $"{kind}.{n}.error")}";
            }
        }
    }

    private static string Error(IReadOnlyDictionary<string, string> result, string key) =>
        result.GetValueOrDefault(key, "failed").Replace(@"\n", " ", StringComparison.Ordinal);
}
