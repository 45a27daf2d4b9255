using Agon.Contracts.Leaderboards;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Storage.Leaderboards;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Leaderboards;

/// <summary>Leaderboards, their devices and their rankings (contract section 2.1).</summary>
internal static class LeaderboardsApi
{
    public static void MapLeaderboards(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/leaderboards", ListAsync).For(Access.Everybody);
        routes.MapGet("/gpus/{leaderboard}", GpusAsync).For(Access.AnybodyButImpostors);
        routes.MapGet("/submissions/{leaderboard}/{gpu}", RankingAsync).For(Access.AnybodyButImpostors);
    }

    private static async Task<Ok<LeaderboardView[]>> ListAsync(LeaderboardStore leaderboards, CancellationToken cancellationToken)
    {
        var all = await leaderboards.ListAsync(cancellationToken);
        return TypedResults.Ok(all.Where(LeaderboardAccess.IsPublic).Select(LeaderboardViews.Of).ToArray());
    }

    private static async Task<Results<Ok<string[]>, Refusal>> GpusAsync(
        string leaderboard, Caller caller, LeaderboardStore leaderboards, CancellationToken cancellationToken)
    {
        var board = await leaderboards.FindAsync(leaderboard, cancellationToken);
        return LeaderboardAccess.Refuse(leaderboard, board, caller) is { } refusal
            ? refusal
            : TypedResults.Ok(board!.Gpus.ToArray());
    }

    private static async Task<Results<Ok<RankedEntryView[]>, Unreadable, Refusal>> RankingAsync(
        string leaderboard, string gpu, HttpRequest request, Caller caller, LeaderboardStore leaderboards, CancellationToken cancellationToken)
    {
        if (!WholeNumber.TryQuery(request, "limit", null, out var limit))
            return Unreadable.Number("query", "limit");
        if (!WholeNumber.TryQuery(request, "offset", 0, out var offset))
            return Unreadable.Number("query", "offset");
        if (limit < 0 || offset < 0)
            return Refusal.BadRequest("limit and offset must be 0 or more");

        var board = await leaderboards.FindAsync(leaderboard, cancellationToken);
        if (LeaderboardAccess.Refuse(leaderboard, board, caller) is { } refusal)
            return refusal;
        if (board!.FindGpu(gpu) is not { } device)
            return Refusal.BadRequest($"leaderboard {board!.Name} does not run on '{gpu}'; it runs on {string.Join(", ", board.Gpus)}");

        var ranking = await leaderboards.RankAsync(board!, device, limit, offset!.Value, cancellationToken);
        return TypedResults.Ok(ranking.Select(entry => LeaderboardViews.Of(entry, board!, device)).ToArray());
    }
}
