using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Agon.Soak;

/// <summary>A real server or worker, which can be killed, stopped, woken and started again.</summary>
/// <param name="name">What it is.</param>
/// <param name="start">How it is started, under a machine's name: another one each time, so that no slot waits for the dead.</param>
/// <param name="logFile">Where its log is kept.</param>
internal sealed partial class Actor(string name, Func<string, ProcessStartInfo> start, string logFile) : IDisposable
{
    private const int SigKill = 9;
    private const int SigCont = 18;
    private const int SigStop = 19;

    private readonly ConcurrentQueue<string> log = new();
    private readonly Lock starting = new();
    private Process? process;
    private int life;
    private bool isOver;

    /// <summary>How the names of its workers begin, under which jobs are claimed.</summary>
    public string Mark => $"{name}-{life}/";

    private int Id => process!.Id;

    public bool IsAlive => process is { HasExited: false };

    /// <exception cref="ObjectDisposedException">The run is over: who was about to start it again comes too late.</exception>
    public void Start()
    {
        lock (starting)
        {
            ObjectDisposedException.ThrowIf(isOver, this);
            StartAnew();
        }
    }

    private void StartAnew()
    {
        var info = start($"{name}-{++life}");
        info.RedirectStandardInput = info.RedirectStandardOutput = info.RedirectStandardError = true;
        process = Process.Start(info)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary><c>kill -9</c> of this process alone: what it started has to notice by itself.</summary>
    public async Task KillAsync()
    {
        Signal(Id, SigKill);
        await process!.WaitForExitAsync();
        lock (starting)
        {
            process.Dispose();
            process = null;
        }
    }

    public void Stop() => Stop(Id);

    public void Wake() => Wake(Id);

    /// <summary>The runners that it started.</summary>
    public IReadOnlyList<int> Runners() => [.. Processes.ChildrenOf(Id, "agon-runner")];

    public static void Kill(int id) => Signal(id, SigKill);

    public static void Stop(int id) => Signal(id, SigStop);

    public static void Wake(int id) => Signal(id, SigCont);

    /// <summary>Whether it gave the attempt's lease up, by its own doubt or since the database refused what it brought.</summary>
    public bool LostLease(JobRow job, int attempt) => Said($"The lease of job {job.Id} of submission {job.Submission}, attempt {attempt}, is lost") || WasRefused(job, attempt);

    /// <summary>Whether the database refused what the attempt brought.</summary>
    public bool WasRefused(JobRow job, int attempt) => Said($"The database refused what attempt {attempt} at job {job.Id} of submission {job.Submission} brought");

    public bool Said(string text) => log.Any(line => line.Contains(text, StringComparison.Ordinal));

    public void Dispose()
    {
        lock (starting)
        {
            isOver = true;
            if (!IsAlive)
                return;
            process!.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        log.Enqueue(line);
        lock (log)
            File.AppendAllText(logFile, $"{line}\n");
    }

    private static void Signal(int id, int signal) => _ = KillNative(id, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int KillNative(int id, int signal);
}
