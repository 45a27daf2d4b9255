using Agon.Domain.Tournaments;

namespace Agon.Evaluation.Containers;

/// <summary>A participant, ready to run.</summary>
public abstract record ParticipantProgram
{
    private ParticipantProgram()
    {
    }

    /// <summary>An image of this machine's container engine.</summary>
    /// <param name="ImageId"><c>sha256:</c> and 64 hex digits; never a tag, which somebody may move.</param>
    public sealed record Image(string ImageId) : ParticipantProgram;

    /// <summary>The participant's files in a host folder that everybody may read, run by their <c>run.sh</c>.</summary>
    public sealed record Folder(string Path) : ParticipantProgram;
}

/// <summary>One run of a participant: one network, one window, one day (contract section 4).</summary>
public sealed record ParticipantRunSpec
{
    public required ParticipantProgram Program { get; init; }

    /// <summary>Host folder with what the participant may see and nothing else: real files, no links, run.json among them.</summary>
    public required string InputFolder { get; init; }

    /// <summary>Host folder that takes the output of a run that ended well; made if missing, and empty before.</summary>
    public required string OutputFolder { get; init; }

    public required string Network { get; init; }
    public required int WindowDays { get; init; }
    public required DateOnly ProcessingDate { get; init; }

    /// <summary>From the start of the participant's process.</summary>
    public required TimeSpan TimeLimit { get; init; }

    public ContainerLimits Limits { get; init; } = new();

    /// <summary>Letters, digits and hyphens: what the run's container is labelled with.</summary>
    public required string RunId { get; init; }
}

/// <summary>What a participant may use; the same for all of a tournament.</summary>
public sealed record ContainerLimits
{
    /// <summary>All its processes, its files in memory included (output and scratch); no swap on top.</summary>
    public long MemoryBytes { get; init; } = 8L << 30;

    /// <summary>How many processors' worth of time. A folder participant is held by <see cref="Cores"/> alone.</summary>
    public double Cpus { get; init; } = 2;

    /// <summary>Processor numbers to run on; empty leaves it to the kernel.</summary>
    public IReadOnlyList<int> Cores { get; init; } = [];

    public int Processes { get; init; } = 256;

    /// <summary>Size of /tmp.</summary>
    public long ScratchBytes { get; init; } = 256 << 20;

    /// <summary>Size of the output folder.</summary>
    public long OutputBytes { get; init; } = 512 << 20;

    /// <summary>How many files and folders an output may hold.</summary>
    public int OutputEntries { get; init; } = 1000;

    /// <summary>Bytes kept of the end of its log, stdout and stderr together.</summary>
    public int LogBytes { get; init; } = 16 << 10;
}

/// <summary>How a participant ended: whatever is here is its doing.</summary>
/// <param name="Status">Completed, Failed or Timeout.</param>
/// <param name="ExecutionTimeSeconds">From its process's start to its end; for an image by the engine's clock.</param>
/// <param name="ExitCode">128 + n if signal n ended it; null when we ended it.</param>
/// <param name="LogTail">The end of what it printed.</param>
/// <param name="PeakMemoryBytes">Null where the kernel does not count it.</param>
/// <param name="Error">Why it is no completed run, in one sentence; null if it is.</param>
public sealed record ParticipantOutcome(
    RunStatus Status, double ExecutionTimeSeconds, int? ExitCode, string LogTail, long? PeakMemoryBytes, string? Error);

/// <summary>What failed is ours: the engine is down, a disk is full, an image or dataset is gone. To be tried again, and never a run.</summary>
public sealed class PlatformFaultException(string message, Exception? inner = null) : Exception(message, inner);
