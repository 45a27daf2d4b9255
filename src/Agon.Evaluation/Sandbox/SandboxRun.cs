using System.Diagnostics;
using Agon.Domain.Runs;
using Agon.Evaluation.Processes;
using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Sandbox;

/// <summary>One program's life, on one thread, in the order in which it happens; the steps are those of <see cref="SandboxHost"/>.</summary>
internal sealed class SandboxRun(
    SandboxSpec spec, Box box, ControlGroup? group, SandboxChannels channels, string marker, CancellationToken cancellationToken)
{
    /// <summary>Generous, for a machine that is busy: normally 10 ms.</summary>
    private static readonly TimeSpan SetUpLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long the kernel may take to end a killed tree and give its memory back.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    /// <summary>How long reading an output folder may take: it lies in memory.</summary>
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(60);

    /// <summary>How long a pipe may stay open once all processes that we know of are gone.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>Whom the host saw as owner of the first process inside; null if it was gone too soon.</summary>
    internal uint? HostUser { get; private set; }

    internal SandboxResult Execute(ChildCommand command)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (cancelled, cancel) = Descriptors.Pipe();
        using (cancelled)
        using (cancel)
        using (cancellationToken.Register(cancel.Dispose))
        using (var child = ChildProcess.Spawn(command))
        {
            foreach (var end in command.Descriptors) end.Dispose();
            try
            {
                return Accompany(child, cancelled);
            }
            finally
            {
                EndTree(child);
            }
        }
    }

    private SandboxResult Accompany(ChildProcess child, SafeFileHandle cancelled)
    {
        // 2. The sandbox is built, up to the program's door.
        WaitUntilReady(child, cancelled);

        // 3. The program starts, and with it the clock.
        var cpuBefore = group?.CpuTime;
        var start = Stopwatch.GetTimestamp();
        channels.Go(SandboxCommand.GoMessage(spec, box));

        // 4. It ends, or we end it.
        var cut = WaitForEnd(child, cancelled, start);
        var wallTime = Stopwatch.GetElapsedTime(start);

        var output = cut is null ? ReadOutput(child, cancelled) : OutputEnd.NotRead;

        // 5. Nobody survives; what they said before is still read.
        EndTree(child);
        Drain();
        cancellationToken.ThrowIfCancellationRequested();
        return Result(cut, wallTime, cpuBefore) with { Output = output };
    }

    private void WaitUntilReady(ChildProcess child, SafeFileHandle cancelled)
    {
        var start = Stopwatch.GetTimestamp();
        while (!channels.Ready)
        {
            var left = SetUpLimit - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) throw Fault($"the sandbox was not ready after {SetUpLimit.TotalSeconds:0} s");
            var signals = channels.Watch.Step(left, child.Ended, cancelled);
            if (signals[1]) cancellationToken.ThrowIfCancellationRequested();
            if (!signals[0]) continue;
            Drain();
            throw Fault("the sandbox could not be built");
        }

        HostUser = ProcessTree.UserOf(box.OwnsProcesses && ProcessTree.ChildrenOf(child.Id) is [var first, ..] ? first : child.Id);
    }

    /// <summary>The reason why we end the program; null when it ended by itself or the token was cancelled.</summary>
    private ProgramEnd? WaitForEnd(ChildProcess child, SafeFileHandle cancelled, long start)
    {
        while (true)
        {
            var left = spec.Limits.WallTime - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return new ProgramEnd.TimedOut();
            var signals = channels.Watch.Step(left, child.Ended, cancelled);
            if (channels.Verdict.Overflowed) return new ProgramEnd.VerdictOverflow();
            if (signals[0] || signals[1] || channels.End is not null) return null;
        }
    }

    /// <summary>The output folder of a program that ended well, sent by the first process inside, the last one there.</summary>
    private OutputEnd ReadOutput(ChildProcess child, SafeFileHandle cancelled)
    {
        if (spec.Output is null || channels.End is not ProgramEnd.Exited { Code: 0 }) return OutputEnd.NotRead;
        if (channels.AskFor(spec.Output) is not { } archive) throw Fault("the sandbox was gone before its output was read");
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var left = OutputLimit - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return OutputEnd.TooSlow;
            var signals = channels.Watch.Step(left, child.Ended, cancelled);
            if (signals[1]) cancellationToken.ThrowIfCancellationRequested();
            if (signals[0]) Drain();
            if (archive.TooLarge) return OutputEnd.TooLarge;
            if (archive.Complete) return OutputEnd.Complete;
            if (signals[0]) return OutputEnd.Unreadable;
        }
    }

    /// <summary>Ends all processes and waits until they are gone. Harmless when they are gone already.</summary>
    /// <remarks>
    /// The first process inside dies first: whoever built the sandbox then reaps it, and can do so only after the kernel
    /// has ended the whole process namespace. Killed the other way round, we would return while it still lives.
    /// </remarks>
    private void EndTree(ChildProcess child)
    {
        if (box.OwnsProcesses) child.KillChildren();
        else child.KillGroup();
        if (!WaitFor(child, TimeSpan.FromSeconds(2)))
        {
            child.Kill();   // the kernel then kills the first process: it was asked to when its parent dies
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
            if (channels.Watch.Step(left, child.Ended)[0]) return true;
        return false;
    }

    /// <summary>Reads what is left in the pipes; not for long, since their other ends may live on elsewhere.</summary>
    private void Drain()
    {
        var start = Stopwatch.GetTimestamp();
        while (channels.Watch.AnyOpen && DrainLimit - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
            channels.Watch.Step(left);
    }

    private SandboxResult Result(ProgramEnd? cut, TimeSpan wallTime, TimeSpan? cpuBefore)
    {
        var killedForMemory = group?.KilledForMemory ?? false;
        return new SandboxResult
        {
            End = cut ?? OwnEnd(killedForMemory),
            WallTime = wallTime,
            // Of ended children the kernel tells what they used only if somebody waited for them, which is the program's choice.
            Resources = new ResourceUse(group?.CpuTime - cpuBefore, group?.PeakMemoryBytes, killedForMemory),
            Stdout = channels.Stdout,
            Stderr = channels.Stderr.ToString(),
            VerdictBytes = channels.Verdict.Bytes,
        };
    }

    private ProgramEnd OwnEnd(bool killedForMemory) => channels switch
    {
        { Verdict.Overflowed: true } => new ProgramEnd.VerdictOverflow(),
        { End: { } end } => end,
        // The kernel may take the first process inside as well; then nobody is left to tell.
        _ when killedForMemory => new ProgramEnd.Signalled(SpawnNative.KillSignal),
        _ => throw Fault("the sandbox was ended from outside"),
    };

    private SandboxFaultException Fault(string what)
    {
        var said = channels.Complaints;
        return new SandboxFaultException(said.Length == 0 ? what : $"{what}: {said[..Math.Min(said.Length, 500)]}");
    }
}
