using System.Net;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Submissions;

public class SubmissionListTests
{
    [Fact]
    public async Task An_author_sees_the_own_submissions_newest_first()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var other = await world.AddBoardAsync("sums");
        var (ada, adaId) = await world.AddUserAsync("ada");
        var (bob, bobId) = await world.AddUserAsync("bob");
        var ranked = await world.RankAsync(ada, board, 0.0033, "best.py", TestWorld.Now.AddMinutes(-2));
        var waiting = await world.SubmitAsync(ada, other, at: TestWorld.Now.AddMinutes(-1));
        await world.SubmitAsync(bob, board);
        var server = await world.StartServerAsync();

        var list = (await server.GetAsync("/user/submissions", adaId)).Json;
        Assert.Equal([waiting, ranked], list.EnumerateArray().Select(item => item.GetProperty("id").GetInt64()));
        Assert.Equal(("sums", false, "[]"), (list[0].GetProperty("leaderboard_name").GetString(), list[0].GetProperty("done").GetBoolean(), list[0].GetProperty("runs").GetRawText()));
        Assert.Equal("best.py", list[1].GetProperty("file_name").GetString());
        Assert.Equal("""[{"gpu_type":"CPU","score":null},{"gpu_type":"CPU","score":null},{"gpu_type":"CPU","score":"0.0033"}]""", list[1].GetProperty("runs").GetRawText());

        Assert.Equal(ranked, (await server.GetAsync("/user/submissions?leaderboard=LCS&limit=50", adaId)).Json[0].GetProperty("id").GetInt64());
        Assert.Equal(ranked, (await server.GetAsync("/user/submissions?limit=1&offset=1", adaId)).Json[0].GetProperty("id").GetInt64());
        Assert.Equal("[]", (await server.GetAsync("/user/submissions?leaderboard=unknown", adaId)).Body);
        Assert.Single((await server.GetAsync("/user/submissions", bobId)).Json.EnumerateArray());
        (await server.GetAsync("/user/submissions")).IsRefusal(HttpStatusCode.BadRequest, "is missing");
        (await server.GetAsync("/user/submissions", "wrong")).IsRefusal(HttpStatusCode.Unauthorized, "names nobody");
    }

    [Theory]
    [InlineData("limit=0", "between 1 and 100")]
    [InlineData("limit=101", "between 1 and 100")]
    [InlineData("limit=-1", "between 1 and 100")]
    [InlineData("offset=-1", "0 or more")]
    public async Task A_page_that_cannot_be_is_refused(string query, string says)
    {
        await using var world = await TestWorld.CreateAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        (await server.GetAsync($"/user/submissions?{query}", cliId)).IsRefusal(HttpStatusCode.BadRequest, says);
    }

    [Theory]
    [InlineData("limit=ten", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("offset=1.5", "offset")]
    public async Task A_number_that_is_none_is_unreadable(string query, string name)
    {
        await using var world = await TestWorld.CreateAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        var answer = await server.GetAsync($"/user/submissions?{query}", cliId);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(name, answer.Json.GetProperty("detail")[0].GetProperty("loc")[1].GetString());
    }
}
