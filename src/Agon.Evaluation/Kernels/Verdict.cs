using System.Collections.ObjectModel;
using System.Text;

namespace Agon.Evaluation.Kernels;

/// <summary>The lines of a verdict channel (contract section 8.3): claims of a process that held the entry.</summary>
/// <remarks>
/// The contract lets a later key overwrite an earlier one. Here a repeated key spoils the whole verdict: an entry that
/// adds lines before or after the harness's own must never change a result (threats T2). A repeated line without a
/// colon says nothing and is let through: harnesses spill them when an error message has several lines. What no database
/// stores is replaced first, so that keys which differ here differ wherever they are kept.
/// </remarks>
/// <param name="Lines">Key to value, in the order in which they came; empty if there is a flaw.</param>
/// <param name="Flaw">Why nothing of it counts; null if it is well formed.</param>
internal sealed record Verdict(IReadOnlyDictionary<string, string> Lines, string? Flaw)
{
    public const int MaxLines = 20_000;

    /// <summary>Characters of a key or a value.</summary>
    public const int MaxLength = 64 * 1024;

    public static Verdict None { get; } = new(ReadOnlyDictionary<string, string>.Empty, Flaw: null);

    public bool Passed => Lines.TryGetValue("check", out var check) && check == "pass";

    /// <summary>Reads all lines; never throws.</summary>
    public static Verdict Parse(string text)
    {
        var lines = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in text.AsSpan().Split('\n'))
        {
            if (++number > MaxLines + 1)
                return Flawed($"it has more than {MaxLines} lines");
            var (key, value) = Pair(text.AsSpan()[line]);
            if (key.Length > MaxLength || value.Length > MaxLength)
                return Flawed($"line {number} is longer than {MaxLength} characters");
            if (key.Length == 0 && value.Length == 0)
                continue;
            if (!lines.TryAdd(key, value) && !(value.Length == 0 && lines[key].Length == 0))
                return Flawed($"line {number} repeats the key '{Shown(key)}'");
        }
        return new Verdict(lines, Flaw: null);
    }

    private static (string Key, string Value) Pair(ReadOnlySpan<char> line)
    {
        var colon = line.IndexOf(':');
        return colon < 0
            ? (Clean(line.Trim()), "")
            : (Clean(line[..colon].Trim()), Clean(line[(colon + 1)..].Trim()));
    }

    /// <summary>Control characters but tabs become U+FFFD, and so do halves of surrogate pairs, which runes never are.</summary>
    private static string Clean(ReadOnlySpan<char> text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(Rune.IsControl(rune) && rune.Value != '\t' ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }

    private static Verdict Flawed(string reason) => None with { Flaw = reason };

    private static string Shown(string key) => PlainText.OneLine(key, maxLength: 60);
}
