using System.Net;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Leaderboards;

public class LeaderboardsApiTests
{
    [Fact]
    public async Task Leaderboards_are_listed_without_seeds_and_files()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var server = await world.StartServerAsync();
        var answer = await server.GetAsync("/leaderboards");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var item = Assert.Single(answer.Json.EnumerateArray());
        Assert.Equal("lcs", item.GetProperty("name").GetString());
        Assert.Equal("Find it.", item.GetProperty("description").GetString());
        Assert.Equal("CPU", Assert.Single(item.GetProperty("gpu_types").EnumerateArray()).GetString());
        Assert.Equal("""{"n":1}""", item.GetProperty("task").GetProperty("tests")[0].GetRawText());
        foreach (var secret in new[] { "seed", $"{TestWorld.TestSeed}", $"{TestWorld.BenchmarkSeed}", "the harness", "files", $"{board.SecretSeed}" })
            Assert.DoesNotContain(secret, answer.Body);
    }

    [Fact]
    public async Task Devices_are_listed_in_their_own_order()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync(gpus: ["T4", "A100", "CPU"]);
        var server = await world.StartServerAsync();
        Assert.Equal("""["T4","A100","CPU"]""", (await server.GetAsync("/gpus/LCS")).Body);
    }

    [Fact]
    public async Task The_ranking_has_each_participant_once_best_first()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync("ada");
        var (bob, _) = await world.AddUserAsync("bob");
        await world.RankAsync(ada, board, 0.5);
        await world.RankAsync(bob, board, 0.25);
        var best = await world.RankAsync(ada, board, 0.125, "best.py");
        var server = await world.StartServerAsync();

        var ranking = (await server.GetAsync("/submissions/lcs/cpu")).Json;
        Assert.Equal(["ada", "bob"], ranking.EnumerateArray().Select(entry => entry.GetProperty("user_name").GetString()));
        var first = ranking[0];
        Assert.Equal(best, first.GetProperty("submission_id").GetInt64());
        Assert.Equal(1, first.GetProperty("rank").GetInt32());
        Assert.Equal(0.125, first.GetProperty("submission_score").GetDouble());
        Assert.Equal("best.py", first.GetProperty("submission_name").GetString());
        Assert.Equal("CPU", first.GetProperty("gpu_type").GetString());
        Assert.Equal("lcs", first.GetProperty("leaderboard_name").GetString());
        Assert.Equal("self_reported", first.GetProperty("trust").GetString());

        var second = (await server.GetAsync("/submissions/lcs/CPU?limit=1&offset=1")).Json;
        Assert.Equal("bob", Assert.Single(second.EnumerateArray()).GetProperty("user_name").GetString());
    }

    [Fact]
    public async Task One_participants_entries_are_listed_and_counted_apart()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync("ada");
        var (bob, _) = await world.AddUserAsync("bob");
        await world.RankAsync(ada, board, 0.5);
        await world.RankAsync(bob, board, 0.25);
        await world.RankAsync(ada, board, 0.125);
        var server = await world.StartServerAsync();

        Assert.Equal("""{"count":2}""", (await server.GetAsync("/submission_count/LCS/cpu")).Body);
        Assert.Equal("""{"count":2}""", (await server.GetAsync($"/submission_count/lcs/CPU?user_id={ada.Id}")).Body);
        Assert.Equal("""{"count":0}""", (await server.GetAsync("/submission_count/lcs/CPU?user_id=nobody")).Body);

        var own = (await server.GetAsync($"/submissions/lcs/CPU?user_id={ada.Id}")).Json;
        Assert.Equal([(1, 0.125), (2, 0.5)], own.EnumerateArray().Select(entry => (entry.GetProperty("rank").GetInt32(), entry.GetProperty("submission_score").GetDouble())));
        Assert.Equal("[]", (await server.GetAsync("/submissions/lcs/CPU?user_id=nobody")).Body);
    }

    [Theory]
    [InlineData("/gpus/other", HttpStatusCode.NotFound, "no leaderboard 'other'")]
    [InlineData("/submissions/other/CPU", HttpStatusCode.NotFound, "no leaderboard 'other'")]
    [InlineData("/submissions/lcs/H100", HttpStatusCode.BadRequest, "it runs on CPU")]
    [InlineData("/submission_count/other/CPU", HttpStatusCode.NotFound, "no leaderboard 'other'")]
    [InlineData("/submission_count/lcs/H100", HttpStatusCode.BadRequest, "it runs on CPU")]
    [InlineData("/submissions/lcs/CPU?limit=-1", HttpStatusCode.BadRequest, "0 or more")]
    [InlineData("/submissions/lcs/CPU?offset=-1", HttpStatusCode.BadRequest, "0 or more")]
    public async Task What_is_not_there_is_refused_by_name(string path, HttpStatusCode status, string says)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var server = await world.StartServerAsync();
        (await server.GetAsync(path)).IsRefusal(status, says);
    }

    [Theory]
    [InlineData("limit=ten", "limit")]
    [InlineData("offset=1.5", "offset")]
    [InlineData("limit=99999999999", "limit")]
    [InlineData("offset=", "offset")]
    public async Task A_number_that_is_none_is_unreadable(string query, string name)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var server = await world.StartServerAsync();
        var answer = await server.GetAsync($"/submissions/lcs/CPU?{query}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal($$"""[{"loc":["query","{{name}}"],"msg":"Input should be a valid integer","type":"int_parsing"}]""", answer.Json.GetProperty("detail").GetRawText());
    }

    [Theory]
    [InlineData("/gpus/lcs")]
    [InlineData("/submissions/lcs/CPU")]
    [InlineData("/submission_count/lcs/CPU")]
    public async Task A_wrong_id_is_refused_where_none_is_fine(string path)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, id) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(path, id)).Status);
        (await server.GetAsync(path, "wrong")).IsRefusal(HttpStatusCode.Unauthorized, "names nobody");
    }
}
