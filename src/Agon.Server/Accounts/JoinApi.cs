using Agon.Contracts;
using Agon.Contracts.Leaderboards;
using Agon.Server.Http;
using Agon.Storage.Leaderboards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Accounts;

/// <summary>Claiming an invite (contract section 2.1).</summary>
internal static class JoinApi
{
    public static void MapJoin(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/user/join", JoinAsync).For(Access.CliUsers).WithMetadata(new TakesJson(typeof(JoinRequest))).Refuses(413, 422);

    private static async Task<Results<Ok<JoinedView>, Unreadable, Refusal>> JoinAsync(
        HttpRequest request, Caller caller, InviteStore invites, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (body, wrong) = await JsonBody.ReadAsync(request, AgonJson.Wire.JoinRequest, cancellationToken);
        if (wrong is not null)
            return wrong;
        if (body!.Code is not { Length: > 0 } code)
            return Refusal.BadRequest("send the invite's code, as {\"code\": \"...\"}");
        // Whether it was never made or is somebody else's is not told: codes are secrets.
        return await invites.ClaimAsync(code, caller.Participant.Id, clock.GetUtcNow(), cancellationToken) is { } leaderboards
            ? TypedResults.Ok(new JoinedView { Leaderboards = leaderboards })
            : Refusal.BadRequest("this invite code is unknown, or somebody else has claimed it");
    }
}
