using System.Net;
using Agon.Server.Accounts;
using Agon.Server.Tests.World;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using static Agon.Server.Tests.Admin.Operator;

namespace Agon.Server.Tests.Admin;

/// <summary>What operators may do over HTTP (contract section 2.5), and that nobody else may.</summary>
public class AdminApiTests
{
    [Fact]
    public async Task Every_admin_route_wants_the_exact_token()
    {
        await using var world = await TestWorld.CreateAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync(WithToken);
        var routes = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/admin", StringComparison.Ordinal)).ToList();

        Assert.True(routes.Count > 10);
        foreach (var route in routes)
        {
            Assert.Contains(route.Metadata.GetMetadata<AccessPolicy>()!.Access, (Access[])[Access.Operators, Access.OperatorsForUsers]);
            var method = new HttpMethod(route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single());
            var path = System.Text.RegularExpressions.Regex.Replace(route.RoutePattern.RawText!, "{[^}]*}", "1");
            foreach (var wrong in new[] { null, "", "Bearer", "Bearer ", $"bearer {Token}", $"Bearer  {Token}", $"Bearer {Token}x", $"Bearer {Token[1..]}", $"Basic {Token}", Token, $"Bearer {Token.ToUpperInvariant()}" })
                (await AskAsync(server, method, path, wrong, cliId)).IsRefusal(HttpStatusCode.Unauthorized, "admin token");
        }
    }

    [Fact]
    public async Task A_token_of_any_bytes_is_just_a_wrong_one()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync(WithToken);
        await using var connection = await RawConnection.OpenAsync(server);
        await connection.SendAsync([.. "POST /admin/stop HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nAuthorization: Bearer "u8, 0xff, 0xfe, 0xe4, .. "\r\n\r\n"u8]);
        Assert.StartsWith("HTTP/1.1 401", (await connection.ReadAnswerAsync()).StatusLine);
    }

    [Fact]
    public async Task Without_a_configured_token_nobody_is_an_operator()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        foreach (var wrong in new[] { null, "Bearer ", "Bearer null", $"Bearer {Token}" })
            (await AskAsync(server, HttpMethod.Post, "/admin/stop", wrong)).IsRefusal(HttpStatusCode.Unauthorized, "admin token");
    }

    [Theory]
    [InlineData("fifteen-letters")]
    [InlineData("sixteen letters with spaces")]
    [InlineData("sechzehn-zeichen-ä")]
    public async Task A_token_that_is_no_good_stops_the_start_and_is_not_told(string token)
    {
        await using var world = await TestWorld.CreateAsync();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => world.StartServerAsync(new Dictionary<string, string?>(TestWorld.NoWorkers) { ["Admin:Token"] = token }));
        Assert.Contains("16 or more", error.Message);
        Assert.DoesNotContain(token, error.Message);
    }

    [Fact]
    public async Task The_intake_is_stopped_and_started()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync(WithToken);
        Assert.Equal("""{"status":"ok","accepts_jobs":false}""", (await AdminAsync(server, HttpMethod.Post, "/admin/stop")).Body);
        (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.BadRequest, "at present");
        Assert.Equal("""{"status":"ok","accepts_jobs":true}""", (await AdminAsync(server, HttpMethod.Post, "/admin/start")).Body);
        Assert.Equal(HttpStatusCode.Accepted, (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).Status);
    }

    [Fact]
    public async Task Invites_are_made_listed_and_revoked()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        await world.AddBoardAsync("other");
        var (ada, _) = await world.AddUserAsync();
        var server = await world.StartServerAsync(WithToken);
        Assert.Equal("""{"status":"ok","leaderboard":"lcs","visibility":"closed"}""", (await AdminAsync(server, HttpMethod.Post, "/admin/leaderboards/LCS/visibility", new { visibility = "closed" })).Body);

        var made = (await AdminAsync(server, HttpMethod.Post, "/admin/invites", new { leaderboards = new[] { "lcs", "other" }, count = 2 })).Json;
        Assert.Equal("""["lcs","other"]""", made.GetProperty("leaderboards").GetRawText());
        var code = made.GetProperty("codes")[0].GetString()!;
        Assert.Equal(1, (await AdminAsync(server, HttpMethod.Post, "/admin/invites", new { leaderboard = "lcs", count = 1 })).Json.GetProperty("codes").GetArrayLength());
        await world.Invites.ClaimAsync(code, ada.Id, TestWorld.Now, CancellationToken.None);

        var listed = (await AdminAsync(server, HttpMethod.Get, "/admin/leaderboards/lcs/invites")).Json.GetProperty("invites");
        Assert.Equal((3, code, ada.Id, "ada"), (listed.GetArrayLength(), listed[0].GetProperty("code").GetString(), listed[0].GetProperty("user_id").GetString(), listed[0].GetProperty("user_name").GetString()));
        Assert.Equal($$"""{"status":"ok","code":"{{code}}","was_claimed":true}""", (await AdminAsync(server, HttpMethod.Delete, $"/admin/invites/{code}")).Body);
        (await AdminAsync(server, HttpMethod.Delete, $"/admin/invites/{code}")).IsRefusal(HttpStatusCode.NotFound, "no such invite");
    }

    [Fact]
    public async Task Rate_limits_are_set_listed_and_lifted()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var server = await world.StartServerAsync(WithToken);
        const string path = "/admin/leaderboards/lcs/rate-limits";
        await AdminAsync(server, HttpMethod.Put, path, new { mode_category = "test", max_submissions_per_hour = 9 });
        var set = (await AdminAsync(server, HttpMethod.Put, path, new { mode_category = "test", max_submissions_per_hour = 3 })).Json.GetProperty("rate_limit");
        Assert.Equal((board.Id, "lcs", "test", 3), (set.GetProperty("leaderboard_id").GetInt64(), set.GetProperty("leaderboard_name").GetString(), set.GetProperty("mode_category").GetString(), set.GetProperty("max_submissions_per_hour").GetInt32()));
        Assert.Equal(set.GetRawText(), Assert.Single((await AdminAsync(server, HttpMethod.Get, path)).Json.GetProperty("rate_limits").EnumerateArray()).GetRawText());
        Assert.Equal("""{"status":"ok","leaderboard":"absent","rate_limits":[]}""", (await AdminAsync(server, HttpMethod.Get, "/admin/leaderboards/absent/rate-limits")).Body);
        Assert.Equal("""{"status":"ok","leaderboard":"lcs","mode_category":"test"}""", (await AdminAsync(server, HttpMethod.Delete, $"{path}/test")).Body);
        (await AdminAsync(server, HttpMethod.Delete, $"{path}/test")).IsRefusal(HttpStatusCode.NotFound, "no rate limit");
    }

    [Fact]
    public async Task A_banned_user_may_read_and_not_submit_until_the_ban_is_lifted()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (ada, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync(WithToken);
        Assert.Equal($$"""{"status":"ok","user_id":"{{ada.Id}}","banned":true}""", (await AdminAsync(server, HttpMethod.Post, $"/admin/ban/{ada.Id}")).Body);
        (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.Forbidden, "account is blocked");
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/user/submissions", cliId)).Status);
        Assert.Equal($$"""{"status":"ok","user_id":"{{ada.Id}}","banned":false}""", (await AdminAsync(server, HttpMethod.Delete, $"/admin/ban/{ada.Id}")).Body);
        Assert.Equal(HttpStatusCode.Accepted, (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).Status);
    }

    [Fact]
    public async Task Submissions_are_found_whole_and_deleted()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        var first = await world.RankAsync(ada, board, 0.5);
        var second = await world.SubmitAsync(ada, board, at: TestWorld.Now.AddSeconds(1));
        var server = await world.StartServerAsync(WithToken);

        Assert.Equal($$"""{"status":"ok","leaderboard":"lcs","limit":100,"offset":0,"submission_ids":[{{second}},{{first}}]}""", (await AdminAsync(server, HttpMethod.Get, "/admin/leaderboards/lcs/submissions")).Body);
        Assert.Equal($"[{first}]", (await AdminAsync(server, HttpMethod.Get, "/admin/leaderboards/lcs/submissions?limit=1&offset=1")).Json.GetProperty("submission_ids").GetRawText());
        var found = (await AdminAsync(server, HttpMethod.Get, $"/admin/submissions/{first}")).Json.GetProperty("submission");
        Assert.Equal((first, ada.Id, "x = 1", "succeeded"), (found.GetProperty("submission_id").GetInt64(), found.GetProperty("user_id").GetString(), found.GetProperty("code").GetString(), found.GetProperty("job_status").GetString()));
        var secret = found.GetProperty("runs").EnumerateArray().Last(run => run.GetProperty("secret").GetBoolean());
        Assert.Equal(("0.5", "WHISPERED"), (secret.GetProperty("score").GetString(), secret.GetProperty("meta").GetProperty("stdout").GetString()));
        Assert.Equal("CPU", secret.GetProperty("system").GetProperty("gpu").GetString());

        for (var time = 0; time < 2; time++)
            Assert.Equal($$"""{"status":"ok","submission_id":{{first}}}""", (await AdminAsync(server, HttpMethod.Delete, $"/admin/submissions/{first}")).Body);
        (await AdminAsync(server, HttpMethod.Get, $"/admin/submissions/{first}")).IsRefusal(HttpStatusCode.NotFound, "no submission");
    }

    [Fact]
    public async Task A_leaderboard_with_submissions_goes_only_by_force()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        await world.RankAsync(ada, board, 0.5);
        await world.SubmitAsync(ada, board);
        await world.InviteAsync(ada, board);
        var server = await world.StartServerAsync(WithToken);

        (await AdminAsync(server, HttpMethod.Delete, "/admin/leaderboards/lcs")).IsRefusal(HttpStatusCode.BadRequest, "has submissions");
        (await AdminAsync(server, HttpMethod.Delete, "/admin/leaderboards/lcs?force=false")).IsRefusal(HttpStatusCode.BadRequest, "has submissions");
        Assert.Equal("""{"status":"ok","leaderboard":"lcs","force":true}""", (await AdminAsync(server, HttpMethod.Delete, "/admin/leaderboards/lcs?force=true")).Body);
        Assert.Null(await world.Leaderboards.FindAsync("lcs", CancellationToken.None));
        Assert.Equal(0, await world.Jobs.OpenJobsAsync(CancellationToken.None));
        Assert.Equal("""{"status":"ok","leaderboard":"lcs","force":false}""", (await AdminAsync(server, HttpMethod.Delete, "/admin/leaderboards/lcs")).Body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AdminAsync(server, HttpMethod.Delete, "/admin/leaderboards/lcs?force=maybe")).Status);
    }

    [Fact]
    public async Task An_operator_may_hand_in_late_for_a_participant_and_skips_nothing_else()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync(deadline: TestWorld.Now.AddDays(-1));
        var (ada, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync(WithToken);
        server.Http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {Token}");

        (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.BadRequest, "deadline");
        (await server.UploadAsync(null, "/admin/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.BadRequest, "X-Popcorn-Cli-Id is missing");
        (await server.UploadAsync(cliId, "/admin/submission/lcs/CPU/test", fileName: "a.txt")).IsRefusal(HttpStatusCode.BadRequest, "must end in .py");
        var accepted = await server.UploadAsync(cliId, "/admin/submission/lcs/CPU/test");
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal(ada.Id, (await world.Submissions.FindAsync(accepted.Json.GetProperty("details").GetProperty("id").GetInt64(), CancellationToken.None))!.UserId);
    }

    [Theory]
    [InlineData("POST", "/admin/invites", """{"count":1}""", 400)]
    [InlineData("POST", "/admin/invites", """{"leaderboard":"lcs"}""", 400)]
    [InlineData("POST", "/admin/invites", """{"leaderboard":"lcs","count":0}""", 400)]
    [InlineData("POST", "/admin/invites", """{"leaderboard":"lcs","count":10001}""", 400)]
    [InlineData("POST", "/admin/invites", """{"leaderboard":"absent","count":1}""", 404)]
    [InlineData("POST", "/admin/invites", """{"leaderboards":"lcs","count":1}""", 422)]
    [InlineData("POST", "/admin/leaderboards/lcs/visibility", """{"visibility":"secret"}""", 400)]
    [InlineData("POST", "/admin/leaderboards/lcs/visibility", "{}", 400)]
    [InlineData("POST", "/admin/leaderboards/absent/visibility", """{"visibility":"public"}""", 404)]
    [InlineData("PUT", "/admin/leaderboards/lcs/rate-limits", """{"mode_category":"profile","max_submissions_per_hour":1}""", 400)]
    [InlineData("PUT", "/admin/leaderboards/lcs/rate-limits", """{"mode_category":"test","max_submissions_per_hour":-1}""", 400)]
    [InlineData("PUT", "/admin/leaderboards/lcs/rate-limits", """{"mode_category":"test","max_submissions_per_hour":"1"}""", 422)]
    [InlineData("PUT", "/admin/leaderboards/absent/rate-limits", """{"mode_category":"test","max_submissions_per_hour":1}""", 404)]
    [InlineData("DELETE", "/admin/leaderboards/lcs/rate-limits/profile", null, 400)]
    [InlineData("GET", "/admin/leaderboards/absent/invites", null, 404)]
    [InlineData("GET", "/admin/leaderboards/absent/submissions", null, 404)]
    [InlineData("GET", "/admin/leaderboards/lcs/submissions?limit=0", null, 400)]
    [InlineData("GET", "/admin/leaderboards/lcs/submissions?limit=x", null, 422)]
    [InlineData("GET", "/admin/submissions/x", null, 422)]
    [InlineData("POST", "/admin/ban/nobody", null, 404)]
    public async Task What_cannot_be_done_is_refused(string method, string path, string? body, int status)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var server = await world.StartServerAsync(WithToken);
        var answer = await AskAsync(server, new HttpMethod(method), path, $"Bearer {Token}", content: body is null ? null : new StringContent(body));
        Assert.True(status == (int)answer.Status, $"{answer.Status}: {answer.Body}");
        Assert.True(answer.Json.TryGetProperty("detail", out _));
    }
}
