using System.Net;
using System.Text.RegularExpressions;
using Agon.Domain.Runs;
using Agon.Server.Pages;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Pages;

public partial class PagesTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&";

    [Fact]
    public async Task A_board_shows_its_ranking_with_gaps_and_says_what_a_time_is_worth()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync(gpus: ["CPU", "A100"]);
        await world.RankAsync((await world.AddUserAsync("ada")).User, board, 0.0025, "first.py");
        await world.RankAsync((await world.AddUserAsync("bob")).User, board, 0.0050, "second.py");
        var server = await world.StartServerAsync();
        var page = WebUtility.HtmlDecode((await server.GetAsync("/board/lcs")).Body);

        Assert.Matches("""(?s)<td class="rank">1</td><th scope="row"><bdi>ada</bdi></th><td class="number">2\.50 ms .*first\.py""", page);
        Assert.Matches("""(?s)<td class="rank">2</td><th scope="row"><bdi>bob</bdi></th><td class="number">5\.00 ms .*<td class="number">\+2\.50 ms</td>.*second\.py""", page);
        Assert.Equal(2, Regex.Count(page, ">self-reported</a>"));
        Assert.Contains("What “self-reported” means", page);
        Assert.Contains("Ranking on A100", page);
        Assert.Contains("Nobody is ranked here yet", page);
        Assert.Contains("29 days 23 hours left", page);
    }

    [Fact]
    public async Task An_entry_that_ran_without_walls_is_marked_on_every_page()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        await world.RankAsync((await world.AddUserAsync("ada")).User, board, 0.0025);
        var server = await world.StartServerAsync();
        foreach (var path in new[] { "/", "/board/lcs" })
            Assert.DoesNotContain("UNSANDBOXED", (await server.GetAsync(path)).Body);

        await world.RankAsync((await world.AddUserAsync("bob")).User, board, 0.0050, isolation: new Isolation(IsolationLevel.None, "none", []));
        Assert.Equal(1, Regex.Count((await server.GetAsync("/")).Body, """5\.00 ms.*href="/board/lcs#unsandboxed">UNSANDBOXED</a>"""));
        var page = WebUtility.HtmlDecode((await server.GetAsync("/board/lcs")).Body);
        Assert.Equal(1, Regex.Count(page, """5\.00 ms.*href="#unsandboxed">UNSANDBOXED</a>"""));
        Assert.Contains("""<aside id="unsandboxed" """, page);
    }

    [Fact]
    public async Task Nothing_that_others_wrote_becomes_markup()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync(description: Hostile);
        await world.RankAsync((await world.AddUserAsync(Hostile)).User, board, 0.5, Hostile + ".py");
        var server = await world.StartServerAsync();
        foreach (var path in new[] { "/", "/board/lcs", "/board/%3Cscript%3Ealert(1)" })
        {
            var page = (await server.GetAsync(path)).Body;
            Assert.DoesNotContain("<script", page);
            Assert.Contains("&lt;script&gt;alert(1)", page);
        }
    }

    [Fact]
    public async Task The_first_page_lists_open_and_ended_contests_with_their_leaders()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        await world.AddBoardAsync("bygone", deadline: TestWorld.Now.AddDays(-1));
        await world.RankAsync((await world.AddUserAsync("ada")).User, board, 0.0025);
        var server = await world.StartServerAsync();
        var page = (await server.GetAsync("/")).Body;
        Assert.Matches("""(?s)Open</h2>.*href="/board/lcs".*ada.*2\.50 ms.*Ended</h2>.*href="/board/bygone".*Nobody is ranked""", page);
        Assert.Contains("""2.50 ms <a class="label" href="/board/lcs#self-reported">self-reported</a>""", page);
    }

    [Fact]
    public async Task A_board_that_is_not_there_is_a_page_that_says_so()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        var answer = await server.GetAsync("/board/other");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("There is no leaderboard called “other”", WebUtility.HtmlDecode(answer.Body));
    }

    [Fact]
    public async Task Every_page_is_one_that_anybody_can_read()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        await world.RankAsync((await world.AddUserAsync("ada")).User, board, 0.5);
        var server = await world.StartServerAsync();
        foreach (var path in new[] { "/", "/board/lcs", "/board/other" })
        {
            var answer = await server.GetAsync(path);
            Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", answer.Body);
            foreach (var part in new[] { "<title>", "<header>", "<main id=\"main\">", "<footer>", "class=\"skip\" href=\"#main\"", "name=\"viewport\"" })
                Assert.Contains(part, answer.Body);
            Assert.Single(Regex.Matches(answer.Body, "<h1>"));
            Assert.DoesNotContain(" style=", answer.Body);
            Assert.DoesNotContain("<style", answer.Body);
            Assert.Equal("default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", answer.Header("Content-Security-Policy"));
            Assert.Equal(Regex.Count(answer.Body, "<table>"), Regex.Count(answer.Body, "<caption"));
            var ids = Ids().Matches(answer.Body).Select(match => match.Groups[1].Value).ToList();
            Assert.Equal(ids.Distinct(), ids);
            Assert.All(References().Matches(answer.Body), match => Assert.Contains(match.Groups[1].Value, ids));
        }
    }

    [Fact]
    public async Task The_stylesheet_may_be_kept_for_good()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        var path = Regex.Match((await server.GetAsync("/")).Body, "rel=\"stylesheet\" href=\"([^\"]+)\"").Groups[1].Value;
        var answer = await server.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("text/css", answer.Response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", answer.Header("Cache-Control"));
    }

    [Fact]
    public void Html_encodes_all_that_is_not_html()
    {
        var part = Html.Of($"<b>{Hostile}</b>");
        Assert.Equal("<b>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;</b>", part.ToString());
        Assert.Equal($"<i title=\"1\">{part}</i>", Html.Of($"<i title=\"{1}\">{part}</i>").ToString());
        Assert.Equal("", default(Html).ToString());
    }

    [GeneratedRegex(" id=\"([^\"]+)\"")]
    private static partial Regex Ids();

    [GeneratedRegex("(?:aria-labelledby=\"|href=\"#)([^\"]+)\"")]
    private static partial Regex References();
}
