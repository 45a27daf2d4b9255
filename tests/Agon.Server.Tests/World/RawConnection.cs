using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Agon.Server.Tests.World;

/// <summary>One TCP connection, kept alive, over which a test sends bytes of its own and reads what comes back.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly TcpClient tcp = new() { NoDelay = true };
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly List<byte> received = [];
    private NetworkStream stream = null!;

    public static async Task<RawConnection> OpenAsync(TestServer server)
    {
        var connection = new RawConnection();
        var address = server.Http.BaseAddress!;
        await connection.tcp.ConnectAsync(IPAddress.Loopback, address.Port);
        connection.stream = connection.tcp.GetStream();
        return connection;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await stream.WriteAsync(bytes);

    /// <summary>The status line of an answer that has neither headers nor a body.</summary>
    public async Task<string> ReadHeadAsync() => (await ReadUntilAsync("\r\n\r\n")).TrimEnd();

    /// <summary>The next answer, by its Content-Length or its chunks; fails if the server closes the connection.</summary>
    public async Task<RawAnswer> ReadAnswerAsync()
    {
        var lines = (await ReadUntilAsync("\r\n\r\n")).Split("\r\n");
        var headers = lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(": ", 2))
            .ToDictionary(header => header[0], header => header[1], StringComparer.OrdinalIgnoreCase);
        var body = headers.TryGetValue("Content-Length", out var length)
            ? await ReadAsync(int.Parse(length, CultureInfo.InvariantCulture))
            : await ReadChunksAsync();
        return new RawAnswer(lines[0], headers, body);
    }

    /// <summary>Returns when the server has closed the connection.</summary>
    public async Task ReadToEndAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            while (await stream.ReadAsync(buffer, limit.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Closed with a reset, since something came that it did not read.
        }
    }

    public ValueTask DisposeAsync()
    {
        tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ReadChunksAsync()
    {
        var body = new StringBuilder();
        while (true)
        {
            var size = int.Parse((await ReadUntilAsync("\r\n")).TrimEnd(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.Append(await ReadAsync(size));
            await ReadUntilAsync("\r\n");
            if (size == 0)
                return body.ToString();
        }
    }

    private async Task<string> ReadUntilAsync(string end)
    {
        int at;
        while ((at = Encoding.UTF8.GetString([.. received]).IndexOf(end, StringComparison.Ordinal)) < 0)
            await ReceiveAsync();
        return await ReadAsync(at + end.Length);
    }

    private async Task<string> ReadAsync(int count)
    {
        while (received.Count < count)
            await ReceiveAsync();
        var text = Encoding.UTF8.GetString([.. received.Take(count)]);
        received.RemoveRange(0, count);
        return text;
    }

    private async Task ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var count = await stream.ReadAsync(buffer, limit.Token);
        Assert.True(count > 0, "the server closed the connection");
        received.AddRange(buffer[..count]);
    }
}

/// <summary>What came back, as it stood on the wire.</summary>
internal sealed record RawAnswer(string StatusLine, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);
}
