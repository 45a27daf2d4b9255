using Agon.Contracts;
using Agon.Contracts.Admin;
using Agon.Domain.Submissions;
using Agon.Server.Http;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Admin;

/// <summary>How often participants may submit.</summary>
internal static class RateLimitAdmin
{
    public static void MapRateLimits(this IEndpointRouteBuilder admin)
    {
        admin.MapPut("/leaderboards/{name}/rate-limits", SetAsync).WithMetadata(new TakesJson(typeof(RateLimitRequest))).Refuses(400, 404, 413, 422);
        admin.MapGet("/leaderboards/{name}/rate-limits", ListAsync);
        admin.MapDelete("/leaderboards/{name}/rate-limits/{category}", LiftAsync).Refuses(400, 404);
    }

    private static async Task<Results<Ok<RateLimitSetView>, Unreadable, Refusal>> SetAsync(
        string name, HttpRequest request, LeaderboardStore leaderboards, RateLimitStore limits, AdminLog log, CancellationToken cancellationToken)
    {
        var (body, wrong) = await JsonBody.ReadAsync(request, AgonJson.Wire.RateLimitRequest, cancellationToken);
        if (wrong is not null)
            return wrong;
        if (body!.ModeCategory is not { } category || !ModeCategory.All.Contains(category))
            return WrongCategory(body.ModeCategory);
        if (body.MaxSubmissionsPerHour is not { } most || most < 0)
            return Refusal.BadRequest("max_submissions_per_hour must be a number from 0 up");
        if (await leaderboards.FindAsync(name, cancellationToken) is not { } board)
            return LeaderboardAdmin.Unknown(name);
        var limit = await limits.SetAsync(board, category, most, cancellationToken);
        log.Changed("rate limit set", $"{board.Id} {category} {most}");
        return TypedResults.Ok(new RateLimitSetView { RateLimit = limit.ToView(board) });
    }

    // A leaderboard that is not there has no limits (contract section 2.5).
    private static async Task<Ok<RateLimitsView>> ListAsync(
        string name, LeaderboardStore leaderboards, RateLimitStore limits, CancellationToken cancellationToken)
    {
        var board = await leaderboards.FindAsync(name, cancellationToken);
        return TypedResults.Ok(new RateLimitsView
        {
            Leaderboard = board?.Name ?? name,
            RateLimits = board is null ? [] : [.. (await limits.ListAsync(board, cancellationToken)).Select(limit => limit.ToView(board))],
        });
    }

    private static async Task<Results<Ok<RateLimitLiftedView>, Refusal>> LiftAsync(
        string name, string category, LeaderboardStore leaderboards, RateLimitStore limits, AdminLog log, CancellationToken cancellationToken)
    {
        if (!ModeCategory.All.Contains(category))
            return WrongCategory(category);
        if (await leaderboards.FindAsync(name, cancellationToken) is not { } board)
            return LeaderboardAdmin.Unknown(name);
        if (!await limits.RemoveAsync(board, category, cancellationToken))
            return Refusal.NotFound($"leaderboard {board.Name} has no rate limit for {category}");
        log.Changed("rate limit lifted", $"{board.Id} {category}");
        return TypedResults.Ok(new RateLimitLiftedView { Leaderboard = board.Name, ModeCategory = category });
    }

    private static Refusal WrongCategory(string? category) =>
        Refusal.BadRequest($"'{category}' is no category of modes; {string.Join(" and ", ModeCategory.All)} are");
}
