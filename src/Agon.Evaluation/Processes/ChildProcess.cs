using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Processes;

/// <summary>One child, first of a session of its own, with just the descriptors that it was given.</summary>
/// <remarks>
/// Use it from one thread only, and let that thread live as long as the child: a parent-death signal is tied to the
/// thread that spawned (a pool thread that retires would kill the child), and only the thread that also reaps can signal
/// a number that is surely still the child's. Not Process.Start: that hands on every descriptor this process happens to
/// have inherited.
/// </remarks>
internal sealed unsafe class ChildProcess : IDisposable
{
    private bool reaped;

    private ChildProcess(int pid)
    {
        Id = pid;
        Ended = Descriptors.EndOf(pid);
    }

    internal int Id { get; }

    /// <summary>Readable once the child has ended.</summary>
    internal SafeFileHandle Ended { get; }

    /// <summary>128 + n if signal n ended it; of no meaning before it was reaped.</summary>
    internal int ExitCode { get; private set; }

    /// <summary>Starts the child.</summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    internal static ChildProcess Spawn(ChildCommand command)
    {
        KeepDeadChildren();
        byte* actions = stackalloc byte[SpawnNative.OpaqueSize], attributes = stackalloc byte[SpawnNative.OpaqueSize];
        _ = SpawnNative.InitActions(actions);
        _ = SpawnNative.InitAttributes(attributes);
        var arguments = Strings(command.Arguments);
        var environment = Strings(command.Environment.Select(variable => $"{variable.Key}={variable.Value}"));
        try
        {
            HandOver(actions, command.Descriptors);
            ResetSignals(attributes);
            var error = SpawnNative.Spawn(out var pid, command.Arguments[0], actions, attributes, arguments, environment);
            if (error != 0)
                throw new Win32Exception(error, $"could not start {command.Arguments[0]}: {Marshal.GetPInvokeErrorMessage(error)}");
            return new ChildProcess(pid);
        }
        finally
        {
            Free(arguments);
            Free(environment);
            _ = SpawnNative.DestroyActions(actions);
            _ = SpawnNative.DestroyAttributes(attributes);
        }
    }

    /// <summary>SIGKILL to the child alone; nothing happens if it was reaped.</summary>
    internal void Kill()
    {
        if (!reaped) _ = SpawnNative.Kill(Id, SpawnNative.KillSignal);
    }

    /// <summary>SIGKILL to all that are still in the child's process group; nothing happens if it was reaped.</summary>
    internal void KillGroup()
    {
        if (!reaped) _ = SpawnNative.Kill(-Id, SpawnNative.KillSignal);
    }

    /// <summary>SIGKILL to the child's own children; nothing happens if it was reaped: its number may be somebody else's by now.</summary>
    internal void KillChildren()
    {
        if (reaped) return;
        foreach (var each in ProcessTree.ChildrenOf(Id)) ProcessTree.Kill(each);
    }

    /// <summary>Takes the dead child from the kernel; waits for its end if it still lives.</summary>
    internal void Reap()
    {
        if (reaped) return;
        const int interrupted = 4;   // EINTR
        int status;
        while (SpawnNative.Wait(Id, out status, 0) < 0)
            if (Marshal.GetLastPInvokeError() != interrupted)
                throw new Win32Exception(Marshal.GetLastPInvokeError(), $"could not wait for process {Id}");
        reaped = true;
        var signal = status & 0x7f;
        ExitCode = signal == 0 ? status >> 8 : 128 + signal;
    }

    /// <summary>Kills and reaps what still lives.</summary>
    public void Dispose()
    {
        Kill();
        Reap();
        Ended.Dispose();
    }

    private static void HandOver(byte* actions, IReadOnlyList<SafeFileHandle> descriptors)
    {
        for (var number = 0; number < descriptors.Count; number++)
            _ = SpawnNative.AddDuplicate(actions, (int)descriptors[number].DangerousGetHandle(), number);
        _ = SpawnNative.AddCloseFrom(actions, descriptors.Count);
    }

    /// <summary>.NET ignores SIGPIPE and may block others; both would reach the program under test.</summary>
    private static void ResetSignals(byte* attributes)
    {
        var signals = stackalloc byte[SpawnNative.OpaqueSize];
        _ = SpawnNative.FillSignals(signals);
        _ = SpawnNative.SetDefaultSignals(attributes, signals);
        _ = SpawnNative.ClearSignals(signals);
        _ = SpawnNative.SetSignalMask(attributes, signals);
        _ = SpawnNative.SetFlags(attributes, SpawnNative.SpawnFlags);
    }

    /// <summary>Started by a parent that ignored SIGCHLD, so would we, and the kernel would throw dead children away.</summary>
    private static void KeepDeadChildren()
    {
        var action = stackalloc byte[SpawnNative.OpaqueSize];
        const nint ignored = 1;   // SIG_IGN
        if (SpawnNative.SignalAction(SpawnNative.ChildSignal, null, action) != 0 || *(nint*)action != ignored) return;
        new Span<byte>(action, SpawnNative.OpaqueSize).Clear();
        _ = SpawnNative.SignalAction(SpawnNative.ChildSignal, action, null);
    }

    private static byte** Strings(IEnumerable<string> values)
    {
        var all = values.ToList();
        var block = (byte**)NativeMemory.AllocZeroed((nuint)all.Count + 1, (nuint)sizeof(byte*));
        for (var n = 0; n < all.Count; n++) block[n] = (byte*)Marshal.StringToCoTaskMemUTF8(all[n]);
        return block;
    }

    private static void Free(byte** strings)
    {
        for (var each = strings; *each is not null; each++) Marshal.FreeCoTaskMem((nint)(*each));
        NativeMemory.Free(strings);
    }
}
