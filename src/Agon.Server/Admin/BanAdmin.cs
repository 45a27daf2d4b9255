using Agon.Contracts.Admin;
using Agon.Server.Http;
using Agon.Storage.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Admin;

/// <summary>Who may not submit any more (contract section 5): what he has handed in stays, and he may read.</summary>
internal static class BanAdmin
{
    public static void MapBans(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/ban/{userId}", (string userId, UserStore users, AdminLog log, CancellationToken cancellationToken) =>
            SetAsync(userId, banned: true, users, log, cancellationToken)).Refuses(404);
        admin.MapDelete("/ban/{userId}", (string userId, UserStore users, AdminLog log, CancellationToken cancellationToken) =>
            SetAsync(userId, banned: false, users, log, cancellationToken)).Refuses(404);
    }

    private static async Task<Results<Ok<BanView>, Refusal>> SetAsync(
        string userId, bool banned, UserStore users, AdminLog log, CancellationToken cancellationToken)
    {
        if (!await users.SetBannedAsync(userId, banned, cancellationToken))
            return Refusal.NotFound($"there is no user '{userId}'");
        log.Changed(banned ? "user banned" : "user's ban lifted", userId);
        return TypedResults.Ok(new BanView { UserId = userId, Banned = banned });
    }
}
