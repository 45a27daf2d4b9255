using Agon.Contracts.Admin;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Admin;

/// <summary>The switch of the intake.</summary>
internal static class IntakeAdmin
{
    public static void MapIntake(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/start", (IntakeStore intake, AdminLog log, TimeProvider clock, CancellationToken cancellationToken) =>
            SetAsync(isOpen: true, intake, log, clock, cancellationToken));
        admin.MapPost("/stop", (IntakeStore intake, AdminLog log, TimeProvider clock, CancellationToken cancellationToken) =>
            SetAsync(isOpen: false, intake, log, clock, cancellationToken));
    }

    private static async Task<Ok<IntakeView>> SetAsync(bool isOpen, IntakeStore intake, AdminLog log, TimeProvider clock, CancellationToken cancellationToken)
    {
        await intake.SetAsync(isOpen, clock.GetUtcNow(), cancellationToken);
        log.Changed("intake", isOpen ? "open" : "stopped");
        return TypedResults.Ok(new IntakeView { AcceptsJobs = isOpen });
    }
}
