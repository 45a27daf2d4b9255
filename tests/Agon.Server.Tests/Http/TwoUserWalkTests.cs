using System.Net;
using System.Text;
using Agon.Server.Accounts;
using Agon.Server.Tests.World;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Agon.Server.Tests.Http;

/// <summary>
/// What one participant has, another and a stranger ask for, over every route there is (threats T92, T99 and 7.4): a route
/// that comes later is walked without a word of ours.
/// </summary>
public class TwoUserWalkTests
{
    private const string Code = "ada_was_here = 1";
    private const string Description = "What only the invited read.";

    [Fact]
    public async Task Nobody_else_gets_at_a_submission_or_a_closed_board_through_any_route()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync("quiet", description: Description, visibility: "closed");
        var (ada, adaId) = await world.AddUserAsync("ada");
        var (_, bobId) = await world.AddUserAsync("bob");
        var invite = await world.InviteAsync(ada, board);
        var id = await world.SubmitAsync(ada, board, Code);
        var server = await world.StartServerAsync();
        string[] secrets = [Code, Description, adaId, invite, $"{board.SecretSeed}", $"{TestWorld.TestSeed}", $"{TestWorld.BenchmarkSeed}"];

        var walked = 0;
        foreach (var (method, path, access) in Requests(server, id, ada.Id))
        {
            if (access is Access.Operators or Access.OperatorsForUsers)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(server, method, path, bobId)).Status);
                continue;
            }
            foreach (var cliId in (string?[])[bobId, null, "0123456789abcdef"])
            {
                var answer = await AskAsync(server, method, path, cliId);
                Assert.True((int)answer.Status < 500, $"{method} {path}: {answer.Status}");
                foreach (var secret in secrets)
                    Assert.False(answer.Body.Contains(secret, StringComparison.Ordinal), $"{method} {path} tells '{secret}' to {cliId ?? "anybody"}");
                // Who names the board may be told that it is closed; nobody is told that there is one.
                Assert.True(path.Contains("quiet") || !answer.Body.Contains("quiet", StringComparison.Ordinal), $"{method} {path} lists the closed board");
                walked++;
            }
        }
        Assert.True(walked > 40, $"only {walked} requests were made");

        // Nothing of hers has gone or changed.
        var mine = await server.GetAsync($"/user/submissions/{id}", adaId);
        Assert.Equal((HttpStatusCode.OK, Code), (mine.Status, mine.Json.GetProperty("code").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/board/quiet", adaId)).Status);
    }

    private static IEnumerable<(HttpMethod Method, string Path, Access Access)> Requests(TestServer server, long id, string userId) =>
        from route in server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        let path = string.Concat(route.RoutePattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(part => Text(part, id, userId)))))
        select (new HttpMethod(method), path.Length == 0 ? "/" : path, route.Metadata.GetMetadata<AccessPolicy>()!.Access);

    private static string Text(RoutePatternPart part, long id, string userId) => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart { Name: "leaderboard" or "name" } => "quiet",
        RoutePatternParameterPart { Name: "gpu" } => "CPU",
        RoutePatternParameterPart { Name: "mode" or "category" } => "test",
        RoutePatternParameterPart { Name: "userId" } => userId,
        RoutePatternParameterPart => $"{id}",
        _ => throw new InvalidOperationException($"a route has a part of kind {part.PartKind}"),
    };

    // As a submission where something is sent: any other route refuses such a body.
    private static Task<Answer> AskAsync(TestServer server, HttpMethod method, string path, string? cliId) =>
        server.SendAsync(method, path, cliId, method == HttpMethod.Post
            ? new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes("x = 1\n")), "file", "b.py" } }
            : null);
}
