using Agon.Contracts;
using Agon.Contracts.Admin;
using Agon.Contracts.Problems;
using Agon.Domain.Leaderboards;
using Agon.Server.Http;
using Agon.Server.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Admin;

/// <summary>Problem sync over HTTP (contract section 7.4), from the repositories that the settings name.</summary>
internal static class ProblemAdmin
{
    public static void MapProblems(this IEndpointRouteBuilder admin) =>
        admin.MapPost("/update-problems", UpdateAsync).WithMetadata(new TakesJson(typeof(UpdateProblemsRequest))).Refuses(400, 413, 422);

    private static async Task<Results<Ok<SyncView>, Unreadable, Refusal>> UpdateAsync(
        HttpRequest request, ProblemFolders folders, ProblemSync sync, AdminLog log, CancellationToken cancellationToken)
    {
        var (body, wrong) = await JsonBody.ReadAsync(request, AgonJson.Wire.UpdateProblemsRequest, cancellationToken);
        if (wrong is not null)
            return wrong;
        if (!Visibility.All.Contains(body!.Visibility ?? Visibility.Public))
            return LeaderboardAdmin.WrongVisibility(body.Visibility);
        var branch = body.Branch ?? "main";
        if (!ProblemFolders.IsBranch(branch) || body.ProblemSet is { } set && !RouteName.IsValid(set))
            return Refusal.BadRequest("branch and problem_set are names of letters, digits, '-', '_' and '.'");
        if (folders.AddressOf(body.Repository) is not { } address)
            return Refusal.BadRequest(folders.Names.Count == 0
                ? "this server knows no repository of problems; its operator names some in Problems:Repositories"
                : $"'{body.Repository}' is not a repository of this server; it knows {string.Join(", ", folders.Names)}");

        try
        {
            await using var checkout = await ProblemCheckout.OpenAsync(address, branch, cancellationToken);
            var plan = await sync.PlanSetAsync(checkout.Problems, body.ProblemSet, body.Force ?? false, body.Visibility ?? Visibility.Public, cancellationToken);
            var result = await sync.ApplyAsync(plan, cancellationToken);
            log.Changed("problems updated", $"{result.Created.Count} created, {result.Updated.Count} updated, {result.Skipped.Count} skipped, {result.Errors.Count} errors");
            return TypedResults.Ok(result);
        }
        // Trouble with the download is an answer, too (contract section 2.5).
        catch (Exception error) when (error is CheckoutException or ProblemFileException)
        {
            return TypedResults.Ok(ProblemSync.View([], [new SyncErrorView { Name = body.Repository ?? "", Error = error.Message }]));
        }
    }
}
