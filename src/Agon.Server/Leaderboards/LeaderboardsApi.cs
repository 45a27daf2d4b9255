using Agon.Contracts;
using Agon.Contracts.Leaderboards;
using Agon.Domain.Leaderboards;
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
        routes.MapGet("/gpus/{leaderboard}", GpusAsync).For(Access.AnybodyButImpostors).Refuses(403, 404);
        routes.MapGet("/submissions/{leaderboard}/{gpu}", RankingAsync).For(Access.AnybodyButImpostors)
            .Asks(new("limit", true), new("offset", true), new("user_id", false)).Refuses(400, 403, 404, 422);
        routes.MapGet("/submission_count/{leaderboard}/{gpu}", CountAsync).For(Access.AnybodyButImpostors)
            .Asks(new QueryPart("user_id", false)).Refuses(400, 403, 404);
    }

    private static async Task<Ok<LeaderboardView[]>> ListAsync(LeaderboardStore leaderboards, CancellationToken cancellationToken)
    {
        var all = await leaderboards.ListAsync(cancellationToken);
        return TypedResults.Ok(all.Where(board => board.IsPublic).Select(LeaderboardViews.Of).ToArray());
    }

    private static async Task<Results<Ok<string[]>, Refusal>> GpusAsync(
        string leaderboard, Caller caller, LeaderboardAccess access, CancellationToken cancellationToken)
    {
        var (board, refusal) = await access.FindAsync(leaderboard, caller, cancellationToken);
        return refusal is not null
            ? refusal
            : TypedResults.Ok(board!.Gpus.ToArray());
    }

    private static async Task<Results<Ok<RankedEntryView[]>, BoardAnswer, Unreadable, Refusal>> RankingAsync(
        string leaderboard, string gpu, HttpRequest request, Caller caller, BoardCache cache, LeaderboardAccess access, LeaderboardStore leaderboards,
        CancellationToken cancellationToken)
    {
        if (!WholeNumber.TryQuery(request, "limit", null, out var limit))
            return Unreadable.Number("query", "limit");
        if (!WholeNumber.TryQuery(request, "offset", 0, out var offset))
            return Unreadable.Number("query", "offset");
        if (limit < 0 || offset < 0)
            return Refusal.BadRequest("limit and offset must be 0 or more");

        if (WantedUser(request) is { } userId)
        {
            var (board, device, refusal) = await FindAsync(access, leaderboard, gpu, caller, cancellationToken);
            if (refusal is not null)
                return refusal;
            var own = await leaderboards.RankOwnAsync(board!, device!, userId, limit, offset!.Value, cancellationToken);
            return TypedResults.Ok(own.Select(entry => LeaderboardViews.Of(entry, board!, device!)).ToArray());
        }
        return await cache.GetAsync(request, $"list\0{leaderboard}\0{limit}\0{offset}\0{gpu}", async cancellation =>
        {
            var (board, device, refusal) = await FindAsync(access, leaderboard, gpu, caller, cancellation);
            if (refusal is not null)
                return (null, refusal);
            var ranking = await leaderboards.RankAsync(board!, device!, limit, offset!.Value, cancellation);
            RankedEntryView[] views = [.. ranking.Select(entry => LeaderboardViews.Of(entry, board!, device!))];
            return (BoardCache.IdOf(board!), BoardAnswer.Json(views, AgonJson.Wire.RankedEntryViewArray));
        }, cancellationToken) switch
        {
            BoardAnswer answer => answer,
            Refusal refusal => refusal,
            var other => throw new System.Diagnostics.UnreachableException($"{other}"),
        };
    }

    private static async Task<Results<Ok<CountView>, Refusal>> CountAsync(
        string leaderboard, string gpu, HttpRequest request, Caller caller, LeaderboardAccess access, LeaderboardStore leaderboards, CancellationToken cancellationToken)
    {
        var (board, device, refusal) = await FindAsync(access, leaderboard, gpu, caller, cancellationToken);
        return refusal is not null
            ? refusal
            : TypedResults.Ok(new CountView { Count = await leaderboards.CountAsync(board!, device!, WantedUser(request), cancellationToken) });
    }

    // Ids are text, so any text may be asked for; none is as if nothing were asked.
    private static string? WantedUser(HttpRequest request) => request.Query["user_id"].ToString() is { Length: > 0 } id ? id : null;

    /// <summary>The leaderboard and its device as it spells it, or why the caller gets neither.</summary>
    private static async Task<(Leaderboard? Board, string? Gpu, Refusal? Refusal)> FindAsync(
        LeaderboardAccess access, string leaderboard, string gpu, Caller caller, CancellationToken cancellationToken)
    {
        var (board, hidden) = await access.FindAsync(leaderboard, caller, cancellationToken);
        if (hidden is not null)
            return (null, null, hidden);
        return board!.FindGpu(gpu) is { } device
            ? (board, device, null)
            : (null, null, Refusal.BadRequest($"leaderboard {board!.Name} does not run on '{gpu}'; it runs on {string.Join(", ", board.Gpus)}"));
    }
}
