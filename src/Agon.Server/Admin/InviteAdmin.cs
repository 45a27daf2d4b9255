using Agon.Contracts;
using Agon.Contracts.Admin;
using Agon.Contracts.Leaderboards;
using Agon.Domain.Leaderboards;
using Agon.Server.Http;
using Agon.Storage.Leaderboards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Admin;

/// <summary>Invites to closed leaderboards.</summary>
internal static class InviteAdmin
{
    private const int MostLeaderboards = 100;

    public static void MapInvites(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/invites", CreateAsync).WithMetadata(new TakesJson(typeof(CreateInvitesRequest))).Refuses(400, 404, 413, 422);
        admin.MapGet("/leaderboards/{name}/invites", ListAsync).Refuses(404);
        admin.MapDelete("/invites/{code}", RevokeAsync).Refuses(404);
    }

    private static async Task<Results<Ok<InvitesCreatedView>, Unreadable, Refusal>> CreateAsync(
        HttpRequest request, LeaderboardStore leaderboards, InviteStore invites, AdminLog log, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (body, wrong) = await JsonBody.ReadAsync(request, AgonJson.Wire.CreateInvitesRequest, cancellationToken);
        if (wrong is not null)
            return wrong;
        List<string> names = [.. (body!.Leaderboards ?? []).Append(body.Leaderboard).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
        if (names.Count is 0 or > MostLeaderboards)
            return Refusal.BadRequest($"name 1 to {MostLeaderboards} leaderboards, as {{\"leaderboards\": [\"...\"], \"count\": 1}}");
        if (body.Count is not { } count || count is < 1 or > InviteCode.MostAtOnce)
            return Refusal.BadRequest($"count must be between 1 and {InviteCode.MostAtOnce}");

        var boards = new List<Leaderboard>();
        foreach (var name in names)
        {
            if (await leaderboards.FindAsync(name, cancellationToken) is not { } board)
                return LeaderboardAdmin.Unknown(name);
            boards.Add(board);
        }
        var codes = await invites.CreateAsync(boards, count, clock.GetUtcNow(), cancellationToken);
        log.Changed("invites created", $"{count} to {string.Join(' ', boards.Select(board => board.Id))}");
        return TypedResults.Ok(new InvitesCreatedView { Leaderboards = [.. boards.Select(board => board.Name)], Codes = codes });
    }

    private static async Task<Results<Ok<InvitesView>, Refusal>> ListAsync(
        string name, LeaderboardStore leaderboards, InviteStore invites, CancellationToken cancellationToken) =>
        await leaderboards.FindAsync(name, cancellationToken) is { } board
            ? TypedResults.Ok(new InvitesView { Leaderboard = board.Name, Invites = await invites.ListAsync(board.Id, cancellationToken) })
            : LeaderboardAdmin.Unknown(name);

    private static async Task<Results<Ok<InviteRevokedView>, Refusal>> RevokeAsync(
        string code, InviteStore invites, AdminLog log, CancellationToken cancellationToken)
    {
        if (await invites.RevokeAsync(code, cancellationToken) is not { } claimed)
            return Refusal.NotFound("there is no such invite");
        log.Changed("invite revoked", claimed ? "which was claimed" : "which nobody had claimed");
        return TypedResults.Ok(new InviteRevokedView { Code = code, WasClaimed = claimed });
    }
}
