using System.Globalization;
using System.Text.RegularExpressions;

namespace Agon.Contracts.Problems;

/// <summary>Deadlines as competitions write them (contract section 7.3).</summary>
public static partial class Deadlines
{
    /// <summary>UTC for <c>YYYY-MM-DD HH:MM</c> and <c>YYYY-MM-DD</c>, also with one-digit parts; null for anything else.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        text is not null && Form().IsMatch(text)
        && DateTimeOffset.TryParseExact(text, ["yyyy-M-d H:m", "yyyy-M-d"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var deadline)
            ? deadline
            : null;

    // .NET's own parser takes more digits than two for a day and spaces in odd places.
    [GeneratedRegex(@"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?: [0-9]{1,2}:[0-9]{1,2})?\z")]
    private static partial Regex Form();
}
