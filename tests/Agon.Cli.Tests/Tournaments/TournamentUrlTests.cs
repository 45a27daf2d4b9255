using System.Text.Json;
using Agon.Cli.Tests.Submissions;
using Microsoft.AspNetCore.Http;

namespace Agon.Cli.Tests.Tournaments;

/// <summary>What <c>agon tournament</c> asks of a server.</summary>
public class TournamentUrlTests
{
    private const string Id = "01992bc9-acd5-7274-b5ef-2704f353b652";

    [Fact]
    public async Task A_list_of_many_tournaments_takes_one_request_a_page()
    {
        var asked = new List<string>();
        await using var server = await ScriptedServer.StartAsync(http =>
        {
            asked.Add($"{http.Request.Path}{http.Request.QueryString}");
            var offset = int.Parse(http.Request.Query["offset"].ToString());
            return http.Response.WriteAsync($$$"""
                {"tournaments":[{{{string.Join(',', Enumerable.Range(offset, Math.Min(100, 150 - offset)).Select(Listed))}}}],
                 "pagination":{"total":150,"limit":100,"offset":{{{offset}}},"has_more":{{{(offset == 0 ? "true" : "false")}}}}}
                """);
        });
        var run = await CommandRun.Of(["tournament", "list", "--image-type", "ml", "--json", "--url", server.Url]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["/api/v1/tournaments?limit=100&offset=0&image_type=ml", "/api/v1/tournaments?limit=100&offset=100&image_type=ml"], asked);
        var listed = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(150, listed.GetArrayLength());
        Assert.Equal(("number 149", 2, 7, "ada", true), (
            listed[149].GetProperty("name").GetString(), listed[149].GetProperty("current_day").GetInt32(), listed[149].GetProperty("epoch_days").GetInt32(),
            listed[149].GetProperty("winner_hotkey").GetString(), listed[149].GetProperty("baseline_beaten").GetBoolean()));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(200)]   // with what nobody can read
    public async Task Who_is_registered_hears_so_although_the_server_answers_no_more(int then)
    {
        await using var server = await ScriptedServer.StartAsync(http =>
        {
            http.Response.StatusCode = http.Request.Method == "POST" ? 201 : then;
            return http.Response.WriteAsync(http.Request.Method == "POST"
                ? $$"""{"tournament_id":"{{Id}}","hotkey":"ada","registration_order":3,"status":"registered","registered_at":"2026-03-02T11:00:00+00:00"}"""
                : "<html>no</html>");
        });
        string[] register = ["tournament", "register", "--tournament-id", Id, "--hotkey", "ada", "--github-repository", "https://github.com/ada/mine", "--url", server.Url];
        var run = await CommandRun.Of(register, ("REGISTRATION_API_KEY", "a-key-for-this-test"));
        Assert.Equal((0, "ada: number 3"), (run.ExitCode, run.Output.Trim()));
        var line = JsonDocument.Parse((await CommandRun.Of([.. register, "--json"], ("REGISTRATION_API_KEY", "a-key-for-this-test"))).Output).RootElement;
        Assert.Equal((3, "https://github.com/ada/mine"), (line.GetProperty("registration_order").GetInt32(), line.GetProperty("github_repository").GetString()));
    }

    private static string Listed(int n) => $$"""
        {"tournament_id":"{{Guid.NewGuid()}}","name":"number {{n}}","image_type":"ml","status":"completed","registration_start":"2026-03-01","registration_end":"2026-03-03",
         "competition_start":"2026-03-04","competition_end":"2026-03-10","current_day":2,
         "configuration":{"max_participants":10,"epoch_days":7,"test_networks":["torus"],"test_window_days":[30]},
         "participant_count":2,"winner":{"hotkey":"ada","beat_baseline":true},"created_at":"2026-03-01T09:29:26.997394+00:00","completed_at":null}
        """;
}
