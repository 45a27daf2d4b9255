using System.Globalization;
using Agon.Domain.Problems;

namespace Agon.Domain.Submissions;

/// <summary>Which file names are accepted: they stand on boards, in logs and in terminals.</summary>
public static class FileNameRules
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 200;

    /// <summary>Why the name is refused for a task of this language; null if it is not.</summary>
    public static string? Refuse(string name, string lang)
    {
        if (name.Length == 0)
            return "the file has no name";
        if (name.Length > MaxLength)
            return $"the file name has {name.Length} characters; at most {MaxLength} are accepted";
        if (name.AsSpan().ContainsAny('/', '\\'))
            return "the file name contains a path; send the last part of it alone";
        if (name.Any(IsInvisible))
            return "the file name contains a control character";
        if (RudeWords.AreIn(name))
            return "the file name has a rude word in it, which everybody would see on the board; rename the file";

        var endings = EndingsOf(lang);
        return endings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal))
            ? null
            : $"the file name must end in {string.Join(" or ", endings)}";
    }

    private static string[] EndingsOf(string lang) => lang switch
    {
        TaskLanguage.Python => [".py"],
        TaskLanguage.Cpp => [".cpp"],
        _ => [".cu", ".cuh", ".cpp"],
    };

    // Direction marks count: they make one name look like another.
    internal static bool IsInvisible(char letter) => char.GetUnicodeCategory(letter) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
