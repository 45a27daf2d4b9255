using Agon.Contracts;
using Agon.Contracts.Admin;
using Agon.Contracts.Leaderboards;
using Agon.Contracts.Problems;
using Agon.Domain.Leaderboards;
using Agon.Server.Http;
using Agon.Server.Leaderboards;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Admin;

/// <summary>Leaderboards, as operators see and change them.</summary>
internal static class LeaderboardAdmin
{
    public static void MapAdminLeaderboards(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/leaderboards", CreateAsync).WithMetadata(new TakesJson(typeof(CreateLeaderboardRequest))).Refuses(400, 413, 422);
        admin.MapDelete("/leaderboards/{name}", DeleteAsync).Asks(new QueryPart("force", false)).Refuses(400, 422);
        admin.MapGet("/leaderboards/{name}/submissions", SubmissionsAsync).Asks(new("limit", true), new("offset", true)).Refuses(400, 404, 422);
        admin.MapPost("/leaderboards/{name}/visibility", SetVisibilityAsync).WithMetadata(new TakesJson(typeof(VisibilityRequest))).Refuses(400, 404, 413, 422);
    }

    public static Refusal Unknown(string name) => Refusal.NotFound($"there is no leaderboard '{name}'");

    public static Refusal WrongVisibility(string? visibility) => Refusal.BadRequest($"'{visibility}' is no visibility; {string.Join(" and ", Visibility.All)} are");

    private static async Task<Results<Ok<LeaderboardCreatedView>, Unreadable, Refusal>> CreateAsync(
        HttpRequest request, ProblemFolders folders, LeaderboardStore leaderboards, AdminLog log, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (body, wrong) = await JsonBody.ReadAsync(request, AgonJson.Wire.CreateLeaderboardRequest, cancellationToken);
        if (wrong is not null)
            return wrong;
        if (!Visibility.All.Contains(body!.Visibility ?? Visibility.Public))
            return WrongVisibility(body.Visibility);
        if (folders.FindDevelopment(body.Directory) is not { } folder)
            return Refusal.BadRequest("send the name of a folder with a task.yml below the server's folder of problems in development (Problems:DevFolder), as {\"directory\": \"...\"}");
        try
        {
            var name = $"{Path.GetFileName(folder)}-dev";
            var task = TaskFolder.Read(folder, folders.DevFolder);
            if (!RouteName.IsValid(name))
                return Refusal.BadRequest($"'{name}' cannot be a leaderboard's name: {RouteName.Rule}");
            if (task.Gpus.IsEmpty)
                return Refusal.BadRequest($"{TaskFolder.TaskFile} of {Path.GetFileName(folder)} names no gpus");
            var created = await leaderboards.ReplaceAsync(
                new NewLeaderboard(name, clock.GetUtcNow().AddDays(365), task, [.. task.Gpus], body.Visibility ?? Visibility.Public), cancellationToken);
            log.Changed("leaderboard created", $"{created}");
            return TypedResults.Ok(new LeaderboardCreatedView { Leaderboard = name });
        }
        catch (ProblemFileException error)
        {
            return Refusal.BadRequest(error.Message);
        }
    }

    // A name that nobody has is as good as deleted (contract section 2.5).
    private static async Task<Results<Ok<LeaderboardDeletedView>, Unreadable, Refusal>> DeleteAsync(
        string name, HttpRequest request, LeaderboardStore leaderboards, BoardVersions versions, AdminLog log, CancellationToken cancellationToken)
    {
        if (!Flag.TryQuery(request, "force", out var force))
            return Flag.Unreadable("force");
        var outcome = await leaderboards.DeleteAsync(name, force, cancellationToken);
        if (outcome == DeleteOutcome.InUse)
            return Refusal.BadRequest($"leaderboard '{name}' has submissions, which would be deleted with it; force=true does so");
        versions.Forget();
        if (outcome == DeleteOutcome.Deleted)
            log.Changed("leaderboard deleted", $"{name} force={force}");
        return TypedResults.Ok(new LeaderboardDeletedView { Leaderboard = name, Force = force });
    }

    private static async Task<Results<Ok<SubmissionIdsOfLeaderboardView>, Unreadable, Refusal>> SubmissionsAsync(
        string name, HttpRequest request, LeaderboardStore leaderboards, SubmissionStore submissions, CancellationToken cancellationToken)
    {
        if (!WholeNumber.TryQuery(request, "limit", 100, out var limit))
            return Unreadable.Number("query", "limit");
        if (!WholeNumber.TryQuery(request, "offset", 0, out var offset))
            return Unreadable.Number("query", "offset");
        if (limit < 1 || offset < 0)
            return Refusal.BadRequest("limit must be 1 or more, and offset 0 or more");
        if (await leaderboards.FindAsync(name, cancellationToken) is not { } board)
            return Unknown(name);
        var ids = await submissions.IdsAsync(board.Id, limit!.Value, offset!.Value, cancellationToken);
        return TypedResults.Ok(new SubmissionIdsOfLeaderboardView { Leaderboard = board.Name, Limit = limit.Value, Offset = offset.Value, SubmissionIds = ids });
    }

    private static async Task<Results<Ok<VisibilityView>, Unreadable, Refusal>> SetVisibilityAsync(
        string name, HttpRequest request, LeaderboardStore leaderboards, BoardVersions versions, AdminLog log, CancellationToken cancellationToken)
    {
        var (body, wrong) = await JsonBody.ReadAsync(request, AgonJson.Wire.VisibilityRequest, cancellationToken);
        if (wrong is not null)
            return wrong;
        if (body!.Visibility is not { } visibility || !Visibility.All.Contains(visibility))
            return WrongVisibility(body.Visibility);
        if (await leaderboards.SetVisibilityAsync(name, visibility, cancellationToken) is not { } found)
            return Unknown(name);
        versions.Forget();
        log.Changed("leaderboard visibility", $"{found} {visibility}");
        return TypedResults.Ok(new VisibilityView { Leaderboard = found, Visibility = visibility });
    }
}
