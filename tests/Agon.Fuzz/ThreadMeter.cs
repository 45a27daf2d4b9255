using System.Runtime.InteropServices;

namespace Agon.Fuzz;

/// <summary>What one input costs the thread that reads it: its own processor time, which a crowded machine does not change, and its memory.</summary>
internal sealed partial class ThreadMeter : IDisposable
{
    private const int ThreadProcessorTime = 3;   // CLOCK_THREAD_CPUTIME_ID of Linux
    private const long MostBytes = 128L << 20;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(2);

    private readonly TimeSpan before = Spent();
    private readonly long allocated = GC.GetAllocatedBytesForCurrentThread();

    public void Dispose()
    {
        var (time, bytes) = (Spent() - before, GC.GetAllocatedBytesForCurrentThread() - allocated);
        if (time > MostTime)
            throw new FuzzFaultException($"it took {time.TotalSeconds:0.0} s of processor time, more than {MostTime.TotalSeconds} s");
        if (bytes > MostBytes)
            throw new FuzzFaultException($"it allocated {bytes >> 20} MiB, more than {MostBytes >> 20} MiB");
    }

    private static TimeSpan Spent()
    {
        if (ReadClock(ThreadProcessorTime, out var time) != 0)
            throw new InvalidOperationException("clock_gettime failed");
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out Moment moment);

    [StructLayout(LayoutKind.Sequential)]
    private struct Moment
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
