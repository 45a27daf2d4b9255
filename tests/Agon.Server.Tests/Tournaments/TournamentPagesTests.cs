using System.Net;
using System.Text.RegularExpressions;
using Agon.Domain.Tournaments;
using Agon.Server.Tests.World;
using static Agon.Server.Tests.Tournaments.TournamentWorld;

namespace Agon.Server.Tests.Tournaments;

/// <summary>What a browser is shown of tournaments.</summary>
public partial class TournamentPagesTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&";

    [Fact]
    public async Task The_list_leads_to_each_tournament_and_says_how_far_it_is()
    {
        await using var world = await CreateAsync();
        var played = await world.DraftAsync();
        await world.RegisterAsync(played, "better");
        await world.PlayAsync(played, Play);
        var later = await world.DraftAsync("autumn", ImageType.Ml, opensIn: 30);
        var page = (await world.Server.GetAsync("/tournaments")).Body;
        Assert.Matches($"(?s)href=\"/tournament/{later}\"><bdi>autumn</bdi>.*<td>ml</td><td>draft</td>.*0 of 10.*href=\"/tournament/{played}\"><bdi>spring</bdi>.*<td>analytics</td><td>completed</td>.*1 of 10.*<bdi>better</bdi>, beat the baseline", page);
        Assert.DoesNotContain("The ones before these", page);
    }

    [Fact]
    public async Task A_long_list_is_leafed_through()
    {
        await using var world = await CreateAsync();
        Assert.Contains("There is no tournament here", (await world.Server.GetAsync("/tournaments?page=3")).Body);
        for (var n = 1; n <= 51; n++)
            await world.DraftAsync($"number {n}", opensIn: n);
        Assert.Contains("href=\"/tournaments?page=2\">The ones before these", (await world.Server.GetAsync("/tournaments")).Body);
        var second = (await world.Server.GetAsync("/tournaments?page=2&x=1")).Body;
        Assert.Contains("<bdi>number 1</bdi>", second);
        Assert.Single(Rows().Matches(second));
        Assert.Equal(HttpStatusCode.NotFound, (await world.Server.GetAsync("/tournaments?page=0")).Status);
    }

    [Fact]
    public async Task Before_the_days_a_tournament_shows_who_takes_part_and_what_counts()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "ada");
        var page = await PageAsync(world, id);
        Assert.Matches("(?s)<dt>Status</dt><dd>registration</dd>.*1 of 10.*baseline_v1.0.0.*torus, bittensor.*90, 30 days.*3600 s", page);
        Assert.Matches("(?s)<td class=\"number\">0</td><th scope=\"row\"><bdi>baseline_v1.0.0</bdi>.*<td>baseline</td>.*<td class=\"number\">1</td><th scope=\"row\"><bdi>ada</bdi></th><td>registered</td><td>0123456789ab</td>", page);
        Assert.Contains("Score = 0.50 · accuracy + 0.30 · correctness + 0.20 · speed", page);
        Assert.Contains("Being faster than the baseline earns nothing here", page);
        Assert.DoesNotContain("<svg", page);
        foreach (var link in Regex.Matches(page, "href=\"(/rules/[a-z]+)\"").Select(match => match.Groups[1].Value))
            Assert.Equal(("text/plain", HttpStatusCode.OK), ((await world.Server.GetAsync(link)).Response.Content.Headers.ContentType!.MediaType!, (await world.Server.GetAsync(link)).Status));
    }

    [Fact]
    public async Task A_tournament_of_very_many_runs_leads_to_the_API_instead_of_showing_them_all()
    {
        await using var world = await CreateAsync();
        var created = await world.SendAsync(HttpMethod.Post, "/api/v1/registration/tournaments", """
            {"name": "long", "image_type": "ml", "registration_start": "2030-03-01", "registration_end": "2030-03-03", "epoch_days": 3660, "test_window_days": [1, 2, 3, 4, 5]}
            """);
        var id = created.Json.GetProperty("tournament_id").GetGuid();
        Assert.Contains($"/api/v1/tournaments/{id}/days/1", await PageAsync(world, id));
    }

    [Fact]
    public async Task Days_stand_in_tables_and_in_plots_with_the_baseline_beside_the_participants()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "better", "slow");
        await world.PlayDayAsync(id, 1, Play);
        var page = await PageAsync(world, id);
        Assert.Contains("in progress, day 1 of 2", page);
        Assert.Matches("(?s)<summary>Day 1, .*: 12 of 12 runs have ended</summary>.*<td class=\"number\">1</td><th scope=\"row\"><bdi>baseline_v1.0.0</bdi></th><td>torus</td><td class=\"number\">90</td><td>completed</td><td class=\"number\">0.5000</td><td class=\"number\">10.000 s</td><td>right</td>", page);
        Assert.Equal(2, Regex.Count(page, "<svg "));
        Assert.Contains("<title>baseline_v1.0.0, day 1: 0.5000</title>", page);
        Assert.Contains("<title>better, day 1: 0.7500</title>", page);
        Assert.Contains("<title>slow, day 1: 20.0000</title>", page);
        Assert.Matches("(?s)class=\"legend\".*line-0\"><bdi>baseline_v1.0.0.*line-1\"><bdi>better.*line-2\"><bdi>slow", page);
    }

    [Fact]
    public async Task Standings_say_who_won_and_why_others_are_out()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync();
        await world.RegisterAsync(id, "wrong", "better");
        await world.PlayAsync(id, Play);
        var page = await PageAsync(world, id);
        Assert.Matches("(?s)<td class=\"rank\">1</td><th scope=\"row\"><bdi>better</bdi></th><td class=\"number\">0.8750</td>.*winner, beat the baseline.*<bdi>baseline_v1.0.0</bdi>.*<bdi>wrong</bdi>.*<td>disqualified on day 2: the run failed, or its output names addresses", page);
        Assert.Contains("The winner beat the baseline.", page);
        Assert.Equal(2, Regex.Count(page, "<details class=\"day\""));
        Assert.Equal(1, Regex.Count(page, "<details class=\"day\" open>"));
    }

    [Fact]
    public async Task Runs_of_ml_are_shown_by_their_auc_roc()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync(type: ImageType.Ml);
        await world.RegisterAsync(id, "better");
        await world.PlayDayAsync(id, 1, Play);
        var page = await PageAsync(world, id);
        Assert.Contains("AUC-ROC by day", page);
        Assert.Contains("<title>better, day 1: 0.9000</title>", page);
    }

    [Fact]
    public async Task Nothing_that_others_wrote_becomes_markup_and_every_page_is_one_that_anybody_can_read()
    {
        await using var world = await CreateAsync();
        var id = await world.DraftAsync(Hostile);
        await world.RegisterAsync(id, "ada", "bob");
        await world.Participants.SetStatusAsync(id, "bob", ParticipantStatus.Disqualified, Hostile, TestWorld.Now, CancellationToken.None);
        await world.PlayDayAsync(id, 1, Play);
        foreach (var path in new[] { "/tournaments", $"/tournament/{id}", "/tournament/%3Cscript%3Ealert(1)", $"/tournament/{Guid.NewGuid()}", "/rules/%3Cscript%3Ealert(1)" })
        {
            var answer = await world.Server.GetAsync(path);
            Assert.Equal(path.Contains(id.ToString(), StringComparison.Ordinal) || path == "/tournaments" ? HttpStatusCode.OK : HttpStatusCode.NotFound, answer.Status);
            Assert.DoesNotContain("<script", answer.Body);
            Assert.DoesNotContain(" style=", answer.Body);
            Assert.Single(Regex.Matches(answer.Body, "<h1>"));
            Assert.Equal(Regex.Count(answer.Body, "<table>"), Regex.Count(answer.Body, "<caption"));
            var ids = Ids().Matches(answer.Body).Select(match => match.Groups[1].Value).ToList();
            Assert.Equal(ids.Distinct(), ids);
            Assert.All(References().Matches(answer.Body), match => Assert.Contains(match.Groups[1].Value, ids));
            Assert.Equal("default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", answer.Header("Content-Security-Policy"));
        }
        Assert.Contains("&lt;script&gt;alert(1)", (await world.Server.GetAsync($"/tournament/{id}")).Body);
    }

    private static async Task<string> PageAsync(TournamentWorld world, Guid id)
    {
        var answer = await world.Server.GetAsync($"/tournament/{id}");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return WebUtility.HtmlDecode(answer.Body);
    }

    [GeneratedRegex("<tr><th scope=\"row\">")]
    private static partial Regex Rows();

    [GeneratedRegex(" id=\"([^\"]+)\"")]
    private static partial Regex Ids();

    [GeneratedRegex("(?:aria-labelledby=\"|href=\"#)([^\"]+)\"")]
    private static partial Regex References();
}
