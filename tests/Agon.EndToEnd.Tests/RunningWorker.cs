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

    public bool IsAlive => !process.HasExited;

    /// <summary>The runners that it has started and that are alive.</summary>
    public IReadOnlyList<int> Runners => Signals.ChildrenOf(process.Id);

    public static RunningWorker Start(TestWorld world, string machine, TimeSpan lease, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var environment = new Dictionary<string, string?>(world.Environment) { ["AGON__Jobs__Machine"] = machine, ["AGON__Jobs__Lease"] = $"{lease}" };
        foreach (var (name, value) in settings ?? new Dictionary<string, string?>())
            environment[name] = value;
        var info = CommandLine.StartInfo(Repository.Agon, ["worker", .. world.Storage, "--i-trust-all-submitters"], environment, null);
        var worker = new RunningWorker(Process.Start(info)!);
        worker.process.ErrorDataReceived += (_, line) => worker.log.Enqueue(line.Data ?? "");
        worker.process.BeginErrorReadLine();
        return worker;
    }

    public Task TerminateAsync() => Signals.TerminateAsync(process);

    /// <summary>SIGSTOP, as a machine that swaps or is suspended would have it.</summary>
    public Task StopAsync() => Signals.SendAsync("STOP", process.Id);

    public Task WakeAsync() => Signals.SendAsync("CONT", process.Id);

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
        await SendAsync("TERM", process.Id);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);
    }

    public static Task SendAsync(string signal, int processId) => CommandLine.RunAsync("/bin/bash", ["-c", $"kill -{signal} {processId}"]);

    /// <summary>Those that are no zombies.</summary>
    public static IReadOnlyList<int> ChildrenOf(int processId) =>
        [.. Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0).Where(id => id > 0 && IsChild(id, processId))];

    private static bool IsChild(int id, int parent)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is not ("Z" or "X") && fields[1] == $"{parent}";
        }
        catch (IOException)
        {
            return false;   // it ended while we looked
        }
    }
}
