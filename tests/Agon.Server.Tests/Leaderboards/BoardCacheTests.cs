using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Agon.Server.Tests.World;
using Microsoft.Data.Sqlite;

namespace Agon.Server.Tests.Leaderboards;

public class BoardCacheTests
{
    private const string Token = "an-operators-token-of-the-tests-0123456789";

    [PostgresFact]
    public async Task A_verdict_is_seen_within_a_quarter_of_a_second_on_every_server_on_page_and_list()
    {
        await using var world = await TestWorld.CreateAsync(onPostgres: true);
        var board = await world.AddBoardAsync();
        var clock = new StoppedClock();
        TestServer[] servers = [await StartAsync(world, clock), await StartAsync(world, clock)];
        await world.RankAsync((await world.AddUserAsync("ada")).User, board, 0.0025);
        foreach (var server in servers)
            await SeesAsync(server, "ada");

        await world.RankAsync((await world.AddUserAsync("bob")).User, board, 0.0050);
        foreach (var server in servers)
            Assert.DoesNotContain("bob", (await server.GetAsync("/board/lcs")).Body);   // kept, and nobody asks the database
        clock.Move(TimeSpan.FromMilliseconds(250));
        foreach (var server in servers)
            await SeesAsync(server, "bob");
    }

    [Fact]
    public async Task Who_says_no_cache_sees_a_verdict_at_once()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var clock = new StoppedClock();
        var server = await StartAsync(world, clock);
        await SeesAsync(server, "Nobody is ranked here yet", list: "[]");

        await world.RankAsync((await world.AddUserAsync("ada")).User, board, 0.0025);
        clock.Move(TimeSpan.FromTicks(1));
        server.Http.DefaultRequestHeaders.CacheControl = new() { NoCache = true };
        await SeesAsync(server, "ada");
    }

    [Fact]
    public async Task What_no_version_tells_is_seen_after_ten_seconds()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.RankAsync((await world.AddUserAsync("ada")).User, await world.AddBoardAsync(), 0.0025);
        var clock = new StoppedClock();
        var server = await StartAsync(world, clock);
        await SeesAsync(server, "ada");
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(world.ServerSettings.DataFolder!, "agon.db")}"))
        {
            await other.OpenAsync();
            await using var rename = new SqliteCommand("UPDATE user_info SET user_name = 'lovelace'", other);
            await rename.ExecuteNonQueryAsync();
        }

        clock.Move(TimeSpan.FromSeconds(9.9));
        Assert.DoesNotContain("lovelace", (await server.GetAsync("/board/lcs")).Body);
        clock.Move(TimeSpan.FromSeconds(0.1));
        await SeesAsync(server, "lovelace");
    }

    [PostgresFact]
    public async Task A_board_that_is_closed_is_gone_at_once_where_it_was_closed_and_soon_elsewhere()
    {
        await using var world = await TestWorld.CreateAsync(onPostgres: true);
        var board = await world.AddBoardAsync();
        var clock = new StoppedClock();
        TestServer[] servers = [await StartAsync(world, clock), await StartAsync(world, clock)];
        foreach (var server in servers)
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), await StatusesAsync(server));

        using var close = new HttpRequestMessage(HttpMethod.Post, "/admin/leaderboards/lcs/visibility") { Content = JsonContent.Create(new { visibility = "closed" }) };
        close.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        (await servers[0].Http.SendAsync(close)).EnsureSuccessStatusCode();
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), await StatusesAsync(servers[0]));
        clock.Move(TimeSpan.FromMilliseconds(250));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), await StatusesAsync(servers[1]));

        var (ada, cliId) = await world.AddUserAsync();
        await world.InviteAsync(ada, board);
        foreach (var server in servers)
        {
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), await StatusesAsync(server, cliId));
            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), await StatusesAsync(server));
        }
    }

    [Fact]
    public async Task A_page_shows_a_hundred_places_and_leafs_through_the_rest()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        for (var n = 1; n <= 102; n++)   // scores are a millisecond apart
            await world.RankAsync((await world.AddUserAsync($"user {n}")).User, board, n / 1000.0);
        var server = await world.StartServerAsync();

        var first = (await server.GetAsync("/board/lcs")).Body;
        Assert.Equal(100, Regex.Count(first, "<td class=\"rank\">"));
        Assert.Contains("places 1 to 100 of 102", first);
        Assert.Contains("href=\"/board/lcs?gpu=CPU&amp;page=2\"", first);
        Assert.DoesNotContain("page=0", first);

        var second = (await server.GetAsync("/board/lcs?gpu=CPU&page=2")).Body;
        Assert.Matches("""(?s)<td class="rank">101</td>.*(\+|&#x2B;)1000 .*<td class="rank">102</td>""", second);
        Assert.Contains("page=1\"", second);
        Assert.DoesNotContain("page=3", second);
        foreach (var path in new[] { "/board/lcs?page=0", "/board/lcs?page=x", "/board/lcs?gpu=H100" })
            Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(path)).Status);
    }

    // As a browser asks: what was rendered a moment ago will do.
    private static async Task<TestServer> StartAsync(TestWorld world, TimeProvider clock)
    {
        var server = await world.StartServerAsync(new Dictionary<string, string?>(TestWorld.NoWorkers) { ["Admin:Token"] = Token }, clock);
        server.Http.DefaultRequestHeaders.CacheControl = null;
        return server;
    }

    private static async Task SeesAsync(TestServer server, string page, string? list = null)
    {
        Assert.Contains(page, (await server.GetAsync("/board/lcs")).Body);
        Assert.Contains(list ?? page, (await server.GetAsync("/submissions/lcs/CPU")).Body);
    }

    private static async Task<(HttpStatusCode Page, HttpStatusCode List)> StatusesAsync(TestServer server, string? cliId = null) =>
        ((await server.GetAsync("/board/lcs", cliId)).Status, (await server.GetAsync("/submissions/lcs/CPU", cliId)).Status);

    /// <summary>Goes on when it is told to; the hands of the wall's clock move as ever.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        private long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref ticks);

        public void Move(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
    }
}
