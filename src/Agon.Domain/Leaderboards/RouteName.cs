namespace Agon.Domain.Leaderboards;

/// <summary>Names that stand in addresses: of leaderboards and of devices (threats T102).</summary>
public static class RouteName
{
    private const int Longest = 64;

    /// <summary>The rule as the end of a sentence.</summary>
    public const string Rule = "a name has 1 to 64 ASCII letters, digits, dots, hyphens and underscores, and starts with a letter or a digit";

    /// <summary>Whether a name can be part of an address as it is.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    /// <summary>Whether no leaderboard can have this name, because a fixed address begins with it.</summary>
    public static bool IsReserved(string name) => name is "admin" or "user" or "submission" or "auth" or "api";
}
