using Agon.Server.Accounts;
using Agon.Server.Tests.World;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Tests.Http;

public class RouteTableTests
{
    private static readonly string[] Expected =
    [
        "DELETE /user/submissions/{id} Users",
        "GET / Everybody",
        "GET /board/{leaderboard} Everybody",
        "GET /gpus/{leaderboard} AnybodyButImpostors",
        "GET /health Everybody",
        "GET /leaderboards Everybody",
        "GET /runner_queue/{gpu} Everybody",
        "GET /style/{hash}.css Everybody",
        "GET /submission/{id}/events Users",
        "GET /submission_count/{leaderboard}/{gpu} AnybodyButImpostors",
        "GET /submissions/{leaderboard}/{gpu} AnybodyButImpostors",
        "GET /user/submissions Users",
        "GET /user/submissions/{id} Users",
        "POST /submission/{leaderboard}/{gpu}/{mode} Users",
    ];

    [Fact]
    public async Task Every_route_is_listed_here_with_who_may_call_it()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        var routes = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(route =>
            $"{string.Join(",", route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)} {route.RoutePattern.RawText} {route.Metadata.GetMetadata<AccessPolicy>()?.Access}");
        Assert.Equal(Expected, routes.Order(StringComparer.Ordinal));
    }
}
