using System.Text.Json;
using System.Text.RegularExpressions;
using Agon.Server.Tests.Tournaments;
using Agon.Server.Tests.World;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Tests.Http;

/// <summary>docs/api.md against the server: each route stands in its table, and each example has the keys and kinds of a real answer.</summary>
public partial class DocumentedAnswersTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "api.md"));

    [Fact]
    public async Task Every_route_is_documented_and_every_documented_route_is_there()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        var routes = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Select(route =>
            $"{route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {route.RoutePattern.RawText}");
        var documented = TableLine().Matches(Page).SelectMany(line => Route().Matches(line.Value)).Select(route => route.Groups["route"].Value);
        Assert.Equal(routes.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_example_has_the_shape_of_a_real_answer()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        var id = await world.RankAsync(ada, board, 0.0033);

        var answers = new Dictionary<string, string>
        {
            ["GET /leaderboards"] = (await server.GetAsync("/leaderboards")).Body,
            ["GET /submissions/{leaderboard}/{gpu}"] = (await server.GetAsync("/submissions/lcs/CPU")).Body,
            ["GET /runner_queue/{gpu}"] = (await server.GetAsync("/runner_queue/CPU")).Body,
            ["POST /submission/{leaderboard}/{gpu}/{mode}"] = (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).Body,
            ["GET /user/submissions"] = (await server.GetAsync("/user/submissions?limit=1&offset=1", cliId)).Body,
            ["GET /user/submissions/{id}"] = (await server.GetAsync($"/user/submissions/{id}", cliId)).Body,
        };
        foreach (var (route, answer) in answers)
            Assert.Equal((route, Shape(answer)), (route, Shape(ExampleOf(route))));
    }

    [Fact]
    public async Task Every_example_of_tournaments_has_the_shape_of_a_real_answer()
    {
        await using var world = await TournamentWorld.CreateAsync();
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "better", "wrong");
        await world.PlayAsync(id, TournamentWorld.Play);
        var open = await world.DraftAsync("later");
        async Task<string> SendAsync(HttpMethod method, string path, string? json = null) => (await world.SendAsync(method, path, json)).Body;

        const string Read = "GET /api/v1/tournaments", Registration = "/api/v1/registration", Internal = "/api/internal/tournaments";
        var one = Read + "/{tournamentId}";
        var answers = new Dictionary<string, string>
        {
            [Read] = (await world.GetAsync("?image_type=analytics&status=completed")).Body,
            [one] = (await world.GetAsync($"/{id}")).Body,
            [one + "/participants"] = (await world.GetAsync($"/{id}/participants")).Body,
            [one + "/participants/{hotkey}"] = (await world.GetAsync($"/{id}/participants/better")).Body,
            [one + "/days/{day}"] = (await world.GetAsync($"/{id}/days/1")).Body,
            [one + "/daily-metrics"] = (await world.GetAsync($"/{open}/daily-metrics")).Body,
            [one + "/results"] = (await world.GetAsync($"/{id}/results")).Body,
            [one + "/leaderboard"] = (await world.GetAsync($"/{id}/leaderboard")).Body,
            [$"POST {Registration}/tournaments/{{tournamentId}}/participants"] =
                await SendAsync(HttpMethod.Post, $"{Registration}/tournaments/{open}/participants", """{"hotkey": "ada", "github_repository": "https://github.com/ada/entry"}"""),
            [$"PUT {Registration}/participants/{{tournamentId}}/{{hotkey}}/status"] =
                await SendAsync(HttpMethod.Put, $"{Registration}/participants/{open}/ada/status", """{"status": "active"}"""),
            [$"GET {Internal}/{{tournamentId}}/participants/{{hotkey}}"] = await SendAsync(HttpMethod.Get, $"{Internal}/{id}/participants/better"),
        };
        foreach (var (route, answer) in answers)
            Assert.Equal((route, Shape(answer)), (route, Shape(ExampleOf(route))));

        // The baseline has no comparison, a miner has one.
        static string OfMiner(string day) => Shape(JsonDocument.Parse(day).RootElement.GetProperty("runs")[1], "");
        Assert.Equal(OfMiner(answers[one + "/days/{day}"]), OfMiner(ExampleOf(one + "/days/{day}")));
    }

    private static string ExampleOf(string route)
    {
        var section = Page[Page.IndexOf($"### `{route}`\n", StringComparison.Ordinal)..];
        return Example().Match(section).Groups["json"].Value;
    }

    /// <summary>Each key with the kind of its value, in order; of a list the first item, of what a task or harness names itself only that it is there.</summary>
    private static string Shape(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Shape(document.RootElement, "");
    }

    private static string Shape(JsonElement value, string key) => value.ValueKind switch
    {
        _ when key is "tests" or "benchmarks" or "result" or "missing" => "own",
        JsonValueKind.Object => "{" + string.Join(",", value.EnumerateObject().Select(item => $"{item.Name}:{Shape(item.Value, item.Name)}")) + "}",
        JsonValueKind.Array => value.GetArrayLength() == 0 ? "[]" : $"[{Shape(value[0], "")}]",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Null or JsonValueKind.Number or JsonValueKind.String when key is "error" or "score" or "last_heartbeat" => "perhaps",
        var kind => $"{kind}",
    };

    internal static string Root()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Agon.slnx")))
            at = at.Parent!;
        return at.FullName;
    }

    [GeneratedRegex(@"^\| `(GET|POST|DELETE|PUT) .*$", RegexOptions.Multiline)]
    private static partial Regex TableLine();

    [GeneratedRegex(@"`(?<route>(GET|POST|DELETE|PUT) /[^`?]*)(\?[^`]*)?`")]
    private static partial Regex Route();

    [GeneratedRegex(@"```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
