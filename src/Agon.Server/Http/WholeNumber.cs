using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Http;

/// <summary>Whole numbers of a request, read by hand: the contract answers a wrong one with 422, the framework with 400.</summary>
internal static class WholeNumber
{
    /// <summary>The number; null if the text is not one.</summary>
    public static long? Parse(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A number of the query, or the default where it is not given; false if it is there and not a number.</summary>
    public static bool TryQuery(HttpRequest request, string name, int? whenMissing, out int? number)
    {
        number = whenMissing;
        if (!request.Query.TryGetValue(name, out var text))
            return true;
        var read = int.TryParse(text.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        number = read ? value : null;
        return read;
    }
}
