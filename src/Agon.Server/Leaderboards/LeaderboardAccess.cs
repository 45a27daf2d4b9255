using Agon.Domain.Leaderboards;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Leaderboards;

/// <summary>Who may see a leaderboard (contract section 5). Invites are not built yet, so a closed one is closed to all.</summary>
internal static class LeaderboardAccess
{
    public static bool IsPublic(Leaderboard leaderboard) => leaderboard.Visibility == "public";

    /// <summary>Why the caller may not look at the leaderboard; null if he may, and then there is one.</summary>
    public static Refusal? Refuse(string name, Leaderboard? leaderboard, Caller caller) => leaderboard switch
    {
        null => Refusal.NotFound($"there is no leaderboard '{name}'"),
        _ when IsPublic(leaderboard) => null,
        _ when caller.User is null => new Refusal(StatusCodes.Status401Unauthorized, $"leaderboard {leaderboard.Name} is closed; say who you are"),
        _ => Refusal.Forbidden($"leaderboard {leaderboard.Name} is closed, and you have no invite to it"),
    };
}
