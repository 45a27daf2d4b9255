namespace Agon.Evaluation.Sandbox;

/// <summary>The writable places of a sandbox, all in memory, and how much each takes.</summary>
internal static class BoxSizes
{
    /// <summary>Where a program starts, with its files.</summary>
    internal const string WorkingFolder = "/box";

    /// <summary>Shared memory of Python's multiprocessing and the like; no place for data.</summary>
    private const long SharedMemoryBytes = 64 << 20;

    internal static IReadOnlyList<(string Folder, long Bytes)> Writable(SandboxLimits limits) =>
    [
        ("/dev/shm", Math.Min(SharedMemoryBytes, limits.ScratchBytes)),
        ("/tmp", limits.ScratchBytes),
        (WorkingFolder, limits.ScratchBytes),
    ];
}
