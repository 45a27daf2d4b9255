using System.Net;
using System.Net.Sockets;

namespace Agon.EndToEnd.Tests;

/// <summary>What stands in front of several servers: a connection goes to one whose health is good.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    /// <summary>How often it asks; <c>Drain:Notice</c> must be longer than twice that.</summary>
    public static readonly TimeSpan CheckEvery = TimeSpan.FromMilliseconds(200);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Backend[] backends;
    private readonly Task[] loops;
    private int turn;

    public Balancer(params int[] ports)
    {
        backends = [.. ports.Select(port => new Backend(port))];
        listener.Start();
        loops = [AcceptAsync(), .. backends.Select(CheckAsync)];
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

    /// <summary>Until it sends clients to the server at this port: before that, no other one may go.</summary>
    public Task UntilUsedAsync(int port) => Eventually.TrueAsync(() => Task.FromResult(backends.Single(backend => backend.Port == port).Healthy),
        TimeSpan.FromMinutes(1), () => $"no health check of the server at port {port} succeeds");

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        foreach (var loop in loops)
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = CarryAsync(await listener.AcceptTcpClientAsync(ending.Token));
    }

    private async Task CarryAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(IPAddress.Loopback, await NextAsync());
            await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), server.GetStream().CopyToAsync(client.GetStream()));
        }
    }

    // A busy machine may keep a check waiting: then, while the other server is replaced, none is healthy for a moment.
    private async Task<int> NextAsync()
    {
        while (true)
        {
            var healthy = backends.Where(backend => backend.Healthy).ToList();
            if (healthy.Count > 0)
                return healthy[Interlocked.Increment(ref turn) % healthy.Count].Port;
            await Task.Delay(CheckEvery, TimeProvider.System, ending.Token);
        }
    }

    private async Task CheckAsync(Backend backend)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{backend.Port}"), Timeout = TimeSpan.FromSeconds(10) };
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync("/health", ending.Token);
                backend.Healthy = answer.IsSuccessStatusCode;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !ending.IsCancellationRequested)
            {
                backend.Healthy = false;
            }
            await Task.Delay(CheckEvery, TimeProvider.System, ending.Token);
        }
    }

    private sealed class Backend(int port)
    {
        public int Port => port;

        public volatile bool Healthy;
    }
}
