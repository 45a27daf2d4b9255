using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Agon.Contracts.Submissions;
using Agon.Domain.Submissions;
using Agon.Server.Accounts;
using Agon.Server.Submissions;
using Agon.Server.Tests.World;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tests.Limits;

/// <summary>Each limit of docs/api.md: what is just within it is served, what is just beyond hears why.</summary>
public class LimitTests
{
    private const string Host = "host: 127.0.0.1\r\n";

    private static async Task InWorldAsync(string limits, Func<TestWorld, TestServer, string, Task> test)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var settings = new Dictionary<string, string?>(TestWorld.NoWorkers);
        foreach (var limit in limits.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(limit => limit.Split('=')))
            settings[$"Limits:{limit[0]}"] = limit[1];
        await test(world, await world.StartServerAsync(ErrorEar.Heeded(settings)), cliId);
    }

    [Fact]
    public async Task A_body_that_is_no_file() => await InWorldAsync("BodyBytes=2000", async (_, server, cliId) =>
    {
        Task<Answer> JoinAsync(int bytes) => server.SendAsync(HttpMethod.Post, "/user/join", cliId, new StringContent("{\"code\":\"x\"}".PadRight(bytes)));
        (await JoinAsync(2000)).IsRefusal(HttpStatusCode.BadRequest, "invite code is unknown");
        (await JoinAsync(2001)).IsRefusal(HttpStatusCode.RequestEntityTooLarge, "the body is larger than this address takes");
    });

    [Theory]
    [InlineData("LineBytes=2000", "GET /health?{0} HTTP/1.1\r\n" + Host + "\r\n", 2000 - 23, "HTTP/1.1 414")]
    [InlineData("HeaderBytes=2000", "GET /health HTTP/1.1\r\n" + Host + "x: {0}\r\n\r\n", 2000 - 17 - 5, "HTTP/1.1 431")]
    public async Task A_long_first_line_and_large_headers(string limit, string request, int most, string status) => await InWorldAsync(limit, async (_, server, _) =>
    {
        async Task<string> AskAsync(int length)
        {
            await using var connection = await RawConnection.OpenAsync(server);
            await connection.SendAsync(string.Format(request, new string('x', length)));
            return (await connection.ReadAnswerAsync()).StatusLine;
        }
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(most));
        Assert.StartsWith(status, await AskAsync(most + 1));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).Status);
    });

    [Fact]
    public async Task Many_headers() => await InWorldAsync("Headers=20", async (_, server, _) =>
    {
        async Task<string> AskAsync(int headers)
        {
            await using var connection = await RawConnection.OpenAsync(server);
            await connection.SendAsync($"GET /health HTTP/1.1\r\n{Host}{string.Concat(Enumerable.Range(1, headers - 1).Select(n => $"x-{n}: y\r\n"))}\r\n");
            return (await connection.ReadAnswerAsync()).StatusLine;
        }
        Assert.StartsWith("HTTP/1.1 200", await AskAsync(20));
        Assert.StartsWith("HTTP/1.1 431", await AskAsync(21));
    });

    [Fact]
    public async Task The_file_and_the_form_around_it() => await InWorldAsync("FormParts=4 FormHeaders=4 FormHeaderBytes=400", async (_, server, cliId) =>
    {
        async Task<Answer> UploadAsync(string extraHeaders = "", int extraParts = 0, int fileBytes = 5, int valueBytes = 1, string more = "")
        {
            var parts = string.Concat(Enumerable.Range(0, extraParts).Select(n => $"--b\r\nContent-Disposition: form-data; name=\"p{n}\"\r\n\r\n{new string('v', valueBytes)}\r\n"));
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(
                $"{parts}--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.py\"\r\n{extraHeaders}\r\n{"x = 1".PadRight(fileBytes, '#')}\r\n{more}--b--\r\n"));
            content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b");
            return await server.SendAsync(HttpMethod.Post, "/submission/lcs/CPU/test", cliId, content);
        }
        string Headers(int count) => string.Concat(Enumerable.Range(0, count).Select(n => $"x{n}: y\r\n"));

        Assert.Equal(HttpStatusCode.Accepted, (await UploadAsync()).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await UploadAsync(extraParts: 3)).Status);
        (await UploadAsync(extraParts: 4)).IsRefusal(HttpStatusCode.BadRequest, "more than 4 parts");
        Assert.Equal(HttpStatusCode.Accepted, (await UploadAsync(Headers(3))).Status);
        (await UploadAsync(Headers(4))).IsRefusal(HttpStatusCode.BadRequest, "a part of the form has more than 4 headers");
        Assert.Equal(HttpStatusCode.Accepted, (await UploadAsync($"x: {new string('y', 300)}\r\n")).Status);
        (await UploadAsync($"x: {new string('y', 500)}\r\n")).IsRefusal(HttpStatusCode.BadRequest, "more than 400 bytes of them");
        Assert.Equal(HttpStatusCode.Accepted, (await UploadAsync(fileBytes: 1_000_000)).Status);
        (await UploadAsync(fileBytes: 1_000_001)).IsRefusal(HttpStatusCode.RequestEntityTooLarge, "the file is larger than 1000000 bytes");
    });

    [Fact]
    public async Task A_file_that_does_not_arrive_in_time_and_its_place() => await InWorldAsync("UploadWithin=00:00:01 Uploads=1 SlowAtMost=00:10:00", async (_, server, cliId) =>
    {
        using var ear = ErrorEar.At(server);
        await using var slow = await RawConnection.OpenAsync(server);
        await slow.SendAsync(BeginningOfUpload(cliId));
        var answer = await slow.ReadAnswerAsync();
        Assert.StartsWith("HTTP/1.1 408", answer.StatusLine);
        Assert.Equal("the file did not arrive within 1 s", answer.Json.GetProperty("detail").GetString());
        await slow.ReadToEndAsync();
        // It was the client's failure.
        Assert.Empty(ear.Heard);
        // The next one has its place; a slow machine may not read it within that second.
        await Eventually.IsAsync(async () => (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).Status == HttpStatusCode.Accepted);
    });

    [Theory]
    [InlineData("Uploads=1")]
    [InlineData("UploadsByUser=1")]
    public async Task Files_that_arrive_at_once(string limit) => await InWorldAsync($"{limit} SlowAtMost=00:10:00", async (_, server, cliId) =>
    {
        await using (await BeginUploadAsync(server, cliId))
        {
            (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).IsRefusal(HttpStatusCode.ServiceUnavailable, "too many files are arriving");
        }
        await Eventually.IsAsync(async () => (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).Status == HttpStatusCode.Accepted);
    });

    [Fact]
    public async Task A_body_that_stops_and_headers_that_do_not_end() => await InWorldAsync("SlowAtMost=00:00:01.1 HeadersWithin=00:00:01", async (_, server, cliId) =>
    {
        async Task<RawAnswer> SendAsync(string bytes)
        {
            await using var connection = await RawConnection.OpenAsync(server);
            await connection.SendAsync(bytes);
            return await connection.ReadAnswerAsync();
        }
        var answers = await Task.WhenAll(
            SendAsync($"POST /user/join HTTP/1.1\r\n{Host}{AccessPolicies.CliIdHeader}: {cliId}\r\ncontent-length: 50\r\n\r\n{{"),
            SendAsync(BeginningOfUpload(cliId)),
            SendAsync($"GET /health HTTP/1.1\r\n{Host}x: "));
        Assert.All(answers, answer => Assert.StartsWith("HTTP/1.1 408", answer.StatusLine));
        Assert.Equal("the body did not arrive in time", answers[0].Json.GetProperty("detail").GetString());
        Assert.Equal("the file came too slowly", answers[1].Json.GetProperty("detail").GetString());
    });

    [Fact]
    public async Task Who_sends_too_slowly_is_cut_off_and_who_is_just_quick_enough_is_not() => await InWorldAsync("SlowestSender=240 SlowAtMost=00:00:01.1", async (_, server, cliId) =>
    {
        // A tenth of a second a piece: 20 and 2,000 bytes a second, by far less and by far more than asked for.
        async Task<string> SendAsync(int piece)
        {
            await using var connection = await RawConnection.OpenAsync(server);
            await connection.SendAsync($"POST /user/join HTTP/1.1\r\n{Host}{AccessPolicies.CliIdHeader}: {cliId}\r\ncontent-length: {piece * 40}\r\n\r\n");
            var answer = connection.ReadAnswerAsync();
            var body = "{\"code\":\"x\"}".PadRight(piece * 40);
            for (var at = 0; at < body.Length && !answer.IsCompleted; at += piece)
            {
                await connection.SendAsync(body[at..(at + piece)]);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
            return (await answer).StatusLine;
        }
        var answers = await Task.WhenAll(SendAsync(2), SendAsync(200));
        Assert.StartsWith("HTTP/1.1 408", answers[0]);
        Assert.StartsWith("HTTP/1.1 400", answers[1]);
    });

    [Fact]
    public async Task Who_does_not_read_an_answer_is_cut_off_and_who_reads_has_all_of_it() => await InWorldAsync("Connections=2 SlowestReader=1000000 SlowAtMost=00:00:01.1", async (world, server, cliId) =>
    {
        var ada = (await world.Users.FindByCliIdAsync(cliId, CancellationToken.None))!;
        // Each of its signs is six bytes of JSON: more than the kernel keeps for a reader on this machine.
        var id = await world.SubmitAsync(ada, (await world.Leaderboards.FindAsync("lcs", CancellationToken.None))!, $"# {new string('\u0001', 999_000)}");
        var whole = await server.GetAsync($"/user/submissions/{id}", cliId);
        Assert.True(whole.Body.Length > 5_000_000);

        using var tcp = new TcpClient { ReceiveBufferSize = 4096 };
        await tcp.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /user/submissions/{id} HTTP/1.1\r\n{Host}{AccessPolicies.CliIdHeader}: {cliId}\r\n\r\n"));
        Assert.Equal(1, await stream.ReadAsync(new byte[1]));
        Assert.False(await IsServedAsync(server));
        await Eventually.IsAsync(() => IsServedAsync(server));
    });

    [Fact]
    public async Task Connections() => await InWorldAsync("Connections=2", async (_, server, _) =>
    {
        await using var first = await RawConnection.OpenAsync(server);
        await using (var second = await RawConnection.OpenAsync(server))
        {
            foreach (var within in new[] { first, second })
            {
                await within.SendAsync($"GET /health HTTP/1.1\r\n{Host}\r\n");
                Assert.StartsWith("HTTP/1.1 200", (await within.ReadAnswerAsync()).StatusLine);
            }
            Assert.False(await IsServedAsync(server));
        }
        await Eventually.IsAsync(() => IsServedAsync(server));
    });

    /// <summary>Whether the server takes one more connection.</summary>
    private static async Task<bool> IsServedAsync(TestServer server)
    {
        using var client = new HttpClient();
        try
        {
            using var answer = await client.GetAsync(new Uri(server.Http.BaseAddress!, "/health"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [Fact]
    public async Task Streams_of_one_and_of_all() => await InWorldAsync("Streams=3 StreamsByUser=2", async (world, server, ada) =>
    {
        var board = (await world.Leaderboards.FindAsync("lcs", CancellationToken.None))!;
        var adas = await world.SubmitAsync((await world.Users.FindByCliIdAsync(ada, CancellationToken.None))!, board);
        var (bob, bobId) = await world.AddUserAsync("bob");
        var bobs = await world.SubmitAsync(bob, board);

        await using var first = await EventReader.OpenAsync(server, adas, ada);
        await using var second = await EventReader.OpenAsync(server, adas, ada);
        (await server.GetAsync($"/submission/{adas}/events", ada)).IsRefusal(HttpStatusCode.ServiceUnavailable, "too many streams are open");
        await using var third = await EventReader.OpenAsync(server, bobs, bobId);
        (await server.GetAsync($"/submission/{bobs}/events", bobId)).IsRefusal(HttpStatusCode.ServiceUnavailable, "too many streams are open");
        (await server.UploadAsync(bobId, "/lcs/CPU/test")).IsRefusal(HttpStatusCode.ServiceUnavailable, "too many streams are open");
    });

    [Fact]
    public async Task A_reader_of_a_stream_that_takes_a_byte_a_second_is_cut_off() => await InWorldAsync("Streams=1 EventWithin=00:00:01", async (world, server, cliId) =>
    {
        var ada = (await world.Users.FindByCliIdAsync(cliId, CancellationToken.None))!;
        var id = await world.SubmitAsync(ada, (await world.Leaderboards.FindAsync("lcs", CancellationToken.None))!, mode: SubmissionMode.Test);
        await world.ConnectHandAsync();
        var lease = await world.ClaimByHandAsync();
        // One that reads keeps the only place.
        await using (await EventReader.OpenAsync(server, id, cliId))
            (await server.GetAsync($"/submission/{id}/events", cliId)).IsRefusal(HttpStatusCode.ServiceUnavailable, "too many streams");
        await Eventually.IsAsync(() => Task.FromResult(server.Get<EventStreams>().Taken == 0));
        // More than the kernel keeps for a reader on this machine.
        LogEventView[] lines = [.. Enumerable.Repeat(new LogEventView { Gpu = "CPU", Line = new string('x', 2000) }, 6000)];
        await world.Jobs.AddEventsAsync(lease, lines, TestWorld.Now, CancellationToken.None);

        using var tcp = new TcpClient { ReceiveBufferSize = 4096 };
        await tcp.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /submission/{id}/events HTTP/1.1\r\n{Host}{AccessPolicies.CliIdHeader}: {cliId}\r\n\r\n"));
        var status = new byte["HTTP/1.1 200".Length];
        await tcp.GetStream().ReadExactlyAsync(status);
        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(status));
        await Eventually.IsAsync(async () =>
        {
            using var again = new HttpRequestMessage(HttpMethod.Get, $"/submission/{id}/events") { Headers = { { AccessPolicies.CliIdHeader, cliId } } };
            using var answer = await server.Http.SendAsync(again, HttpCompletionOption.ResponseHeadersRead);
            return answer.StatusCode == HttpStatusCode.OK;
        });
    });

    private static string BeginningOfUpload(string cliId, string header = "") => $"POST /submission/lcs/CPU/test HTTP/1.1\r\n{Host}{header}{AccessPolicies.CliIdHeader}: {cliId}\r\n"
        + "content-type: multipart/form-data; boundary=b\r\ncontent-length: 5000\r\n\r\n--b\r\n";

    /// <summary>An upload that has its place: the server asks for the body only after it took one.</summary>
    private static async Task<RawConnection> BeginUploadAsync(TestServer server, string cliId)
    {
        var connection = await RawConnection.OpenAsync(server);
        await connection.SendAsync(BeginningOfUpload(cliId, "expect: 100-continue\r\n"));
        Assert.Equal("HTTP/1.1 100 Continue", await connection.ReadHeadAsync());
        return connection;
    }

    [Theory]
    [InlineData("RequestsPerSecond", "0")]
    [InlineData("InWork", "0")]
    [InlineData("WaitAtMost", "00:02:00")]
    [InlineData("Streams", "-1")]
    [InlineData("BodyBytes", "10")]
    [InlineData("Proxies:0", "proxy.example")]
    public async Task A_limit_out_of_its_range_stops_the_start_and_is_named(string name, string value)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => InWorldAsync($"{name}={value}", (_, _, _) => Task.CompletedTask));
        Assert.Contains(name.Split(':')[0], error.Message);
    }
}
