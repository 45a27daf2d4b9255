using Microsoft.AspNetCore.Http;

namespace Agon.Server.Http;

/// <summary>Yes or no in a query, read by hand: the contract answers anything else with 422.</summary>
internal static class Flag
{
    /// <summary>The flag, no where it is not given; false if it is there and neither.</summary>
    public static bool TryQuery(HttpRequest request, string name, out bool flag)
    {
        flag = false;
        return !request.Query.TryGetValue(name, out var text) || bool.TryParse(text.ToString(), out flag);
    }

    public static Unreadable Unreadable(string name) => new("query", name, "Input should be a valid boolean", "bool_parsing");
}
