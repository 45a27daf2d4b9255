using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Agon.Fuzz.Web;

/// <summary>What came back over the wire.</summary>
/// <param name="Status">0 if the server closed the connection without a word.</param>
/// <param name="Headers">By name in lower case.</param>
/// <param name="Body">Of a stream its beginning.</param>
internal sealed record WireAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public static WireAnswer None { get; } = new(0, new Dictionary<string, string>(), []);

    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}

/// <summary>One TCP connection for one request, whatever its bytes are.</summary>
internal sealed class Wire : IDisposable
{
    private const int MostHeaderBytes = 64 * 1024;

    // Of a machine that does much else besides: an answer that takes longer never comes.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    // For an answer to bytes that may be the beginning of a request.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(enable: true, 0) };
    private readonly CancellationTokenSource limit = new(Limit);
    private readonly byte[] buffer = new byte[16 * 1024];
    private readonly List<byte> received = [];

    /// <param name="port">On loopback.</param>
    /// <param name="request">All bytes.</param>
    /// <param name="isWhole">
    /// Whether the request is known to be complete; else the sending side is soon closed behind it, so that the server waits for
    /// nothing. To Kestrel who does that has left: the answer may then end anywhere, and none may come.
    /// </param>
    public static async Task<WireAnswer> AskAsync(int port, byte[] request, bool isWhole)
    {
        using var wire = new Wire();
        try
        {
            return await wire.AskOnceAsync(port, request, isWhole);
        }
        catch (OperationCanceledException)
        {
            throw new FuzzFaultException($"no whole answer came within {Limit.TotalSeconds} s");
        }
        catch (Exception error) when (!isWhole && error is (SocketException or EndOfStreamException))
        {
            return WireAnswer.None;
        }
        catch (EndOfStreamException)
        {
            throw new FuzzFaultException("the connection ended inside the answer");
        }
    }

    public void Dispose()
    {
        // Reset, not closed: tens of thousands of connections a minute would else use up all ports.
        socket.Dispose();
        limit.Dispose();
    }

    private async Task<WireAnswer> AskOnceAsync(int port, byte[] request, bool isWhole)
    {
        await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        for (var sent = 0; sent < request.Length;)
            sent += await socket.SendAsync(request.AsMemory(sent), limit.Token);
        if (!isWhole)
        {
            await BeginningComesAsync();
            socket.Shutdown(SocketShutdown.Send);
        }

        var isHead = request.AsSpan().StartsWith("HEAD "u8);
        WireAnswer answer;
        do
            answer = await ReadAnswerAsync(isHead);
        while (answer.Status is >= 100 and < 200);
        FuzzFaultException.Unless(answer.Status != 0 || !isWhole, "the server closed the connection without an answer to a whole request");
        return answer;
    }

    private async Task BeginningComesAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        patience.CancelAfter(Patience);
        try
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, patience.Token);
        }
        catch (OperationCanceledException) when (!limit.IsCancellationRequested)
        {
            // The server waits for more.
        }
    }

    private async Task<WireAnswer> ReadAnswerAsync(bool isHead)
    {
        int end;
        while ((end = Encoding.Latin1.GetString([.. received]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            FuzzFaultException.Unless(received.Count < MostHeaderBytes, "the answer's head does not end");
            if (!await ReceiveAsync())
                return received.Count == 0 ? WireAnswer.None : throw new EndOfStreamException();
        }
        var lines = Encoding.Latin1.GetString([.. Take(end + 4)]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        FuzzFaultException.Unless(lines[0].StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && lines[0].Length >= 12, $"the status line is '{lines[0]}'");
        var status = int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>();
        foreach (var line in lines.Skip(1))
        {
            var parts = line.Split(": ", 2);
            FuzzFaultException.Unless(parts.Length == 2 || line.EndsWith(':'), $"the answer has the header line '{line}'");
            headers[parts[0].TrimEnd(':').ToLowerInvariant()] = parts.Length == 2 ? parts[1] : "";
        }
        var hasBody = !isHead && status is >= 200 and not (204 or 304);
        return new WireAnswer(status, headers, hasBody ? await ReadBodyAsync(headers) : []);
    }

    private async Task<byte[]> ReadBodyAsync(Dictionary<string, string> headers)
    {
        if (headers.GetValueOrDefault("content-type") == "text/event-stream")
        {
            // It may go on for as long as the submission does: what comes first is enough.
            if (received.Count == 0)
                await ReceiveAsync();
            return [.. received];
        }
        if (headers.TryGetValue("content-length", out var length))
            return await ReadAsync(int.Parse(length, CultureInfo.InvariantCulture));
        if (headers.GetValueOrDefault("transfer-encoding") == "chunked")
            return await ReadChunksAsync();
        while (await ReceiveAsync())
        {
        }
        return [.. received];
    }

    private async Task<byte[]> ReadChunksAsync()
    {
        var body = new List<byte>();
        while (true)
        {
            int end;
            while ((end = received.IndexOf((byte)'\n')) < 0)
                await NeedAsync();
            var size = int.Parse(Encoding.ASCII.GetString([.. Take(end + 1)]).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            body.AddRange((await ReadAsync(size + 2))[..size]);
            if (size == 0)
                return [.. body];
        }
    }

    private async Task<byte[]> ReadAsync(int count)
    {
        while (received.Count < count)
            await NeedAsync();
        return Take(count);
    }

    private byte[] Take(int count)
    {
        byte[] taken = [.. received.Take(count)];
        received.RemoveRange(0, count);
        return taken;
    }

    private async Task NeedAsync()
    {
        if (!await ReceiveAsync())
            throw new EndOfStreamException();
    }

    private async Task<bool> ReceiveAsync()
    {
        var count = await socket.ReceiveAsync(buffer, limit.Token);
        received.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }
}
