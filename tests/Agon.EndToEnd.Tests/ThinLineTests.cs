using System.Text.Json;

namespace Agon.EndToEnd.Tests;

/// <summary>From POST to a rank, through the real server, runner and sandbox.</summary>
public sealed class ThinLineTests
{
    private const string Right = "def twice(number):\n    return number + number\n";
    private const string Wrong = "def twice(number):\n    return number\n";

    /// <summary>Right in public, wrong with the secret seed; and it tells on every channel what it was given.</summary>
    private const string Spy = """
        import os, sys
        seed = os.environ.get("POPCORN_SEED", "none")
        print("seed seen: " + seed)
        print("seed seen: " + seed, file=sys.stderr)
        def twice(number):
            return 2 * number if seed == "none" else "seed seen: " + seed
        """;

    [Fact]
    public Task An_entry_goes_from_post_to_a_rank_on_Sqlite() => RankAsync(postgres: false);

    [PostgresFact]
    public Task An_entry_goes_from_post_to_a_rank_on_Postgres() => RankAsync(postgres: true);

    private static async Task RankAsync(bool postgres)
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var ada = new Participant(await world.AddUserAsync("ada"));
        var bob = new Participant(await world.AddUserAsync("bob"));
        var eve = new Participant(await world.AddUserAsync("mallory"));
        await using var server = await world.ServeAsync();

        var right = (await ada.SubmitAsync(server.Client, Right, "leaderboard"))!.Value;
        var wrong = (await bob.SubmitAsync(server.Client, Wrong, "leaderboard"))!.Value;
        var spy = (await eve.SubmitAsync(server.Client, Spy, "leaderboard"))!.Value;
        var limit = TimeSpan.FromMinutes(1);
        var rightView = await ada.UntilDoneAsync(server.Client, right, limit);
        var wrongView = await bob.UntilDoneAsync(server.Client, wrong, limit);
        var spyView = await eve.UntilDoneAsync(server.Client, spy, limit);

        Assert.Equal("succeeded", Status(rightView));
        Assert.Equal("failed", Status(wrongView));
        Assert.Equal("failed", Status(spyView));
        using var ranking = JsonDocument.Parse(await server.Client.GetStringAsync("/submissions/quick/CPU"));
        var entry = Assert.Single(ranking.RootElement.EnumerateArray());
        Assert.Equal(1, entry.GetProperty("rank").GetInt32());
        Assert.Equal("ada", entry.GetProperty("user_name").GetString());
        Assert.InRange(entry.GetProperty("submission_score").GetDouble(), 0.1, 10);
        var page = await server.Client.GetStringAsync("/board/quick");
        Assert.Contains("ada", page);
        Assert.DoesNotContain("mallory", page);
        Assert.Contains("self-reported", page, StringComparison.OrdinalIgnoreCase);
        await AssertNoSecretAsync(world, server, eve, spy, spyView);
    }

    private static async Task AssertNoSecretAsync(TestWorld world, RunningServer server, Participant eve, long id, JsonElement view)
    {
        await using var database = world.Open();
        var board = await new Agon.Storage.Leaderboards.LeaderboardStore(database).FindAsync("quick", CancellationToken.None);
        var seed = $"seed seen: {board!.SecretSeed}";
        var events = await eve.EventsAsync(server.Client, id);
        Assert.Contains("event: done", events);
        foreach (var text in (string[])[view.ToString(), events, server.Log, await server.Client.GetStringAsync("/leaderboards")])
        {
            Assert.DoesNotContain(seed, text);
            Assert.DoesNotContain($"\"secret_seed\"", text);
        }
        Assert.All(view.GetProperty("runs").EnumerateArray().Where(run => run.GetProperty("secret").GetBoolean()), run =>
        {
            Assert.Equal(JsonValueKind.Null, run.GetProperty("score").ValueKind);
            Assert.False(run.TryGetProperty("result", out _));
        });
    }

    private static string? Status(JsonElement view) => view.GetProperty("job").GetProperty("status").GetString();
}
