using System.Net;
using System.Text.Json;
using Agon.Server.Tests.World;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Tests.Http;

public class ApiDocumentTests
{
    /// <summary>Method, address, query; statuses; ways to say who asks.</summary>
    private static readonly string[] Expected =
    [
        "DELETE /admin/ban/{userId}: 200 401 404 429 503; admin_token",
        "DELETE /admin/invites/{code}: 200 401 404 429 503; admin_token",
        "DELETE /admin/leaderboards/{name}/rate-limits/{category}: 200 400 401 404 429 503; admin_token",
        "DELETE /admin/leaderboards/{name}?force: 200 400 401 422 429 503; admin_token",
        "DELETE /admin/submissions/{id}: 200 401 422 429 503; admin_token",
        "DELETE /admin/submissions?leaderboard_id&user_name: 200 401 404 422 429 503; admin_token",
        "DELETE /api/internal/tournaments/{tournamentId}/participants/{hotkey}: 204 400 401 403 404 429 503; api_key",
        "DELETE /user/submissions/{id}: 200 400 401 403 404 422 429 503; cli_id web_auth_id",
        "GET /admin/leaderboards/{name}/invites: 200 401 404 429 503; admin_token",
        "GET /admin/leaderboards/{name}/rate-limits: 200 401 429 503; admin_token",
        "GET /admin/leaderboards/{name}/submissions?limit&offset: 200 400 401 404 422 429 503; admin_token",
        "GET /admin/stats?last_day_only&leaderboard_name: 200 401 422 429 503; admin_token",
        "GET /admin/submissions/{id}: 200 401 404 422 429 503; admin_token",
        "GET /api/internal/tournaments/{tournamentId}/participants/{hotkey}: 200 400 401 404 429 503; api_key",
        "GET /api/v1/tournaments/{tournamentId}/daily-metrics?date&day: 200 400 404 429 503;",
        "GET /api/v1/tournaments/{tournamentId}/days/{day}: 200 400 404 429 503;",
        "GET /api/v1/tournaments/{tournamentId}/leaderboard: 200 400 404 429 503;",
        "GET /api/v1/tournaments/{tournamentId}/participants/{hotkey}: 200 400 404 429 503;",
        "GET /api/v1/tournaments/{tournamentId}/participants: 200 400 404 429 503;",
        "GET /api/v1/tournaments/{tournamentId}/results: 200 400 404 429 503;",
        "GET /api/v1/tournaments/{tournamentId}: 200 400 404 429 503;",
        "GET /api/v1/tournaments?image_type&status&limit&offset: 200 400 429 503;",
        "GET /gpus/{leaderboard}: 200 401 403 404 429 503; nobody cli_id web_auth_id",
        "GET /health/ready: 200 503;",
        "GET /health: 200 503;",
        "GET /leaderboards: 200 429 503;",
        "GET /runner_queue/{gpu}: 200 429 503;",
        "GET /submission/{id}/events?after: 200 204 400 401 403 404 422 429 503; cli_id web_auth_id",
        "GET /submission_count/{leaderboard}/{gpu}?user_id: 200 400 401 403 404 429 503; nobody cli_id web_auth_id",
        "GET /submissions/{leaderboard}/{gpu}?limit&offset&user_id: 200 400 401 403 404 422 429 503; nobody cli_id web_auth_id",
        "GET /user/submissions/{id}: 200 400 401 403 404 422 429 503; cli_id web_auth_id",
        "GET /user/submissions?leaderboard&limit&offset: 200 400 401 422 429 503; cli_id web_auth_id",
        "POST /admin/ban/{userId}: 200 401 404 429 503; admin_token",
        "POST /admin/invites: 200 400 401 404 413 422 429 503; admin_token",
        "POST /admin/leaderboards/{name}/visibility: 200 400 401 404 413 422 429 503; admin_token",
        "POST /admin/leaderboards: 200 400 401 413 422 429 503; admin_token",
        "POST /admin/start: 200 401 429 503; admin_token",
        "POST /admin/stop: 200 401 429 503; admin_token",
        "POST /admin/submission/{leaderboard}/{gpu}/{mode}: 202 400 401 403 404 408 413 422 429 503; admin_token+cli_id admin_token+web_auth_id",
        "POST /admin/update-problems: 200 400 401 413 422 429 503; admin_token",
        "POST /api/internal/tournaments/{tournamentId}/register: 201 400 401 403 404 409 413 422 429 503; api_key",
        "POST /api/v1/registration/tournaments/{tournamentId}/participants: 201 400 401 403 404 409 413 422 429 503; api_key",
        "POST /api/v1/registration/tournaments: 201 400 401 409 413 429 503; api_key",
        "POST /submission/{leaderboard}/{gpu}/{mode}: 202 400 401 403 404 408 413 422 429 503; cli_id web_auth_id",
        "POST /user/join: 200 400 401 413 422 429 503; cli_id",
        "POST /{leaderboard}/{gpu}/{mode}: 200 400 401 404 408 413 422 429 503; cli_id",
        "PUT /admin/leaderboards/{name}/rate-limits: 200 400 401 404 413 422 429 503; admin_token",
        "PUT /api/v1/registration/participants/{tournamentId}/{hotkey}/status: 200 400 401 404 409 413 429 503; api_key",
    ];

    [Fact]
    public async Task Every_operation_is_described_with_its_query_and_statuses()
    {
        await using var world = await TestWorld.CreateAsync();
        var document = await DocumentAsync(await world.StartServerAsync());
        Assert.Equal(Expected, Operations(document).Select(Described).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_document_has_the_routes_that_the_server_has_and_their_parameters()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        var routes = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToLookup(
            route => route.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>()?.ExcludeFromDescription ?? false);

        Assert.Equal(["/", "/board/{leaderboard}", "/openapi/v1.json", "/rules/{topic}", "/style/{hash}.css", "/tournament/{tournamentId}", "/tournaments"], routes[true].Select(route => route.RoutePattern.RawText).Order(StringComparer.Ordinal));
        Assert.Equal(
            routes[false].Select(route => $"{route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single()} {route.RoutePattern.RawText} {string.Join(',', route.RoutePattern.Parameters.Select(part => part.Name))}").Order(),
            Operations(await DocumentAsync(server)).Select(one => $"{one.Method} {one.Path} {string.Join(',', Parameters(one.Operation, "path"))}").Order());
    }

    [Fact]
    public async Task Uploads_answers_and_errors_have_a_shape()
    {
        await using var world = await TestWorld.CreateAsync();
        var document = await DocumentAsync(await world.StartServerAsync());
        var submit = document.GetProperty("paths").GetProperty("/submission/{leaderboard}/{gpu}/{mode}").GetProperty("post");
        Assert.Equal("binary", submit.GetProperty("requestBody").GetProperty("content").GetProperty("multipart/form-data").GetProperty("schema")
            .GetProperty("properties").GetProperty("file").GetProperty("format").GetString());

        string SchemaOf(string status) => submit.GetProperty("responses").GetProperty(status).GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString()!;
        Assert.Equal(
            ("#/components/schemas/SubmissionAcceptedView", "#/components/schemas/ErrorView", "#/components/schemas/FieldErrorsView"),
            (SchemaOf("202"), SchemaOf("404"), SchemaOf("422")));
        var schemas = document.GetProperty("components").GetProperty("schemas");
        Assert.True(schemas.GetProperty("SubmissionView").GetProperty("properties").TryGetProperty("leaderboard_name", out _));
        Assert.True(document.GetProperty("paths").GetProperty("/{leaderboard}/{gpu}/{mode}").GetProperty("post").GetProperty("responses")
            .GetProperty("200").GetProperty("content").TryGetProperty("text/event-stream", out _));
    }

    [Fact]
    public async Task Every_refusal_of_tournaments_is_described_with_a_code()
    {
        await using var world = await TestWorld.CreateAsync();
        var operations = Operations(await DocumentAsync(await world.StartServerAsync())).Where(one => one.Path.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        Assert.Equal(14, operations.Count);
        foreach (var (method, path, operation) in operations)
            foreach (var answer in operation.GetProperty("responses").EnumerateObject().Where(answer => answer.Name[0] != '2'))
                Assert.Equal($"{method} {path} {answer.Name} #/components/schemas/TournamentErrorView", $"{method} {path} {answer.Name} {answer.Value.GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString()}");
    }

    private static async Task<JsonElement> DocumentAsync(TestServer server)
    {
        var answer = await server.GetAsync("/openapi/v1.json");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        Assert.DoesNotContain("127.0.0.1", answer.Body);
        return answer.Json;
    }

    private static IEnumerable<(string Method, string Path, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Name.ToUpperInvariant(), path.Name, operation.Value);

    private static string Described((string Method, string Path, JsonElement Operation) one)
    {
        var query = string.Join('&', Parameters(one.Operation, "query"));
        var statuses = one.Operation.GetProperty("responses").EnumerateObject().Select(answer => answer.Name).Order(StringComparer.Ordinal);
        var ways = one.Operation.TryGetProperty("security", out var security)
            ? security.EnumerateArray().Select(way => string.Join('+', way.EnumerateObject().Select(scheme => scheme.Name).DefaultIfEmpty("nobody")))
            : [];
        return $"{one.Method} {one.Path}{(query.Length > 0 ? "?" : "")}{query}: {string.Join(' ', statuses)}; {string.Join(' ', ways)}".TrimEnd();
    }

    private static IEnumerable<string> Parameters(JsonElement operation, string place) => operation.TryGetProperty("parameters", out var parameters)
        ? parameters.EnumerateArray().Where(part => part.GetProperty("in").GetString() == place).Select(part => part.GetProperty("name").GetString()!)
        : [];
}
