using Agon.Contracts.Health;
using Agon.Contracts.Submissions;
using Agon.Domain.Health;
using Agon.Server.Accounts;
using Agon.Server.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Http;

internal static class HealthApi
{
    public const string Path = "/health";

    /// <summary>It answers while the server stops, too: who asks wants to know.</summary>
    public const string ReadyPath = "/health/ready";

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, Health).For(Access.Everybody);
        routes.MapGet(ReadyPath, ReadyAsync).For(Access.Everybody)
            .Produces<ReadinessView>(StatusCodes.Status200OK).Produces<ReadinessView>(StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<HealthView> Health() => TypedResults.Ok(new HealthView());

    private static async Task<IResult> ReadyAsync(Readiness readiness, CancellationToken cancellationToken)
    {
        var findings = await readiness.AskAsync(cancellationToken);
        var broken = findings.Any(finding => finding.Status == FindingStatus.Problem);
        return TypedResults.Json(
            new ReadinessView
            {
                Status = broken ? "broken" : "ready",
                Checks = [.. findings.Select(finding => new CheckView
                {
                    Name = finding.Name,
                    Status = finding.Status.ToString().ToLowerInvariant(),
                    Detail = finding.Detail,
                })],
            },
            statusCode: broken ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }
}
