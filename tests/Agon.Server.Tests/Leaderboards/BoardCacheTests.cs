using System.Net;
using System.Text.RegularExpressions;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Leaderboards;

public class BoardCacheTests
{
    [Fact]
    public async Task A_verdict_is_seen_within_a_second_on_every_server_on_page_and_list()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var one = await world.StartServerAsync();
        var two = await world.StartServerAsync();
        foreach (var server in new[] { one, two })
            server.Http.DefaultRequestHeaders.CacheControl = null;
        await world.RankAsync((await world.AddUserAsync("ada")).User, board, 0.0025);
        foreach (var server in new[] { one, two })
            Assert.Contains("ada", (await server.GetAsync("/board/lcs")).Body + (await server.GetAsync("/submissions/lcs/CPU")).Body);

        await world.RankAsync((await world.AddUserAsync("bob")).User, board, 0.0050);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, CancellationToken.None);   // the promise, with room
        foreach (var server in new[] { one, two })
        {
            Assert.Contains("bob", (await server.GetAsync("/board/lcs")).Body);
            Assert.Contains("bob", (await server.GetAsync("/submissions/lcs/CPU")).Body);
        }
    }

    [Fact]
    public async Task A_board_that_is_closed_is_gone_from_the_cache_at_once()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var server = await world.StartServerAsync();
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/board/lcs")).Status);

        await world.AddBoardAsync(visibility: "closed");
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/board/lcs")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/submissions/lcs/CPU")).Status);
    }

    [Fact]
    public async Task A_page_shows_a_hundred_places_and_leafs_through_the_rest()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        for (var n = 1; n <= 102; n++)
            await world.RankAsync((await world.AddUserAsync($"user {n}")).User, board, n / 1000.0);
        var server = await world.StartServerAsync();

        var first = (await server.GetAsync("/board/lcs")).Body;
        Assert.Equal(100, Regex.Count(first, "<td class=\"rank\">"));
        Assert.Contains("places 1 to 100 of 102", first);
        Assert.Contains("href=\"/board/lcs?gpu=CPU&amp;page=2\"", first);
        Assert.DoesNotContain("page=0", first);

        var second = (await server.GetAsync("/board/lcs?gpu=CPU&page=2")).Body;
        Assert.Matches("""(?s)<td class="rank">101</td>.*\+1\.00 ms.*<td class="rank">102</td>""", second);
        Assert.Contains("page=1\"", second);
        Assert.DoesNotContain("page=3", second);
        foreach (var path in new[] { "/board/lcs?page=0", "/board/lcs?page=x", "/board/lcs?gpu=H100" })
            Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(path)).Status);
    }
}
