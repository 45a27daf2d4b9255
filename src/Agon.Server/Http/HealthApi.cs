using Agon.Contracts.Submissions;
using Agon.Server.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Http;

internal static class HealthApi
{
    public const string Path = "/health";

    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, Health).For(Access.Everybody);

    private static Ok<HealthView> Health() => TypedResults.Ok(new HealthView());
}
