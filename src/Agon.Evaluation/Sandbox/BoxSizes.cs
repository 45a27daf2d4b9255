namespace Agon.Evaluation.Sandbox;

/// <summary>The writable places of a sandbox, all in memory, and how much each takes.</summary>
internal static class BoxSizes
{
    /// <summary>Where a program starts, with its files.</summary>
    internal const string WorkingFolder = "/box";

    /// <summary>Shared memory of Python's multiprocessing and the like; no place for data.</summary>
    private const long SharedMemoryBytes = 64 << 20;

    internal static IReadOnlyList<(string Folder, long Bytes)> Writable(SandboxSpec spec) =>
    [
        ("/dev/shm", Math.Min(SharedMemoryBytes, spec.Limits.ScratchBytes)),
        ("/tmp", spec.Limits.ScratchBytes),
        (WorkingFolder, spec.Limits.ScratchBytes),
        .. spec.Output is { } output ? [(output.Folder, output.Bytes)] : Array.Empty<(string, long)>(),
    ];

    /// <summary>The largest file that may be written anywhere.</summary>
    internal static long LargestFile(SandboxSpec spec) => Math.Max(spec.Limits.ScratchBytes, spec.Output?.Bytes ?? 0);
}
