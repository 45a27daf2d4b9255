using System.Diagnostics;
using System.Globalization;
using Agon.Domain.Runs;
using Agon.Evaluation.Processes;
using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Sandbox;

/// <summary>One program's life, on one thread, in the order in which it happens; the steps are numbered as in <see cref="SandboxHost"/>.</summary>
internal sealed class SandboxRun(
    SandboxSpec spec, Box box, ControlGroup? group, string marker, Action<string>? onVerdictLine, CancellationToken cancellationToken)
{
    /// <summary>Generous, for a machine that is busy: normally 10 ms.</summary>
    private static readonly TimeSpan SetUpLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long the kernel may take to end a killed tree and give its memory back.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    /// <summary>How long a pipe may stay open once all processes that we know of are gone.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(500);

    private readonly DescriptorWatch watch = new();
    private readonly OutputCapture stdout = new(spec.Limits.OutputBytes);
    private readonly OutputCapture stderr = new(spec.Limits.OutputBytes);
    private readonly OutputCapture toolErrors = new(4096);
    private readonly OutputCapture status = new(4096);
    private readonly OutputCapture greeting = new(256);
    private readonly OutputCapture verdict = new(spec.Limits.VerdictBytes);
    private bool started;

    /// <summary>Whom the host saw as owner of the first process inside; null if it was gone too soon.</summary>
    internal uint? HostUser { get; private set; }

    internal SandboxResult Execute(Func<IEnumerable<SafeFileHandle>, ChildCommand> command)
    {
        // 1. The channels: go and verdict, output, errors, how it ended; and the one that wakes us when we are cancelled.
        var (talk, talkInside) = Descriptors.SocketPair();
        var (output, outputInside) = Descriptors.Pipe();
        var (complaints, complaintsInside) = Descriptors.Pipe();
        var (ending, endingInside) = Descriptors.Pipe();
        var (errors, errorsInside) = Descriptors.Pipe();
        var (cancelled, cancel) = Descriptors.Pipe();
        using SafeFileHandle a = talk, b = output, c = complaints, d = ending, e = errors, f = cancelled, g = cancel;
        using var registration = cancellationToken.Register(cancel.Dispose);
        var lines = onVerdictLine is null ? null : new LineSplitter(onVerdictLine);
        watch.Add(talk, bytes => TakeTalk(bytes, lines));
        watch.Add(output, stdout.Append);
        watch.Add(complaints, toolErrors.Append);
        watch.Add(ending, status.Append);
        watch.Add(errors, stderr.Append);

        // 2. The sandbox is built, up to the program's door.
        cancellationToken.ThrowIfCancellationRequested();
        SafeFileHandle[] inside = [talkInside, outputInside, complaintsInside, endingInside, errorsInside];
        using var child = Spawn(command(inside));
        foreach (var end in inside.Concat(box.Descriptors)) end.Dispose();
        try
        {
            return Accompany(child, talk, cancelled);
        }
        finally
        {
            EndTree(child);
        }
    }

    private static ChildProcess Spawn(ChildCommand command)
    {
        try
        {
            return ChildProcess.Spawn(command);
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or EntryPointNotFoundException)
        {
            throw new SandboxFaultException($"the sandbox could not be started: {error.Message}", error);
        }
    }

    private SandboxResult Accompany(ChildProcess child, SafeFileHandle talk, SafeFileHandle cancelled)
    {
        WaitUntilReady(child, cancelled);

        // 3. The program starts here, and so does its clock.
        var cpuBefore = group?.CpuTime;
        started = true;
        var start = Stopwatch.GetTimestamp();
        Descriptors.Send(talk, System.Text.Encoding.UTF8.GetBytes(SandboxCommand.GoMessage(spec, box)));
        var cut = WaitForEnd(child, cancelled, start);
        var wallTime = Stopwatch.GetElapsedTime(start);

        // 4. It has ended, or has to: nobody survives.
        EndTree(child);
        Drain();
        cancellationToken.ThrowIfCancellationRequested();
        return Result(child.Reap(), cut, wallTime, cpuBefore);
    }

    private void WaitUntilReady(ChildProcess child, SafeFileHandle cancelled)
    {
        var start = Stopwatch.GetTimestamp();
        while (!greeting.ToString().EndsWith('\n'))
        {
            var left = SetUpLimit - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) throw Fault($"the sandbox was not ready after {SetUpLimit.TotalSeconds:0} s");
            var signals = watch.Step(left, child.Ended, cancelled);
            if (signals[1]) cancellationToken.ThrowIfCancellationRequested();
            if (!signals[0]) continue;
            Drain();
            throw Fault("the sandbox could not be built");
        }

        HostUser = ProcessTree.UserOf(ProcessTree.ChildrenOf(child.Id) is [var first, ..] && box.OwnsProcesses ? first : child.Id);
    }

    /// <summary>The reason why we end the program; null when it ended by itself.</summary>
    private ProgramEnd? WaitForEnd(ChildProcess child, SafeFileHandle cancelled, long start)
    {
        while (true)
        {
            var left = spec.Limits.WallTime - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return new ProgramEnd.TimedOut();
            var signals = watch.Step(left, child.Ended, cancelled);
            if (verdict.Overflowed) return new ProgramEnd.VerdictOverflow();
            if (signals[0] || signals[1] || ExitLine() is not null) return null;
        }
    }

    private void TakeTalk(ReadOnlySpan<byte> bytes, LineSplitter? lines)
    {
        if (!started)
        {
            greeting.Append(bytes);
            return;
        }

        if (verdict.Overflowed) return;
        verdict.Append(bytes);
        if (!verdict.Overflowed) lines?.Append(bytes);
    }

    /// <summary>Ends all processes and waits until they are gone. Harmless when they are gone already.</summary>
    /// <remarks>
    /// The first process inside dies first: whoever built the sandbox then reaps it, and can do so only after the kernel
    /// has ended the whole process namespace. Killed the other way round, we would return while it still lives.
    /// </remarks>
    private void EndTree(ChildProcess child)
    {
        if (box.OwnsProcesses)
            foreach (var first in ProcessTree.ChildrenOf(child.Id)) ProcessTree.Kill(first);
        else child.KillGroup();
        if (!WaitFor(child, started ? EndLimit : TimeSpan.FromSeconds(1)))
        {
            child.Kill();
            if (!WaitFor(child, EndLimit)) throw Fault("the sandbox did not end when it was killed");
        }

        child.Reap();
        if (!box.OwnsProcesses) ProcessSweep.Kill(marker);
        group?.KillAll();
    }

    private bool WaitFor(ChildProcess child, TimeSpan limit)
    {
        var start = Stopwatch.GetTimestamp();
        while (limit - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
            if (watch.Step(left, child.Ended)[0]) return true;
        return false;
    }

    /// <summary>Reads what is left in the pipes; not for long, since their other ends may live on elsewhere.</summary>
    private void Drain()
    {
        var start = Stopwatch.GetTimestamp();
        while (watch.AnyOpen && DrainLimit - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero) watch.Step(left);
    }

    private SandboxResult Result(ChildExit exit, ProgramEnd? cut, TimeSpan wallTime, TimeSpan? cpuBefore)
    {
        var killedForMemory = group?.KilledForMemory ?? false;
        return new SandboxResult
        {
            End = cut ?? OwnEnd(killedForMemory),
            WallTime = wallTime,
            Resources = new ResourceUse(
                group?.CpuTime - cpuBefore ?? exit.CpuTime, group?.PeakMemoryBytes ?? exit.PeakMemoryBytes, killedForMemory),
            Stdout = stdout.ToString(),
            Stderr = stderr.ToString(),
            VerdictBytes = verdict.Bytes,
        };
    }

    /// <summary>What the first process inside told. Shells report a signal as 128 + n and, but for the two that are common in pipelines, name it.</summary>
    private ProgramEnd OwnEnd(bool killedForMemory)
    {
        const int interrupt = 2, brokenPipe = 13;
        if (ExitLine() is not { } code)
            return killedForMemory
                ? new ProgramEnd.Signalled(SpawnNative.KillSignal)
                : throw Fault("the sandbox was ended from outside");
        var signal = code - 128;
        var named = status.ToString().TrimEnd('\n').Contains('\n', StringComparison.Ordinal);
        return signal is > 0 and <= 64 && (named || signal is interrupt or brokenPipe)
            ? new ProgramEnd.Signalled(signal)
            : new ProgramEnd.Exited(code);
    }

    private int? ExitLine() =>
        status.ToString() is var text && text.EndsWith('\n')
        && int.TryParse(text.TrimEnd('\n').Split('\n')[^1], CultureInfo.InvariantCulture, out var code)
            ? code
            : null;

    private SandboxFaultException Fault(string what)
    {
        var said = (toolErrors.ToString() + (started ? "" : stderr.ToString())).Trim();
        return new SandboxFaultException(said.Length == 0 ? what : $"{what}: {said[..Math.Min(said.Length, 500)]}");
    }
}
