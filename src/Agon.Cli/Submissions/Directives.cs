namespace Agon.Cli.Submissions;

/// <summary>What a file says of itself: <c>#!POPCORN leaderboard X</c> and <c>#!POPCORN gpu Y</c> (contract section 7.6).</summary>
/// <remarks>
/// As on the server only the first block of comment lines counts; the contract's section 14 number 25 is a client
/// that reads on and disagrees. Words that are no directive here are left for the server to judge.
/// </remarks>
internal sealed record Directives(string? Leaderboard, IReadOnlyList<string> Gpus)
{
    public static Directives Of(string code)
    {
        string? leaderboard = null;
        IReadOnlyList<string> gpus = [];
        foreach (var line in code.ReplaceLineEndings("\n").Split('\n'))
        {
            if (!line.StartsWith('#') && !line.StartsWith("//", StringComparison.Ordinal))
                break;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words is not ["#!POPCORN" or "//!POPCORN", var kind, .. var values] || values.Length == 0)
                continue;
            if (kind.Equals("leaderboard", StringComparison.OrdinalIgnoreCase))
                leaderboard = values[0];
            else if (kind.Equals("gpu", StringComparison.OrdinalIgnoreCase) || kind.Equals("gpus", StringComparison.OrdinalIgnoreCase))
                gpus = values;
        }
        return new Directives(leaderboard, gpus);
    }
}
