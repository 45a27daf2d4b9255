using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Processes;

/// <summary>Makes descriptors that no child inherits unless a <see cref="ChildCommand"/> hands it over.</summary>
/// <remarks>
/// Ends meant for a child are moved up to <see cref="ChildFloor"/>: the numbers a child gets lie below it, so that no
/// duplication on the way overwrites a descriptor that is still to be duplicated.
/// </remarks>
internal static unsafe class Descriptors
{
    /// <summary>First number of an end that is meant for a child; also one more than the highest number a child may get.</summary>
    internal const int ChildFloor = 256;

    private const int Interrupted = 4;         // EINTR
    private const int ConnectionReset = 104;   // ECONNRESET

    /// <summary>A pipe: we read, the child writes.</summary>
    internal static (SafeFileHandle Ours, SafeFileHandle Childs) Pipe()
    {
        var ends = stackalloc int[2];
        Check(SpawnNative.Pipe(ends, SpawnNative.CloseOnExec), "make a pipe");
        return (Own(ends[0]), MoveUp(ends[1]));
    }

    /// <summary>Two connected ends; both sides read and write.</summary>
    internal static (SafeFileHandle Ours, SafeFileHandle Childs) SocketPair()
    {
        var ends = stackalloc int[2];
        Check(
            SpawnNative.SocketPair(SpawnNative.UnixFamily, SpawnNative.StreamSocket | SpawnNative.CloseOnExec, 0, ends),
            "make a pair of sockets");
        return (Own(ends[0]), MoveUp(ends[1]));
    }

    /// <summary>A nameless file in memory with this content, its position at the start.</summary>
    internal static SafeFileHandle MemoryFile(ReadOnlySpan<byte> content)
    {
        var descriptor = SpawnNative.MemoryFile("agon", SpawnNative.MemoryFileCloseOnExec);
        Check(descriptor, "make a file in memory");
        var file = MoveUp(descriptor);
        RandomAccess.Write(file, content, 0);
        return file;
    }

    /// <inheritdoc cref="MemoryFile(ReadOnlySpan{byte})"/>
    internal static SafeFileHandle MemoryFile(string content) => MemoryFile(Encoding.UTF8.GetBytes(content));

    /// <summary>Becomes readable when the process has ended.</summary>
    internal static SafeFileHandle EndOf(int pid)
    {
        var descriptor = (int)SpawnNative.SystemCall(SpawnNative.PidfdOpen, pid, 0);
        Check(descriptor, $"watch process {pid}");
        return Own(descriptor);
    }

    /// <summary>Reads what is there; 0 at the end.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    internal static int Read(SafeFileHandle descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = SpawnNative.Read(descriptor, start, buffer.Length);
                if (count >= 0) return (int)count;
                switch (Marshal.GetLastPInvokeError())
                {
                    case Interrupted: continue;
                    case ConnectionReset: return 0;   // a socket's other side vanished with unread bytes in it: the end all the same
                    default: throw new IOException($"could not read: {Marshal.GetLastPInvokeErrorMessage()}");
                }
            }
        }
    }

    /// <summary>Writes all of it to a socket; false when that cannot be done, its other side being gone.</summary>
    internal static bool Send(SafeFileHandle socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            fixed (byte* start = bytes)
            {
                var count = SpawnNative.Send(socket, start, bytes.Length, SpawnNative.NoSignal);
                if (count >= 0) bytes = bytes[(int)count..];
                else if (Marshal.GetLastPInvokeError() != Interrupted) return false;
            }

        return true;
    }

    private static SafeFileHandle MoveUp(int descriptor)
    {
        using var low = Own(descriptor);
        var high = SpawnNative.Control(low, SpawnNative.DuplicateCloseOnExec, ChildFloor);
        Check(high, "duplicate a descriptor");
        return Own(high);
    }

    private static SafeFileHandle Own(int descriptor) => new(descriptor, ownsHandle: true);

    private static void Check(int result, string attempt)
    {
        if (result < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"could not {attempt}: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
