using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Processes;

/// <summary>Takes what a descriptor had to say.</summary>
internal delegate void BytesReceived(ReadOnlySpan<byte> bytes);

/// <summary>Reads many descriptors on one thread, and never longer than it is told to.</summary>
internal sealed unsafe class DescriptorWatch
{
    private readonly List<(SafeFileHandle Descriptor, BytesReceived Received)> streams = [];
    private readonly byte[] buffer = new byte[64 << 10];

    /// <summary>Whether a stream that was added has not come to its end.</summary>
    internal bool AnyOpen => streams.Count > 0;

    /// <summary>Reads <paramref name="descriptor"/> to its end, which never blocks the others.</summary>
    internal void Add(SafeFileHandle descriptor, BytesReceived received) => streams.Add((descriptor, received));

    /// <summary>Waits until something can be read or one of <paramref name="signals"/> is given, then reads one piece of each stream.</summary>
    /// <returns>Whether each signal is given.</returns>
    internal bool[] Step(TimeSpan limit, params ReadOnlySpan<SafeFileHandle> signals)
    {
        var entries = new SpawnNative.PollEntry[streams.Count + signals.Length];
        for (var n = 0; n < streams.Count; n++) entries[n] = Entry(streams[n].Descriptor);
        for (var n = 0; n < signals.Length; n++) entries[streams.Count + n] = Entry(signals[n]);

        // Rounded up: a limit below a millisecond must not become a busy loop.
        var milliseconds = (int)Math.Ceiling(Math.Clamp(limit.TotalMilliseconds, 0, 60_000));
        fixed (SpawnNative.PollEntry* start = entries)
        {
            const int interrupted = 4;   // EINTR
            if (SpawnNative.Poll(start, (nuint)entries.Length, milliseconds) < 0)
                return Marshal.GetLastPInvokeError() == interrupted
                    ? new bool[signals.Length]
                    : throw new IOException($"could not watch descriptors: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var given = entries[streams.Count..].Select(entry => entry.Found != 0).ToArray();
        for (var n = streams.Count - 1; n >= 0; n--)
            if (entries[n].Found != 0) ReadPiece(n);
        return given;
    }

    private void ReadPiece(int n)
    {
        var (descriptor, received) = streams[n];
        var count = Descriptors.Read(descriptor, buffer);
        if (count == 0) streams.RemoveAt(n);
        else received(buffer.AsSpan(0, count));
    }

    private static SpawnNative.PollEntry Entry(SafeFileHandle descriptor) =>
        new() { Descriptor = (int)descriptor.DangerousGetHandle(), Wanted = SpawnNative.Readable };
}
