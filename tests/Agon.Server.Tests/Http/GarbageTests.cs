using System.Net;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Http;

/// <summary>Bytes that are hardly HTTP: refused by the web server itself, before any room of ours, and nobody else notices.</summary>
public class GarbageTests
{
    private const string Host = "host: 127.0.0.1\r\n";

    [Theory]
    [InlineData("nonsense\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("GET /health HTTP/9.9\r\n" + Host + "\r\n", "HTTP/1.1 505")]
    [InlineData("GET /health HTTP/1.1\r\nno colon\r\n" + Host + "\r\n", "HTTP/1.1 400")]
    [InlineData("GET /health HTTP/1.1\r\nx-popcorn-cli-id: a\0b\r\n" + Host + "\r\n", "HTTP/1.1 400")]
    [InlineData("POST /submission/lcs/CPU/test HTTP/1.1\r\ncontent-length: -1\r\n" + Host + "\r\n", "HTTP/1.1 400")]
    [InlineData("POST /submission/lcs/CPU/test HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n" + Host + "\r\n", "HTTP/1.1 400")]
    [InlineData("GET /user/submissions HTTP/1.1\r\nx-popcorn-cli-id: größer\r\n" + Host + "\r\n", "HTTP/1.1 401")]
    [InlineData("GET /submission_count/%ff%fe/CPU HTTP/1.1\r\n" + Host + "\r\n", "HTTP/1.1 404")]
    [InlineData("GET /submissions/lcs/CPU?limit=1&limit=2 HTTP/1.1\r\n" + Host + "\r\n", "HTTP/1.1 422")]
    public async Task Garbage_is_refused(string bytes, string status)
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var server = await world.StartServerAsync();
        await using (var connection = await RawConnection.OpenAsync(server))
        {
            await connection.SendAsync(bytes);
            Assert.StartsWith(status, (await connection.ReadAnswerAsync()).StatusLine);
        }
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).Status);
    }

    [Fact]
    public async Task Endless_headers_are_cut_off_and_half_an_upload_leaves_nothing()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        await using (var connection = await RawConnection.OpenAsync(server))
        {
            await connection.SendAsync($"GET /health HTTP/1.1\r\n{Host}x: {new string('x', 40_000)}\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 431", (await connection.ReadAnswerAsync()).StatusLine);
        }
        await using (var connection = await RawConnection.OpenAsync(server))
        {
            await connection.SendAsync($"POST /submission/lcs/CPU/test HTTP/1.1\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 5000\r\n"
                + $"x-popcorn-cli-id: {cliId}\r\n{Host}\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.py\"\r\n\r\nx = 1");
        }
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).Status);
        Assert.Equal("[]", (await server.GetAsync("/user/submissions", cliId)).Body);
    }

    [Fact]
    public async Task A_body_in_broken_chunks_is_no_error_of_the_servers()
    {
        await using var world = await TestWorld.CreateAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync(ErrorEar.Heeded(TestWorld.NoWorkers));
        using var ear = ErrorEar.At(server);
        await using (var connection = await RawConnection.OpenAsync(server))
        {
            await connection.SendAsync($"POST /user/join HTTP/1.1\r\n{Host}x-popcorn-cli-id: {cliId}\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n");
            Assert.Contains("\"detail\"", (await connection.ReadAnswerAsync()).Body);
        }
        Assert.Empty(ear.Heard);
    }
}
