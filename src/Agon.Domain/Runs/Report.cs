namespace Agon.Domain.Runs;

/// <summary>What one evaluation found: the contract's FullResult (section 2.3).</summary>
public sealed record Report
{
    /// <summary>Whether the evaluation itself worked; a wrong entry is a success with a phase that did not pass.</summary>
    public required bool Success { get; init; }

    /// <summary>Why it did not; empty on success.</summary>
    public string Error { get; init; } = "";

    public required SystemInfo System { get; init; }

    /// <summary>The phases that ran, in order.</summary>
    public IReadOnlyList<PhaseResult> Phases { get; init; } = [];

    /// <summary>The phase of this key; null if it did not run.</summary>
    public PhaseResult? Find(string key) => Phases.FirstOrDefault(phase => phase.Key == key);
}

/// <summary>The machine that a report comes from (contract section 8.3), and how it kept the entry in.</summary>
public sealed record SystemInfo
{
    public string Gpu { get; init; } = "";
    public int DeviceCount { get; init; }
    public string Cpu { get; init; } = "";
    public string Runtime { get; init; } = "";
    public string Platform { get; init; } = "";
    public string Torch { get; init; } = "";
    public string Hostname { get; init; } = "";
    public Isolation? Isolation { get; init; }
}

/// <summary>One phase as it went.</summary>
/// <param name="Key">Run key: test, benchmark, leaderboard.</param>
/// <param name="Start">When it started, UTC.</param>
/// <param name="End">When it ended, UTC.</param>
/// <param name="CaseCount">How many cases were sent to the harness, what its own count is held against.</param>
/// <param name="Compilation">Null where nothing was compiled.</param>
/// <param name="Run">Null where it did not come to a run.</param>
public sealed record PhaseResult(
    string Key, DateTimeOffset Start, DateTimeOffset End, int CaseCount, Compilation? Compilation, HarnessRun? Run)
{
    /// <summary>Whether the next phase may follow.</summary>
    public bool Passed => Run is { Success: true, Passed: true };
}

/// <summary>One compiler call (contract section 2.3).</summary>
public sealed record Compilation(
    bool NvccFound, string NvccVersion, bool Success, string Command, string Stdout, string Stderr, int ExitCode);

/// <summary>One run of a harness (contract section 2.3).</summary>
public sealed record HarnessRun
{
    /// <summary>Exit code 0 or 112, and nothing cut it short.</summary>
    public required bool Success { get; init; }

    /// <summary>The harness's own word: its <c>check</c> is exactly <c>pass</c>, and <see cref="Scoring.ClaimRules"/> have nothing against it.</summary>
    public required bool Passed { get; init; }

    public required string Command { get; init; }

    /// <summary>Truncated as in contract section 8.3.</summary>
    public required string Stdout { get; init; }

    /// <inheritdoc cref="Stdout"/>
    public required string Stderr { get; init; }

    /// <summary>See <see cref="HarnessExit"/>; a signal is its negative number.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Wall time in seconds, by our clock.</summary>
    public required double DurationSeconds { get; init; }

    /// <summary>The lines of the verdict channel: claims, all text.</summary>
    public required IReadOnlyDictionary<string, string> Result { get; init; }

    public ResourceUse Resources { get; init; } = new();
}

/// <summary>What a tree of processes used, as its control group counted; null is not known, never zero.</summary>
/// <param name="CpuTime">User and system time of all processes.</param>
/// <param name="PeakMemoryBytes">The most memory that was in use at once.</param>
/// <param name="KilledForMemory">Whether the kernel ended a process for using too much.</param>
public sealed record ResourceUse(TimeSpan? CpuTime = null, long? PeakMemoryBytes = null, bool KilledForMemory = false);
