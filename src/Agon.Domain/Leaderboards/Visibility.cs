namespace Agon.Domain.Leaderboards;

/// <summary>Who may see a leaderboard (contract section 5): the words of <c>leaderboard.visibility</c>.</summary>
public static class Visibility
{
    /// <summary>Everybody.</summary>
    public const string Public = "public";

    /// <summary>Who has claimed an invite to it.</summary>
    public const string Closed = "closed";

    public static IReadOnlyList<string> All { get; } = [Public, Closed];
}
