using System.Net;
using System.Net.Http.Json;
using Agon.Server.Accounts;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Leaderboards;

/// <summary>Who gets into a closed leaderboard, and how (contract sections 2.1 and 5).</summary>
public class ClosedLeaderboardTests
{
    private const string WebId = "0123456789abcdef0123456789abcdef";

    private static readonly string[] Readings =
        ["/gpus/hidden", "/submissions/hidden/CPU", "/submission_count/hidden/CPU", "/submission_count/hidden/CPU?user_id=1"];

    [Fact]
    public async Task Without_an_invite_it_is_closed()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync("hidden", visibility: "closed");
        var (_, id) = await world.AddUserAsync();
        var server = await world.StartServerAsync();

        foreach (var path in Readings)
        {
            (await server.GetAsync(path)).IsRefusal(HttpStatusCode.Unauthorized, "closed");
            (await server.GetAsync(path, id)).IsRefusal(HttpStatusCode.Forbidden, "no invite");
        }
        (await server.UploadAsync(id, "/submission/hidden/CPU/test")).IsRefusal(HttpStatusCode.Forbidden, "no invite");
        Assert.Equal("[]", (await server.GetAsync("/leaderboards")).Body);
        Assert.DoesNotContain("hidden", (await server.GetAsync("/", id)).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/board/hidden")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/board/hidden", id)).Status);
    }

    [Fact]
    public async Task A_claimed_invite_opens_all_of_it_until_it_is_revoked()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync("hidden", visibility: "closed");
        var (ada, adaId) = await world.AddUserAsync("ada");
        var (_, bobId) = await world.AddUserAsync("bob");
        var code = await world.InviteAsync(ada, board);
        var server = await world.StartServerAsync();

        foreach (var path in Readings.Append("/board/hidden"))
        {
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(path, adaId)).Status);
            Assert.NotEqual(HttpStatusCode.OK, (await server.GetAsync(path, bobId)).Status);
            Assert.NotEqual(HttpStatusCode.OK, (await server.GetAsync(path)).Status);
        }
        var accepted = await server.UploadAsync(adaId, "/submission/hidden/CPU/test");
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);

        await world.Invites.RevokeAsync(code, CancellationToken.None);
        (await server.GetAsync("/gpus/hidden", adaId)).IsRefusal(HttpStatusCode.Forbidden, "no invite");
        (await server.UploadAsync(adaId, "/submission/hidden/CPU/test")).IsRefusal(HttpStatusCode.Forbidden, "no invite");
        // One's own submissions stay one's own.
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(accepted.Header("Location"), adaId)).Status);
    }

    [Fact]
    public async Task A_web_board_may_look_but_not_submit()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync("hidden", visibility: "closed");
        var (ada, _) = await world.AddUserAsync();
        await world.SetWebAuthIdAsync(ada, WebId);
        await world.InviteAsync(ada, board);
        var server = await world.StartServerAsync();
        server.Http.DefaultRequestHeaders.Add(AccessPolicies.WebAuthIdHeader, WebId);

        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/gpus/hidden")).Status);
        (await server.UploadAsync(null, "/submission/hidden/CPU/test")).IsRefusal(HttpStatusCode.Forbidden, "from the command line only");
    }

    [Fact]
    public async Task On_a_stream_the_refusal_comes_inside_with_its_true_status()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync("hidden", visibility: "closed");
        var (_, id) = await world.AddUserAsync();
        var server = await world.StartServerAsync();

        await using var stream = await EventReader.SubmitAsync(server, id, "/hidden/CPU/test", "x = 1");
        var error = (await stream.NextAsync())!;
        Assert.Equal(("error", 403), (error.Kind, error.Data.GetProperty("status_code").GetInt32()));
        Assert.Contains("no invite", error.Data.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Joining_answers_the_names_sorted_and_the_same_again()
    {
        await using var world = await TestWorld.CreateAsync();
        var boards = new[] { await world.AddBoardAsync("second", visibility: "closed"), await world.AddBoardAsync("first", visibility: "closed") };
        var (_, adaId) = await world.AddUserAsync("ada");
        var (_, bobId) = await world.AddUserAsync("bob");
        var code = Assert.Single(await world.Invites.CreateAsync(boards, 1, TestWorld.Now, CancellationToken.None));
        var server = await world.StartServerAsync();

        for (var time = 0; time < 2; time++)
        {
            var joined = await JoinAsync(server, adaId, new { code });
            Assert.Equal((HttpStatusCode.OK, """{"status":"ok","leaderboards":["first","second"]}"""), (joined.Status, joined.Body));
        }
        (await JoinAsync(server, bobId, new { code })).IsRefusal(HttpStatusCode.BadRequest, "somebody else has claimed it");
        (await JoinAsync(server, bobId, new { code = "no-such-code" })).IsRefusal(HttpStatusCode.BadRequest, "unknown");
        (await JoinAsync(server, bobId, new { code = "" })).IsRefusal(HttpStatusCode.BadRequest, "send the invite's code");
        (await JoinAsync(server, bobId, new { })).IsRefusal(HttpStatusCode.BadRequest, "send the invite's code");
        (await JoinAsync(server, null, new { code })).IsRefusal(HttpStatusCode.BadRequest, "X-Popcorn-Cli-Id is missing");
        (await JoinAsync(server, "wrong", new { code })).IsRefusal(HttpStatusCode.Unauthorized, "names nobody");
    }

    [Theory]
    [InlineData("", """["body"]""")]
    [InlineData("null", """["body"]""")]
    [InlineData("code", """["body"]""")]
    [InlineData("[1]", """["body"]""")]
    [InlineData("""{"code":7}""", """["body","code"]""")]
    public async Task A_body_that_is_no_such_object_is_unreadable(string body, string place)
    {
        await using var world = await TestWorld.CreateAsync();
        var (_, id) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        var answer = await server.SendAsync(HttpMethod.Post, "/user/join", id, new StringContent(body));
        Assert.True(answer.Status == HttpStatusCode.UnprocessableEntity, $"{answer.Status}: {answer.Body}");
        Assert.Equal(place, Assert.Single(answer.Json.GetProperty("detail").EnumerateArray()).GetProperty("loc").GetRawText());
    }

    private static Task<Answer> JoinAsync(TestServer server, string? cliId, object body) =>
        server.SendAsync(HttpMethod.Post, "/user/join", cliId, JsonContent.Create(body));
}
