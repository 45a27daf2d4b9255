using System.Globalization;
using System.Text;

namespace Agon.Domain.Problems;

/// <summary>Text as Python's <c>repr</c> writes it.</summary>
internal static class PythonText
{
    /// <summary>One letter between quotes: what Python cannot print is a number.</summary>
    public static string Escape(Rune rune, char quote) => rune.Value switch
    {
        '\\' => @"\\",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        var value when value == quote => $@"\{quote}",
        _ when IsPrintable(rune) => rune.ToString(),
        <= 0xFF and var value => $@"\x{value:x2}",
        <= 0xFFFF and var value => $@"\u{value:x4}",
        var value => $@"\U{value:x8}",
    };

    // Python's str.isprintable: all but the categories Other and Separator, and the space itself.
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
