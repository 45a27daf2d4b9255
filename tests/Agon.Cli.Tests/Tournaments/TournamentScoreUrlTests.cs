using System.Text.Json;
using Agon.Cli.Tests.Submissions;
using Microsoft.AspNetCore.Http;

namespace Agon.Cli.Tests.Tournaments;

/// <summary>What <c>agon tournament score --url</c> makes of a server's results.</summary>
public sealed class TournamentScoreUrlTests
{
    private const string Id = "01992bc9-acd5-7274-b5ef-2704f353b652";

    private static readonly string[] Score = ["tournament", "score", "--tournament-id", Id, "--url"];

    [Theory]
    [InlineData("false", "promote")]
    [InlineData("true", "hold_baseline_invalid")]   // a broken yardstick, which the API does not put into a word
    public async Task Results_of_a_server_are_printed_as_those_of_the_data_are(string baselineIsOut, string promotion)
    {
        var asked = new List<string>();
        await using var server = await ScriptedServer.StartAsync(http =>
        {
            asked.Add(http.Request.Path);
            return http.Response.WriteAsync($$"""
                {"tournament_id":"{{Id}}","status":"completed","winner_hotkey":"ada","baseline_beaten":true,
                 "results":[{{Row("ada", "miner", 1, "false")}},{{Row("baseline_v1.0.0", "baseline", 2, baselineIsOut)}}]}
                """);
        });
        var run = await CommandRun.Of([.. Score, server.Url, "--json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var outcome = JsonDocument.Parse(Assert.Single(run.OutputLines)).RootElement;
        Assert.Equal(("ada", true, promotion, 2), (
            outcome.GetProperty("winner_hotkey").GetString(), outcome.GetProperty("baseline_beaten").GetBoolean(),
            outcome.GetProperty("promotion").GetString(), outcome.GetProperty("results").GetArrayLength()));
        Assert.Equal($"winner: ada; promotion: {promotion}", (await CommandRun.Of([.. Score, server.Url])).OutputLines[^1]);
        Assert.All(asked, path => Assert.Equal($"/api/v1/tournaments/{Id}/results", path));
    }

    [Fact]
    public async Task A_file_or_a_dry_run_is_no_servers_business()
    {
        foreach (var other in (string[][])[["--dry-run"], ["--data", "/srv/agon"], ["--from", typeof(TournamentScoreUrlTests).Assembly.Location]])
            Assert.Equal(2, (await CommandRun.Of([.. Score, "http://127.0.0.1:9", .. other])).ExitCode);
    }

    private static string Row(string hotkey, string type, int rank, string isOut) => $$"""
        {"tournament_id":"{{Id}}","hotkey":"{{hotkey}}","participant_type":"{{type}}","pattern_accuracy_score":0.5,"data_correctness_score":1,"performance_score":1,
         "final_score":0.75,"data_correctness_all_days":true,"all_runs_within_time_limit":true,"days_completed":1,"total_runs_completed":1,"average_execution_time_seconds":10,
         "baseline_comparison_ratio":1,"rank":{{rank}},"is_winner":{{(rank == 1 ? "true" : "false")}},"beat_baseline":{{(rank == 1 ? "true" : "false")}},"miners_beaten":0,
         "calculated_at":"2026-03-06T00:00:39+00:00","is_disqualified":{{isOut}},"disqualification_reason":null,"disqualified_on_day":null}
        """;
}
