using System.Net.Sockets;
using System.Text;

namespace Agon.EndToEnd.Tests;

/// <summary>The contract's client keeps a connection in its pool for 90 s (section 1): it must still be good then.</summary>
/// <remarks>It waits, and needs no processor meanwhile: beside tests that need all of them it costs next to nothing.</remarks>
public sealed class KeepAliveTests
{
    private const string EndOfChunks = "0\r\n\r\n";
    private static readonly TimeSpan LongerThanThePoolKeepsIt = TimeSpan.FromSeconds(93);

    [Fact]
    public async Task A_connection_that_was_idle_for_more_than_90_seconds_answers_the_next_poll()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var cliId = await world.AddUserAsync("ada");
        await using var server = await world.ServeAsync();
        using var connection = new TcpClient();
        await connection.ConnectAsync("127.0.0.1", new Uri(server.Url).Port);
        var poll = Encoding.ASCII.GetBytes(
            $"GET /user/submissions?limit=50 HTTP/1.1\r\naccept: */*\r\nx-popcorn-cli-id: {cliId}\r\nhost: {new Uri(server.Url).Authority}\r\n\r\n");

        var first = await AskAsync(connection.GetStream(), poll);
        await Task.Delay(LongerThanThePoolKeepsIt, TimeProvider.System, CancellationToken.None);
        var second = await AskAsync(connection.GetStream(), poll);

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", first);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", second);
        Assert.EndsWith($"[]\r\n{EndOfChunks}", second);
    }

    private static async Task<string> AskAsync(NetworkStream stream, byte[] request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await stream.WriteAsync(request, limit.Token);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (!answer.ToString().EndsWith(EndOfChunks, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, limit.Token);
            Assert.True(count > 0, $"the server closed the connection: {answer}");
            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        return answer.ToString();
    }
}
