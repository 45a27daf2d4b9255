using System.Collections.Concurrent;
using System.Diagnostics;

namespace Agon.EndToEnd.Tests;

/// <summary>A real <c>agon worker</c>.</summary>
internal sealed class RunningWorker : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> log = new();

    private RunningWorker(Process process) => this.process = process;

    public string Log => string.Join('\n', log);

    public static RunningWorker Start(TestWorld world, string machine)
    {
        // None of them dies: a lease that a busy machine lets lapse would only look like it.
        var environment = new Dictionary<string, string?>(world.Environment) { ["AGON__Jobs__Machine"] = machine, ["AGON__Jobs__Lease"] = "00:01:00" };
        var info = CommandLine.StartInfo(Repository.Agon, ["worker", .. world.Storage, "--i-trust-all-submitters"], environment, null);
        var worker = new RunningWorker(Process.Start(info)!);
        worker.process.ErrorDataReceived += (_, line) => worker.log.Enqueue(line.Data ?? "");
        worker.process.BeginErrorReadLine();
        return worker;
    }

    public Task TerminateAsync() => Signals.TerminateAsync(process);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

internal static class Signals
{
    /// <summary>SIGTERM, and the process's own end: in time, or the test fails.</summary>
    public static async Task TerminateAsync(Process process)
    {
        await CommandLine.RunAsync("/bin/bash", ["-c", $"kill -TERM {process.Id}"]);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);
    }

    public static Task KillAsync(string processId) => CommandLine.RunAsync("/bin/bash", ["-c", $"kill -KILL {processId}"]);
}
