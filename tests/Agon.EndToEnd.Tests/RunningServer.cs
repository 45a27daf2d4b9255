using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Agon.EndToEnd.Tests;

/// <summary>A real <c>agon serve</c> on a free port of the loopback.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> log = new();

    private RunningServer(Process process, string url)
    {
        this.process = process;
        (Id, Url) = (process.Id, url);
        Client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Of its process, which is in the names of its workers.</summary>
    public int Id { get; }

    public string Url { get; }

    public HttpClient Client { get; }

    public string Log => string.Join('\n', log);

    public bool IsAlive => !process.HasExited;

    public static async Task<RunningServer> StartAsync(IEnumerable<string> storage, IReadOnlyDictionary<string, string?> environment, int? port = null)
    {
        var url = $"http://127.0.0.1:{port ?? FreePort()}";
        var info = CommandLine.StartInfo(Repository.Agon, ["serve", .. storage, "--urls", url, "--i-trust-all-submitters"], environment, null);
        var process = Process.Start(info)!;
        var server = new RunningServer(process, url);
        process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await server.UntilHealthyAsync();
        return server;
    }

    /// <summary><c>kill -9</c> of the server process alone: what it started has to notice by itself.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public Task TerminateAsync() => Signals.TerminateAsync(process);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Client.Dispose();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        if (line is not null)
            log.Enqueue(line);
    }

    private async Task UntilHealthyAsync()
    {
        await Eventually.TrueAsync(async () =>
        {
            Assert.False(process.HasExited, $"the server ended: {Log}");
            try
            {
                return (await Client.GetAsync("/health")).IsSuccessStatusCode;
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(60), () => $"the server did not become healthy: {Log}");
    }
}

/// <summary>Waits for what has to happen, and fails when it does not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan limit, Func<string> failure)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
                Assert.Fail(failure());
            await Task.Delay(Step, TimeProvider.System, CancellationToken.None);
        }
    }
}
