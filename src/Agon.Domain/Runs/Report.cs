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
/// <param name="Key">Run key: test, benchmark, leaderboard, profile.0 ...</param>
/// <param name="Start">When it started, UTC.</param>
/// <param name="End">When it ended, UTC.</param>
/// <param name="CaseCount">How many cases were sent to the harness, what its own count is held against.</param>
/// <param name="Compilation">Null where nothing was compiled. All phases of a job share one: it is compiled once.</param>
/// <param name="Run">Null where it did not come to a run.</param>
public sealed record PhaseResult(
    string Key, DateTimeOffset Start, DateTimeOffset End, int CaseCount, Compilation? Compilation, HarnessRun? Run)
{
    /// <summary>Null where nothing was profiled.</summary>
    public Profile? Profile { get; init; }

    /// <summary>Whether the next phase may follow.</summary>
    public bool Passed => Run is { Success: true, Passed: true };
}

/// <summary>One compiler call (contract section 2.3).</summary>
/// <param name="NvccFound">Whether there is a compiler; for C++ tasks the two keys named after nvcc speak of g++.</param>
/// <param name="NvccVersion">What it says of itself; empty for a warm-up run, where the entry called the compiler.</param>
/// <param name="Success">Whether there is a program now.</param>
/// <param name="Command">The compiler and its arguments.</param>
/// <param name="Stdout">Truncated as in contract section 8.3.</param>
/// <param name="Stderr">As <paramref name="Stdout"/>.</param>
/// <param name="ExitCode">See <see cref="HarnessExit"/>; a signal is its negative number.</param>
public sealed record Compilation(
    bool NvccFound, string NvccVersion, bool Success, string Command, string Stdout, string Stderr, int ExitCode)
{
    private const int LongestComplaint = 300;

    /// <summary>Why there is no program, in one short line: the first that the compiler calls an error, else its last.</summary>
    public string Complaint
    {
        get
        {
            var lines = Stderr.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var line = lines.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)) ?? lines.LastOrDefault();
            if (line is null)
                return $"compilation failed with exit code {ExitCode}";
            var shown = string.Concat(line.Where(letter => !char.IsControl(letter)).Take(LongestComplaint));
            return $"compilation failed: {shown}";
        }
    }
}

/// <summary>What a profiler found (contract section 2.3).</summary>
/// <param name="Profiler">Its name; its text stands in the run's <c>benchmark.0.report</c>, in base64.</param>
/// <param name="Trace">A zip file of what it wrote, in base64; empty if there is none.</param>
public sealed record Profile(string Profiler, string Trace = "");

/// <summary>One run of a harness (contract section 2.3).</summary>
public sealed record HarnessRun
{
    private const int LongestLastWords = 300;

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

    /// <summary>The last line of its errors, where a program that gave up says why, in short; null if it said nothing. A stranger's text.</summary>
    public string? LastWords => Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last]
        ? string.Concat(last.Where(letter => !char.IsControl(letter)).Take(LongestLastWords))
        : null;
}

/// <summary>What a tree of processes used, as its control group counted; null is not known, never zero.</summary>
/// <param name="CpuTime">User and system time of all processes.</param>
/// <param name="PeakMemoryBytes">The most memory that was in use at once.</param>
/// <param name="KilledForMemory">Whether the kernel ended a process for using too much.</param>
public sealed record ResourceUse(TimeSpan? CpuTime = null, long? PeakMemoryBytes = null, bool KilledForMemory = false);
