using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Agon.Server.Tests.World;

/// <summary>A way to a TCP server that can be cut and mended: to who calls, the server behind it is away.</summary>
internal sealed class CutWire : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> open = [];
    private readonly Task accepting;
    private volatile bool cut;
    private int refused;

    public CutWire(string host, int port)
    {
        listener.Start();
        accepting = AcceptAsync(host, port);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many called while it was cut.</summary>
    public int Refused => Volatile.Read(ref refused);

    public void Cut()
    {
        cut = true;
        while (open.TryTake(out var connection))
            connection.Dispose();
    }

    public void Mend() => cut = false;

    public async ValueTask DisposeAsync()
    {
        Cut();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task AcceptAsync(string host, int port)
    {
        while (true)
        {
            var near = await listener.AcceptTcpClientAsync();
            var far = new TcpClient();
            open.Add(near);
            open.Add(far);
            if (cut)
            {
                Interlocked.Increment(ref refused);
                Cut();
            }
            else
            {
                _ = CarryAsync(near, far, host, port);
            }
        }
    }

    private static async Task CarryAsync(TcpClient near, TcpClient far, string host, int port)
    {
        try
        {
            await far.ConnectAsync(host, port);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One end is gone: so is the other, below.
        }
        near.Dispose();
        far.Dispose();
    }
}
