using System.Net;
using Agon.Server.Accounts;
using Agon.Server.Tests.World;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Tests.Http;

public class RouteTableTests
{
    private static readonly string[] Expected =
    [
        "DELETE /admin/ban/{userId} Operators",
        "DELETE /admin/invites/{code} Operators",
        "DELETE /admin/leaderboards/{name} Operators",
        "DELETE /admin/leaderboards/{name}/rate-limits/{category} Operators",
        "DELETE /admin/submissions Operators",
        "DELETE /admin/submissions/{id} Operators",
        "DELETE /api/internal/tournaments/{tournamentId}/participants/{hotkey} Registrars",
        "DELETE /user/submissions/{id} Users",
        "GET / Everybody",
        "GET /admin/leaderboards/{name}/invites Operators",
        "GET /admin/leaderboards/{name}/rate-limits Operators",
        "GET /admin/leaderboards/{name}/submissions Operators",
        "GET /admin/stats Operators",
        "GET /admin/submissions/{id} Operators",
        "GET /api/internal/tournaments/{tournamentId}/participants/{hotkey} Registrars",
        "GET /api/v1/tournaments Everybody",
        "GET /api/v1/tournaments/{tournamentId} Everybody",
        "GET /api/v1/tournaments/{tournamentId}/daily-metrics Everybody",
        "GET /api/v1/tournaments/{tournamentId}/days/{day} Everybody",
        "GET /api/v1/tournaments/{tournamentId}/leaderboard Everybody",
        "GET /api/v1/tournaments/{tournamentId}/participants Everybody",
        "GET /api/v1/tournaments/{tournamentId}/participants/{hotkey} Everybody",
        "GET /api/v1/tournaments/{tournamentId}/results Everybody",
        "GET /board/{leaderboard} AnybodyButImpostors",
        "GET /gpus/{leaderboard} AnybodyButImpostors",
        "GET /health Everybody",
        "GET /health/ready Everybody",
        "GET /leaderboards Everybody",
        "GET /openapi/v1.json Everybody",
        "GET /rules/{topic} Everybody",
        "GET /runner_queue/{gpu} Everybody",
        "GET /style/{hash}.css Everybody",
        "GET /submission/{id}/events Users",
        "GET /submission_count/{leaderboard}/{gpu} AnybodyButImpostors",
        "GET /submissions/{leaderboard}/{gpu} AnybodyButImpostors",
        "GET /tournament/{tournamentId} Everybody",
        "GET /tournaments Everybody",
        "GET /user/submissions Users",
        "GET /user/submissions/{id} Users",
        "POST /admin/ban/{userId} Operators",
        "POST /admin/invites Operators",
        "POST /admin/leaderboards Operators",
        "POST /admin/leaderboards/{name}/visibility Operators",
        "POST /admin/start Operators",
        "POST /admin/stop Operators",
        "POST /admin/submission/{leaderboard}/{gpu}/{mode} OperatorsForUsers",
        "POST /admin/update-problems Operators",
        "POST /api/internal/tournaments/{tournamentId}/register Registrars",
        "POST /api/v1/registration/tournaments Registrars",
        "POST /api/v1/registration/tournaments/{tournamentId}/participants Registrars",
        "POST /submission/{leaderboard}/{gpu}/{mode} Users",
        "POST /user/join CliUsers",
        "POST /{leaderboard}/{gpu}/{mode} CliUsers",
        "PUT /admin/leaderboards/{name}/rate-limits Operators",
        "PUT /api/v1/registration/participants/{tournamentId}/{hotkey}/status Registrars",
    ];

    [Theory]
    [InlineData("/submission/lcs/CPU", HttpStatusCode.BadRequest)]     // no id header: a leaderboard cannot be called so, but the address is a stream's
    [InlineData("/submission/lcs/CPU/test", HttpStatusCode.Accepted)]
    [InlineData("/user/submissions", HttpStatusCode.MethodNotAllowed)]
    public async Task Literal_routes_win_over_the_one_that_has_none(string path, HttpStatusCode status)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        Assert.Equal(status, (await server.UploadAsync(status == HttpStatusCode.BadRequest ? null : cliId, path)).Status);
    }

    [Fact]
    public async Task Every_route_says_that_it_may_be_asked_too_often_or_be_out_of_places_but_health_is_never_asked_too_often()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        foreach (var route in server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var statuses = route.Metadata.OfType<IProducesResponseTypeMetadata>().Select(answer => answer.StatusCode).ToHashSet();
            Assert.True(statuses.Contains(503), $"{route} does not say 503");
            Assert.True(statuses.Contains(429) != route.RoutePattern.RawText!.StartsWith("/health", StringComparison.Ordinal), $"{route} and 429");
        }
    }

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
