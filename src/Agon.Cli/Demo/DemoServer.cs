using System.Diagnostics;

namespace Agon.Cli.Demo;

/// <summary>A real <c>agon serve</c> on a folder of its own, which ends with this process, however that ends.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    private const int LogLinesShown = 5;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly TimeProvider clock;
    private readonly Queue<string> lastLog = [];
    private readonly Task log;

    private DemoServer(Process process, TimeProvider clock)
    {
        this.process = process;
        this.clock = clock;
        log = ReadLogAsync();
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Starts the server and waits until it listens. The entries are our own, so it may run them unsandboxed.</summary>
    /// <exception cref="CommandFailure">It did not come up.</exception>
    public static async Task<DemoServer> StartAsync(string dataFolder, string urls, TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "agon"))
        {
            ArgumentList = { "serve", "--data", dataFolder, "--urls", urls, "--i-trust-all-submitters", "--stop-at-eof" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var server = new DemoServer(Process.Start(start)!, clock);
        try
        {
            server.Url = await server.FirstAddressAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when the server does.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopLimit, clock);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        await log;
        process.Dispose();
    }

    private async Task<string> FirstAddressAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StartLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            if (await process.StandardOutput.ReadLineAsync(either.Token) is { } address)
                return address;
            await log;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Told below, with what the server said last.
        }
        lock (lastLog)
            throw CommandFailure.Platform($"the demo's server did not start within {StartLimit.TotalSeconds} s; it said: {string.Join(" / ", lastLog)}");
    }

    // A pipe that nobody reads fills up and stops the server.
    private async Task ReadLogAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            lock (lastLog)
            {
                lastLog.Enqueue(line);
                if (lastLog.Count > LogLinesShown)
                    lastLog.Dequeue();
            }
        }
    }
}
