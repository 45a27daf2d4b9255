using System.Diagnostics;
using System.Net;
using Agon.Server.Accounts;
using Agon.Server.Limits;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Limits;

/// <summary>One caller's rate, and the line before the whole server, as clients meet them.</summary>
public class RequestLimiterTests
{
    private static Dictionary<string, string?> With(params (string Name, string Value)[] limits)
    {
        var settings = new Dictionary<string, string?>(TestWorld.NoWorkers);
        foreach (var (name, value) in limits)
            settings[$"Limits:{name}"] = value;
        return settings;
    }

    [Fact]
    public async Task Who_asks_too_often_gets_429_and_when_to_come_again_and_nobody_else_does()
    {
        await using var world = await TestWorld.CreateAsync();
        var (_, ada) = await world.AddUserAsync();
        var (_, bob) = await world.AddUserAsync("bob");
        var server = await world.StartServerAsync(With(("RequestsAtOnce", "5"), ("RequestsPerSecond", "1")));
        foreach (var cliId in (string[])[ada, bob])
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/user/submissions", cliId)).Status);   // on the address' account, and proves the id

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.GetAsync("/user/submissions", ada)));
        var refused = answers.Where(answer => answer.Status != HttpStatusCode.OK).ToList();
        Assert.InRange(refused.Count, 1, 45);   // a second may have passed, and then another request did
        Assert.All(refused, answer =>
        {
            answer.IsRefusal(HttpStatusCode.TooManyRequests, "more than 5 requests at once, or 1 a second; go on in");
            Assert.InRange(int.Parse(answer.Header("Retry-After")), 1, 60);
            Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        });
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/user/submissions", bob)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/leaderboards")).Status);
    }

    [Fact]
    public async Task Who_asks_too_often_hears_so_a_second_later_and_keeps_the_server_from_nothing_by_asking_at_once_again()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync(With(("RequestsAtOnce", "5"), ("RequestsPerSecond", "1")));
        async Task<(HttpStatusCode Status, TimeSpan After)> AskAsync()
        {
            var began = Stopwatch.GetTimestamp();
            return ((await server.GetAsync("/leaderboards")).Status, Stopwatch.GetElapsedTime(began));
        }
        async Task<List<(HttpStatusCode Status, TimeSpan After)>> RefusedAsync() =>
            [.. (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync()))).Where(answer => answer.Status != HttpStatusCode.OK)];
        await RefusedAsync();   // whatever a server does for the first time takes long by itself
        var refused = await RefusedAsync();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.True(answer.After > TimeSpan.FromSeconds(0.9), $"{answer}"));
    }

    [Fact]
    public async Task Ids_that_are_made_up_are_all_one_caller_and_health_is_always_answered()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync(With(("RequestsAtOnce", "5"), ("RequestsPerSecond", "1")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => server.GetAsync("/user/submissions", $"made up {n}")));
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.Unauthorized);
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.TooManyRequests), 1, 45);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => server.GetAsync("/health"))),
            answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }

    [Fact]
    public async Task The_address_that_a_known_proxy_tells_is_the_callers()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync(With(("RequestsAtOnce", "2"), ("RequestsPerSecond", "1")));
        async Task<HttpStatusCode> AskAsync(string from)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/leaderboards") { Headers = { { "X-Forwarded-For", from } } };
            using var answer = await server.Http.SendAsync(request);
            return answer.StatusCode;
        }
        var statuses = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => AskAsync("198.51.100.7")));
        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, await AskAsync("198.51.100.8"));
    }

    [Fact]
    public async Task Beyond_the_ceiling_callers_wait_for_their_turn_and_whose_does_not_come_get_503()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, ada) = await world.AddUserAsync();
        var (_, bob) = await world.AddUserAsync("bob");
        var server = await world.StartServerAsync(With(
            ("InWork", "2"), ("InWorkByCaller", "2"), ("Waiting", "3"), ("WaitingByCaller", "2"), ("WaitAtMost", "00:00:20")));
        foreach (var cliId in (string[])[ada, bob])
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/user/submissions", cliId)).Status);

        Task<Answer> bobs;
        List<Task<Answer>> adas;
        await using (await world.HoldAsync())   // accepting hangs, in its turn
        {
            adas = [.. Enumerable.Range(0, 6).Select(_ => server.UploadAsync(ada, "/submission/lcs/CPU/test"))];
            // Two are at work, two wait, and two are one too many: their answers come first.
            for (var n = 0; n < 2; n++)
            {
                var answer = await Task.WhenAny(adas);
                adas.Remove(answer);
                (await answer).IsRefusal(HttpStatusCode.ServiceUnavailable, "ask again in a moment");
                Assert.Equal("5", (await answer).Header("Retry-After"));
            }
            bobs = server.GetAsync("/user/submissions", bob);
            await Eventually.IsAsync(() => Task.FromResult(server.Get<Turns>().Waiting == 3));
            (await server.GetAsync("/leaderboards")).IsRefusal(HttpStatusCode.ServiceUnavailable, "more is asked of this server");
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).Status);
        }
        Assert.Equal(HttpStatusCode.OK, (await bobs).Status);
        Assert.All(await Task.WhenAll(adas), answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
    }

    [Fact]
    public async Task Who_waits_longer_than_the_limit_gets_503()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, ada) = await world.AddUserAsync();
        var server = await world.StartServerAsync(With(("InWork", "1"), ("WaitAtMost", "00:00:00.05")));
        Task<Answer> working;
        await using (await world.HoldAsync())
        {
            working = server.UploadAsync(ada, "/submission/lcs/CPU/test");
            // Its turn comes when its file is here; who asks before that would take the turn from it.
            await Eventually.IsAsync(() => Task.FromResult(server.Get<Turns>().Taken == 1));
            (await server.GetAsync("/leaderboards")).IsRefusal(HttpStatusCode.ServiceUnavailable, "more is asked of this server");
        }
        Assert.Equal(HttpStatusCode.Accepted, (await working).Status);
    }

    [Fact]
    public async Task Open_streams_and_files_that_still_arrive_keep_nobody_waiting()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (user, ada) = await world.AddUserAsync();
        var id = await world.SubmitAsync(user, board);
        var server = await world.StartServerAsync(With(("InWork", "1"), ("Waiting", "0")));
        await using var first = await EventReader.OpenAsync(server, id, ada);
        await using var second = await EventReader.OpenAsync(server, id, ada);
        await using var arriving = await RawConnection.OpenAsync(server);
        await arriving.SendAsync($"POST /submission/lcs/CPU/test HTTP/1.1\r\nhost: 127.0.0.1\r\n{AccessPolicies.CliIdHeader}: {ada}\r\n"
            + "content-type: multipart/form-data; boundary=b\r\ncontent-length: 5000\r\n\r\n--b\r\n");
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/user/submissions", ada)).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/leaderboards")).Status);
    }

    [Fact]
    public async Task With_the_defaults_fifty_submit_at_once_and_one_polls_beside_them()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var users = new List<string>();
        for (var n = 0; n < 50; n++)
            users.Add((await world.AddUserAsync($"user{n}")).CliId);
        var server = await world.StartServerAsync(With(("RequestsAtOnce", "500")));   // the default, which tests raise
        var answers = await Task.WhenAll(users.Select(cliId => server.UploadAsync(cliId, "/submission/lcs/CPU/test")).Concat(
            Enumerable.Range(0, 50).Select(_ => server.UploadAsync(users[0], "/submission/lcs/CPU/test"))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.Status));
    }
}
