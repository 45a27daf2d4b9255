namespace Agon.Evaluation.Processes;

/// <summary>What the kernel said when it handed over a dead child.</summary>
/// <param name="Code">Exit code; null if a signal ended it.</param>
/// <param name="Signal">Number of the signal; null if it exited.</param>
/// <param name="CpuTime">User and system time of the child and of all descendants that were waited for.</param>
/// <param name="PeakMemoryBytes">
/// Resident memory of the largest of these processes; null where it cannot be told from our own size, which the kernel
/// counts as the child's for the moment between its birth and its first program.
/// </param>
internal sealed record ChildExit(int? Code, int? Signal, TimeSpan CpuTime, long? PeakMemoryBytes)
{
    internal static ChildExit Of(int status, in SpawnNative.Usage usage, long spawnerPeakBytes)
    {
        var signal = status & 0x7f;
        var peak = usage.MaxResidentKilobytes * 1024;
        return new ChildExit(
            signal == 0 ? (status >> 8) & 0xff : null,
            signal == 0 ? null : signal,
            TimeSpan.FromSeconds(usage.UserSeconds + usage.SystemSeconds)
                + TimeSpan.FromMicroseconds(usage.UserMicroseconds + usage.SystemMicroseconds),
            peak > spawnerPeakBytes ? peak : null);
    }
}
