using System.Net;
using System.Text;
using Agon.Server.Http;
using Agon.Server.Tests.Admin;
using Agon.Server.Tests.Tournaments;
using Agon.Server.Tests.World;
using Agon.Server.Tournaments;
using Agon.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Agon.Server.Tests.Http;

public sealed class DatabaseAwayTests : IDisposable
{
    // Readiness has an answer of its own.
    private static readonly string[] NeedNoDatabase = ["/health", "/health/ready", "/openapi/v1.json", "/rules/{topic}", "/style/{hash}.css"];

    // All that any route which takes JSON may ask for.
    private const string Body = """
        {"code":"c","leaderboard":"lcs","count":1,"visibility":"closed","mode_category":"test","max_submissions_per_hour":5,
         "directory":"twice","repository":"here","name":"spring","image_type":"analytics","registration_start":"2030-03-01","registration_end":"2030-03-03",
         "hotkey":"ada","github_repository":"https://github.com/ada/code","status":"completed"}
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("agon-away-test-").FullName;

    [PostgresFact]
    public async Task Every_route_answers_503_with_Retry_After_while_Postgres_is_away_and_works_again_afterwards()
    {
        await using var world = await TestWorld.CreateAsync(onPostgres: true);
        var board = await world.AddBoardAsync();
        var (ada, cliId) = await world.AddUserAsync();
        var id = await world.SubmitAsync(ada, board);
        var there = new NpgsqlConnectionStringBuilder(world.ServerSettings.DatabaseUrl);
        await using var wire = new CutWire(there.Host!, there.Port);
        there.Port = wire.Port;
        var problems = AdminProblemsTests.Problems(folder);
        await using var server = await TestServer.StartAsync(
            world.ServerSettings with { DatabaseUrl = there.ConnectionString }, TestWorld.Around(new Dictionary<string, string?>(Operator.WithToken)
            {
                ["Registration:Key"] = TournamentWorld.Key,
                ["Problems:DevFolder"] = Path.Combine(problems, "problems"),
                ["Problems:Repositories:here"] = problems,
            }));
        server.Http.DefaultRequestHeaders.Add(RegistrationKey.Header, TournamentWorld.Key);
        var routes = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => !NeedNoDatabase.Contains(route.RoutePattern.RawText)).ToList();
        Assert.NotEmpty(routes);

        wire.Cut();
        foreach (var route in routes)
        {
            var answer = await AskAsync(server, route, id, cliId);
            if (TournamentRefusal.IsOf(new PathString(route.RoutePattern.RawText)))
                answer.Refuses(HttpStatusCode.ServiceUnavailable, "UNAVAILABLE", "database");
            else
                answer.IsRefusal(HttpStatusCode.ServiceUnavailable, "database");
            Assert.Equal("5", answer.Header("Retry-After"));
        }
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).Status);

        wire.Mend();
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/leaderboards")).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).Status);
    }

    [Theory]
    [InlineData(13, true)]     // the disk is full
    [InlineData(5, true)]      // another process writes
    [InlineData(10, true)]     // I/O error
    [InlineData(1, false)]     // a statement that is wrong
    [InlineData(19, false)]    // a constraint
    public void A_full_or_busy_SQLite_file_is_away_and_a_wrong_statement_is_our_bug(int code, bool away) =>
        Assert.Equal(away, DatabaseFault.IsAway(new SqliteException("as SQLite says", code)));

    [Theory]
    [InlineData("53100", true)]     // the disk is full
    [InlineData("57P01", true)]     // it is being shut down
    [InlineData("57P03", true)]     // it is starting
    [InlineData("40P01", true)]     // a deadlock, which another transaction won
    [InlineData("25006", true)]     // it only reads, as a standby does
    [InlineData("3D000", true)]     // it is not there, or not yet again
    [InlineData("42P01", false)]    // there is no such table
    [InlineData("23505", false)]    // a key is there already
    public void A_full_or_stopping_Postgres_is_away_and_a_wrong_statement_is_our_bug(string state, bool away) =>
        Assert.Equal(away, DatabaseFault.IsAway(new PostgresException("as PostgreSQL says", "ERROR", "ERROR", state)));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task<Answer> AskAsync(TestServer server, RouteEndpoint route, long id, string cliId)
    {
        var path = route.RoutePattern.RawText!
            .Replace("{leaderboard}", "lcs").Replace("{name}", "lcs").Replace("{gpu}", "CPU").Replace("{mode}", "test")
            .Replace("{tournamentId}", $"{Guid.Empty}").Replace("{hotkey}", "ada").Replace("{day}", "1")
            .Replace("{id}", $"{id}").Replace("{userId}", "1").Replace("{code}", "c").Replace("{category}", "test");
        using HttpContent? content = route.Metadata.GetMetadata<TakesFile>() is not null
            ? new MultipartFormDataContent { { new StringContent("x = 1\n"), "file", "a.py" } }
            : route.Metadata.GetMetadata<TakesJson>() is not null ? new StringContent(Body, Encoding.UTF8, "application/json") : null;
        var method = new HttpMethod(route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single());
        return await Operator.AskAsync(server, method, $"{path}?leaderboard_id=1&user_name=ada", $"Bearer {Operator.Token}", cliId, content);
    }
}
