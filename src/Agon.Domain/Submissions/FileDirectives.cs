using System.Buffers;
using System.Collections.Immutable;

namespace Agon.Domain.Submissions;

/// <summary>What a file says about itself in its first comment block (contract section 7.6).</summary>
/// <param name="Leaderboard">The named leaderboard; null if none is named.</param>
/// <param name="Gpus">The named devices; over HTTP the request's own device wins.</param>
public sealed record FileDirectives(string? Leaderboard, ImmutableArray<string> Gpus)
{
    /// <summary>Reads the directives, or says which line is wrong.</summary>
    public static DirectivesOutcome Parse(string text)
    {
        string? leaderboard = null;
        ImmutableArray<string>? gpus = null;
        var number = 0;
        foreach (var line in Lines(text.TrimStart('\uFEFF')))
        {
            number++;
            if (!line.StartsWith('#') && !line.StartsWith("//", StringComparison.Ordinal))
                break;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words[0] is not ("#!POPCORN" or "//!POPCORN"))
                continue;
            if (words.Length < 2)
                return Wrong(number, "names no setting; write 'leaderboard NAME' or 'gpus NAME ...' behind it");

            var setting = words[1].ToLowerInvariant();
            if (setting is not ("leaderboard" or "gpu" or "gpus"))
                return Wrong(number, $"'{words[1]}' is not a setting; leaderboard and gpus are");
            if (words.Length < 3)
                return Wrong(number, $"'{words[1]}' has no value");
            if (setting == "leaderboard" ? leaderboard is not null : gpus is not null)
                return Wrong(number, $"'{words[1]}' is given twice");

            if (setting == "leaderboard")
                leaderboard = words[2];
            else
                gpus = [.. words[2..]];
        }
        return new DirectivesOutcome.Read(new FileDirectives(leaderboard, gpus ?? []));
    }

    private static DirectivesOutcome.Wrong Wrong(int line, string reason) => new($"line {line}: the POPCORN directive {reason}");

    // Where Python's splitlines breaks: other tools read the same files, and must find the same lines.
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029");

    private static IEnumerable<string> Lines(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var length = text.AsSpan(start).IndexOfAny(LineEnds);
            if (length < 0)
                length = text.Length - start;
            yield return text.Substring(start, length);
            start += length;
            start += start + 1 < text.Length && text[start] == '\r' && text[start + 1] == '\n' ? 2 : 1;
        }
    }
}

/// <summary>Directives, or why they cannot be read.</summary>
public abstract record DirectivesOutcome
{
    private DirectivesOutcome()
    {
    }

    /// <summary>All of them made sense.</summary>
    public sealed record Read(FileDirectives Directives) : DirectivesOutcome;

    /// <summary>One did not; the reason names its line.</summary>
    public sealed record Wrong(string Reason) : DirectivesOutcome;
}
