using System.Net;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests;

/// <summary>A file from its upload to its place on the board, on each database.</summary>
public class JourneyTests
{
    [Fact]
    public Task An_upload_becomes_a_place_on_the_board_on_SQLite() => JourneyAsync(onPostgres: false);

    [PostgresFact]
    public Task An_upload_becomes_a_place_on_the_board_on_PostgreSQL() => JourneyAsync(onPostgres: true);

    private static async Task JourneyAsync(bool onPostgres)
    {
        await using var world = await TestWorld.CreateAsync(onPostgres);
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync("ada");
        var server = await world.StartServerAsync(TestWorld.Workers);
        var other = onPostgres ? await world.StartServerAsync() : server;   // only answers; a SQLite file has one server

        var accepted = await server.UploadAsync(cliId, "/submission/lcs/CPU/leaderboard", "x = 1", "mine.py");
        Assert.True(accepted.Status == HttpStatusCode.Accepted, accepted.Body);
        var id = accepted.Json.GetProperty("details").GetProperty("id").GetInt64();

        await using var stream = await EventReader.OpenAsync(other, id, cliId);
        var events = await stream.RestAsync();
        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(happened => happened.Id!.Value));
        Assert.Equal("done", events[^1].Kind);
        Assert.Equal("""{"status":"succeeded","error":null}""", events[^1].Data.GetRawText());
        Assert.Equal(2, events.Count(happened => happened.Kind == "phase" && happened.Data.GetProperty("state").GetString() == "started"));
        Assert.Equal(0.004, events.Single(happened => happened.Kind == "result").Data.GetProperty("score").GetDouble());
        Assert.DoesNotContain(events, happened => $"{happened}".Contains("said by private", StringComparison.Ordinal));

        var view = (await other.GetAsync($"/user/submissions/{id}", cliId)).Json;
        Assert.True(view.GetProperty("done").GetBoolean());
        Assert.Equal(6, view.GetProperty("runs").GetArrayLength());
        Assert.Equal("0.004", view.GetProperty("runs").EnumerateArray().Single(run => run.GetProperty("score").GetString() is not null).GetProperty("score").GetString());
        var ranked = Assert.Single((await other.GetAsync("/submissions/lcs/CPU")).Json.EnumerateArray());
        Assert.Equal((1, "ada", 0.004), (ranked.GetProperty("rank").GetInt32(), ranked.GetProperty("user_name").GetString(), ranked.GetProperty("submission_score").GetDouble()));
        Assert.Contains("4.00 ms", (await other.GetAsync("/board/lcs")).Body);
    }
}
