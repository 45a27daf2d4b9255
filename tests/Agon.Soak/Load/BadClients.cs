using System.Net.Sockets;
using System.Text;

namespace Agon.Soak.Load;

/// <summary>Clients that do not keep up their end of a connection.</summary>
internal static class BadClients
{
    // Of a megabyte each: more than the kernel keeps for who does not read.
    private const int Answers = 24;

    /// <summary>Asks for megabytes and takes a byte a second; ends true when the server cuts it off.</summary>
    public static async Task<bool> ReadSlowlyAsync(Uri server, string path, string cliId, CancellationToken limit)
    {
        using var tcp = new TcpClient { ReceiveBufferSize = 4096 };
        await tcp.ConnectAsync(server.Host, server.Port, limit);
        var stream = tcp.GetStream();
        var request = $"GET {path} HTTP/1.1\r\nhost: {server.Authority}\r\nx-popcorn-cli-id: {cliId}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, Answers))), limit);
        var one = new byte[1];
        try
        {
            while (true)
            {
                if (await stream.ReadAsync(one, limit) == 0)
                    return true;
                await Patiently.WaitAsync(TimeSpan.FromSeconds(1));
                // What the kernel had kept for us can still be read from a connection that was cut; only a write tells.
                await stream.WriteAsync("\r\n"u8.ToArray(), limit);
            }
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Sends a tenth of a file and then nothing; ends true when the server answers 408.</summary>
    public static async Task<bool> UploadForEverAsync(Uri server, string cliId, CancellationToken limit)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.Host, server.Port, limit);
        var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /submission/quick/CPU/test HTTP/1.1\r\nhost: {server.Authority}\r\nx-popcorn-cli-id: {cliId}\r\ncontent-type: multipart/form-data; boundary=b\r\n"
            + $"content-length: 1000000\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.py\"\r\n\r\n{new string('#', 100_000)}"), limit);
        var head = new byte["HTTP/1.1 408".Length];
        try
        {
            await stream.ReadExactlyAsync(head, limit);
            return Encoding.ASCII.GetString(head) == "HTTP/1.1 408";
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
