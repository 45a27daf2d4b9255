using Agon.Domain.Leaderboards;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Storage.Leaderboards;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Leaderboards;

/// <summary>Who may look at a leaderboard: everybody, or where it is closed who has claimed an invite to it (contract section 5).</summary>
internal sealed class LeaderboardAccess(LeaderboardStore leaderboards, InviteStore invites)
{
    /// <summary>The leaderboard, or why the caller does not get it.</summary>
    public async Task<(Leaderboard? Board, Refusal? Refusal)> FindAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        var board = await leaderboards.FindAsync(name, cancellationToken);
        if (board is null)
            return (null, Refusal.NotFound($"there is no leaderboard '{name}'"));
        if (board.IsPublic)
            return (board, null);
        if (caller.User is not { } user)
            return (null, new Refusal(StatusCodes.Status401Unauthorized, $"leaderboard {board.Name} is closed; say who you are"));
        return await invites.CoverAsync(board.Id, user.Id, cancellationToken)
            ? (board, null)
            : (null, Refusal.Forbidden($"leaderboard {board.Name} is closed, and you have no invite to it"));
    }
}
