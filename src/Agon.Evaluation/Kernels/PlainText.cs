using System.Globalization;
using System.Text;

namespace Agon.Evaluation.Kernels;

/// <summary>Text of strangers, made fit to be shown.</summary>
public static class PlainText
{
    private const int MaxOutput = 16_384;
    private const int MaxWholeLines = 16_284;

    /// <summary>
    /// One line without control, format and separator characters (an escape sequence must not reach a terminal,
    /// nor a line break a log), cut at <paramref name="maxLength"/> characters.
    /// </summary>
    public static string OneLine(string text, int maxLength)
    {
        var line = new StringBuilder(Math.Min(text.Length, maxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsShown(Rune.GetUnicodeCategory(rune)))
                continue;
            if (line.Length + rune.Utf16SequenceLength > maxLength)
                return Cut(line, maxLength - 1) + "…";
            line.Append(rune.ToString());
        }
        return line.ToString();
    }

    /// <summary>
    /// Output as reports keep it (contract section 8.3): whole lines within 16,284 characters, line ends counted, then
    /// one line that tells how many were left out. Characters are code points, as in Python's <c>len</c>.
    /// </summary>
    public static string Truncate(string output)
    {
        if (Length(output) <= MaxOutput)
            return output;
        var lines = output.Split('\n');
        if (lines[^1].Length == 0)
            lines = lines[..^1];

        var kept = 0;
        for (var used = 0; kept < lines.Length; kept++)
        {
            used += Length(lines[kept]) + 1;
            if (used > MaxWholeLines)
                break;
        }
        var leftOut = lines.Length - kept;
        return string.Concat(lines[..kept].Select(line => line + "\n")) + $"[{leftOut} more line{(leftOut == 1 ? "" : "s")} left out]";
    }

    private static string Cut(StringBuilder line, int length) =>
        line.ToString(0, line.Length <= length ? line.Length : length - (char.IsLowSurrogate(line[length]) ? 1 : 0));

    private static int Length(string text) => text.Length - text.Count(char.IsLowSurrogate);

    private static bool IsShown(UnicodeCategory category) => category is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);
}
