using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Runs;
using Agon.Domain.Runs;

namespace Agon.Launchers.Local;

/// <summary>A running <c>agon-runner</c>. Disposed, neither it nor anything that it started is left.</summary>
internal sealed class RunnerProcess : IAsyncDisposable
{
    /// <summary>How long a runner may take to end its entry and itself, once it has lost its standard input.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);

    // A server's environment holds passwords, and a runner is the parent of strangers' code: it gets only what it needs.
    private static readonly string[] Inherited =
        ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"];

    // Where the runtime lies, and how it was tuned.
    private const string InheritedPrefix = "DOTNET_";

    private readonly Process process;
    private readonly TimeProvider clock;
    private readonly long started;
    private readonly Task<string> complaints;
    private readonly CancellationTokenSource unheard = new();
    private readonly CancellationTokenSource ending = new();
    private readonly IAsyncEnumerator<RunnerLine> lines;
    private readonly Task<bool> first;
    private Task sending = Task.CompletedTask;

    private RunnerProcess(Process process, TimeProvider clock)
    {
        this.process = process;
        this.clock = clock;
        started = clock.GetTimestamp();
        complaints = LastWords.ReadAsync(process.StandardError.BaseStream);
        lines = RunnerLines.ReadAsync(process.StandardOutput.BaseStream, unheard.Token).GetAsyncEnumerator(CancellationToken.None);
        first = lines.MoveNextAsync().AsTask();
    }

    /// <summary>Since when it lives.</summary>
    public TimeSpan Age => clock.GetElapsedTime(started);

    /// <summary>Whether it has not said anything yet.</summary>
    public bool IsStarting => !first.IsCompleted;

    /// <summary>Whether it waits for a job, with its sandbox probed.</summary>
    public bool IsReady => first.IsCompletedSuccessfully && first.Result && lines.Current.Runner == RunnerState.Ready && !process.HasExited;

    /// <summary>What its probes found; null unless it is ready and has told it.</summary>
    public Isolation? Isolation => IsReady ? lines.Current.Isolation?.ToIsolation() : null;

    /// <summary>Whether it said anything of a job: until then it has done nothing for it.</summary>
    public bool HasBegun { get; private set; }

    /// <exception cref="LaunchException">It could not be started.</exception>
    public static RunnerProcess Start(string path, TimeProvider clock)
    {
        var start = new ProcessStartInfo(path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in start.Environment.Keys.Where(name => !IsInherited(name)).ToList())
            start.Environment.Remove(name);
        try
        {
            return new RunnerProcess(Process.Start(start)!, clock);
        }
        catch (Win32Exception error)
        {
            throw new LaunchException($"the runner '{path}' could not be started: {error.Message}", error);
        }
    }

    /// <summary>
    /// Hands over the job, and says again and again how long the runner may go on. Standard input stays open: its end is
    /// the word to stop at once.
    /// </summary>
    public void Send(JobDocument job, Func<TimeSpan> left) => sending = SendAsync(job, left);

    /// <summary>Waits until it has said something, or ended, or the limit is over.</summary>
    public async Task HearFirstAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        await ((Task)first).WaitAsync(limit, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>All that the runner says of its job; once, in a loop that goes on until it has heard enough.</summary>
    /// <exception cref="LaunchException">It is not what a runner says.</exception>
    public async IAsyncEnumerable<RunnerLine> ReadLinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(unheard.Cancel);
        for (var more = await first; more; more = await lines.MoveNextAsync())
        {
            if (lines.Current.Runner == RunnerState.Ready)
                continue;
            HasBegun = true;
            yield return lines.Current;
        }
    }

    /// <summary>What to say of a runner that closed its output without a report.</summary>
    public async Task<LaunchException> DiedAsync()
    {
        await EndAsync();
        return new LaunchException($"the runner ended without a report (exit code {(process.HasExited ? process.ExitCode : "unknown")})")
        {
            LastWords = complaints.IsCompletedSuccessfully ? await complaints : "",
        };
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await unheard.CancelAsync();
        await ((Task)first).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // else nobody would have heard its fault
        process.Dispose();
        unheard.Dispose();
        ending.Dispose();
    }

    /// <summary>1. Take its input away. 2. Give it a moment. 3. Kill what is left. May be called twice.</summary>
    private async Task EndAsync()
    {
        await ending.CancelAsync();
        CloseInput();
        if (!await EndsWithinAsync(process.WaitForExitAsync(CancellationToken.None)))
        {
            process.Kill(entireProcessTree: true);
            await EndsWithinAsync(process.WaitForExitAsync(CancellationToken.None));
        }
        await EndsWithinAsync(Task.WhenAll(sending, complaints));
    }

    private void CloseInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not wait for what was still to be said.
        }
    }

    private async Task<bool> EndsWithinAsync(Task task) =>
        await Task.WhenAny(task, Task.Delay(Grace, clock, CancellationToken.None)) == task;

    private async Task SendAsync(JobDocument job, Func<TimeSpan> left)
    {
        try
        {
            await SayAsync(JsonSerializer.SerializeToUtf8Bytes(job, AgonJson.Wire.JobDocument));
            while (true)
            {
                var may = left();
                await SayAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (long)may.TotalMilliseconds)}")));
                // Several times before it is over, so that a busy machine does not end a runner whose lease holds.
                await Task.Delay(may > 4 * ShortestWait ? may / 4 : ShortestWait, clock, ending.Token);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It ended before it had read all that was said, or is to end: the missing report tells.
        }
    }

    private async Task SayAsync(byte[] line)
    {
        var input = process.StandardInput.BaseStream;
        await input.WriteAsync((byte[])[.. line, (byte)'\n']);
        await input.FlushAsync();
    }

    private static bool IsInherited(string name) =>
        Inherited.Contains(name) || name.StartsWith(InheritedPrefix, StringComparison.Ordinal);
}
