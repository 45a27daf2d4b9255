using Agon.Domain.Problems;

namespace Agon.Domain.Runs;

/// <summary>All that a judge needs to know: what is handed to a runner.</summary>
public sealed record EvaluationJob
{
    public required TaskDefinition Task { get; init; }

    /// <summary>The participant's text, in place of <see cref="TaskDefinition.SubmissionMarker"/>.</summary>
    public required string Submission { get; init; }

    public required EvaluationMode Mode { get; init; }

    /// <summary>The task's seed in a public run, the leaderboard's secret one in a private run. Never logged.</summary>
    public long? Seed { get; init; }

    /// <summary>Name of the device, as the leaderboard spells it; reported as <see cref="SystemInfo.Gpu"/>.</summary>
    public required string Gpu { get; init; }

    public DeviceSettings Device { get; init; } = new();

    /// <summary>Records are printed in logs and test failures; the seed and the entry's text are left out.</summary>
    public override string ToString() => $"{Mode} job on {Gpu}";
}

/// <summary>How a runner uses the device it stands on.</summary>
public sealed record DeviceSettings
{
    /// <summary>Absolute path of the Python interpreter; null takes /usr/bin/python3, else the one on the PATH.</summary>
    public string? Interpreter { get; init; }

    /// <summary>Processor numbers that children are pinned to; empty leaves it to the kernel.</summary>
    public IReadOnlyList<int> Cores { get; init; } = [];

    /// <summary>The operator's word that every submitter is trusted: without it nothing runs at <see cref="IsolationLevel.None"/>.</summary>
    public bool TrustAllSubmitters { get; init; }

    /// <summary>Memory that an entry may take, all its processes together where the kernel can count that.</summary>
    public long MemoryBytes { get; init; } = 4L << 30;

    /// <summary>Processes and threads that an entry may have at once.</summary>
    public int Processes { get; init; } = 256;
}
