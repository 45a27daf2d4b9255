using System.Text.Json;
using System.Text.Json.Serialization;
using Agon.Contracts.Problems;
using Agon.Domain.Runs;

namespace Agon.Contracts.Runs;

/// <summary>report.json: the contract's FullResult (section 2.3); what Agon adds stands behind the contract's keys.</summary>
public record FullResult
{
    public required bool Success { get; init; }
    public string Error { get; set; } = "";
    public required SystemDocument System { get; init; }

    /// <summary>Run key to step, in the order in which they ran.</summary>
    public IReadOnlyDictionary<string, StepDocument> Runs { get; set; } = new Dictionary<string, StepDocument>();

    public static FullResult From(Report report) => new()
    {
        Success = report.Success,
        Error = report.Error,
        System = SystemDocument.From(report.System),
        Runs = report.Phases.ToDictionary(phase => phase.Key, StepDocument.From),
    };

    /// <exception cref="JsonException">A part that has to be there is null, which a generated reader lets through.</exception>
    public Report ToReport() => new()
    {
        Success = Success,
        Error = Error ?? "",
        System = (System ?? throw new JsonException("system is null")).ToSystem(),
        Phases = [.. (Runs ?? throw new JsonException("runs is null"))
            .Select(run => (run.Value ?? throw new JsonException($"the run '{run.Key}' is null")).ToPhase(run.Key)).OrderBy(phase => phase.Start)],
    };
}

/// <summary>What <c>agon eval --json</c> prints.</summary>
public sealed record EvaluationView : FullResult
{
    public required string Mode { get; init; }

    /// <summary>Seconds; null if there is none.</summary>
    public required double? Score { get; init; }

    /// <summary>Why a ranked run that passed has no score; null otherwise.</summary>
    public required string? ScoreError { get; init; }
}

/// <summary>The machine that a report comes from.</summary>
public sealed record SystemDocument
{
    public string Gpu { get; set; } = "";
    public int DeviceCount { get; init; }
    public string Cpu { get; set; } = "";
    public string Runtime { get; set; } = "";
    public string Platform { get; set; } = "";
    public string Torch { get; set; } = "";
    public string Hostname { get; set; } = "";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IsolationView? Isolation { get; init; }

    public static SystemDocument From(SystemInfo system) => new()
    {
        Gpu = system.Gpu,
        DeviceCount = system.DeviceCount,
        Cpu = system.Cpu,
        Runtime = system.Runtime,
        Platform = system.Platform,
        Torch = system.Torch,
        Hostname = system.Hostname,
        Isolation = system.Isolation is null ? null : IsolationView.From(system.Isolation),
    };

    public SystemInfo ToSystem() => new()
    {
        Gpu = Gpu ?? "",
        DeviceCount = DeviceCount,
        Cpu = Cpu ?? "",
        Runtime = Runtime ?? "",
        Platform = Platform ?? "",
        Torch = Torch ?? "",
        Hostname = Hostname ?? "",
        Isolation = Isolation?.ToIsolation(),
    };
}

/// <summary>How a run was kept in, and what would keep it in better.</summary>
public sealed record IsolationView
{
    /// <summary>none, weak, standard or strong.</summary>
    public required string Level { get; init; }
    public required string Mechanism { get; init; }
    public IReadOnlyList<MissingView> Missing { get; set; } = [];

    public static IsolationView From(Isolation isolation) => new()
    {
        Level = IsolationWord.Of(isolation.Level),
        Mechanism = isolation.Mechanism,
        Missing = [.. isolation.Missing.Select(missing => new MissingView { Name = missing.Name, Cure = missing.Cure })],
    };

    public Isolation ToIsolation() => new(
        IsolationWord.Parse(Level) ?? throw new JsonException($"isolation level is '{Level}'"),
        Mechanism ?? "",
        [.. (Missing ?? []).Where(missing => missing is not null).Select(missing => new MissingDefence(missing.Name ?? "", missing.Cure ?? ""))]);
}

/// <summary>One mechanism that a sandbox lacks, and what to do about it.</summary>
public sealed record MissingView
{
    public required string Name { get; init; }
    public required string Cure { get; init; }
}

/// <summary>One value of <c>runs</c>.</summary>
public sealed record StepDocument
{
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    public CompilationDocument? Compilation { get; init; }
    public HarnessRunDocument? Run { get; init; }

    /// <summary>Null where nothing was profiled.</summary>
    public ProfileDocument? Profile { get; init; }

    /// <summary>How many cases were sent; additive.</summary>
    public int CaseCount { get; init; }

    public static StepDocument From(PhaseResult phase) => new()
    {
        Start = phase.Start,
        End = phase.End,
        CaseCount = phase.CaseCount,
        Compilation = phase.Compilation is null ? null : CompilationDocument.From(phase.Compilation),
        Run = phase.Run is null ? null : HarnessRunDocument.From(phase.Run),
        Profile = phase.Profile is null ? null : new ProfileDocument { Profiler = phase.Profile.Profiler, Trace = phase.Profile.Trace },
    };

    public PhaseResult ToPhase(string key) =>
        new(key, Start, End, CaseCount, Compilation?.ToCompilation(), Run?.ToRun()) { Profile = Profile is null ? null : new Profile(Profile.Profiler ?? "", Profile.Trace ?? "") };
}

/// <summary>What a profiler found. Its text stands in the run's <c>benchmark.0.report</c>.</summary>
public sealed record ProfileDocument
{
    public string Profiler { get; set; } = "";

    /// <summary>A zip file in base64; empty if there is none.</summary>
    public string Trace { get; set; } = "";
    public string? DownloadUrl { get; init; }
}

/// <summary>One compiler call.</summary>
public sealed record CompilationDocument
{
    public bool NvccFound { get; init; }
    public string NvccVersion { get; set; } = "";
    public bool Success { get; init; }
    public string Command { get; set; } = "";
    public string Stdout { get; set; } = "";
    public string Stderr { get; set; } = "";
    public int ExitCode { get; init; }

    public static CompilationDocument From(Compilation c) => new()
    {
        NvccFound = c.NvccFound,
        NvccVersion = c.NvccVersion,
        Success = c.Success,
        Command = c.Command,
        Stdout = c.Stdout,
        Stderr = c.Stderr,
        ExitCode = c.ExitCode,
    };

    public Compilation ToCompilation() => new(NvccFound, NvccVersion ?? "", Success, Command ?? "", Stdout ?? "", Stderr ?? "", ExitCode);
}

/// <summary>One run of a harness.</summary>
public sealed record HarnessRunDocument
{
    public required bool Success { get; init; }
    public required bool Passed { get; init; }
    public string Command { get; set; } = "";
    public string Stdout { get; set; } = "";
    public string Stderr { get; set; } = "";
    public int ExitCode { get; init; }

    /// <summary>Seconds.</summary>
    public double Duration { get; init; }
    public IReadOnlyDictionary<string, string> Result { get; set; } = new Dictionary<string, string>();

    /// <summary>User and system time of the whole tree in nanoseconds; null is not known. Additive.</summary>
    public long? CpuTimeNs { get; init; }

    /// <summary>Null is not known. Additive.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>Additive.</summary>
    public bool KilledForMemory { get; init; }

    public static HarnessRunDocument From(HarnessRun run) => new()
    {
        Success = run.Success,
        Passed = run.Passed,
        Command = run.Command,
        Stdout = run.Stdout,
        Stderr = run.Stderr,
        ExitCode = run.ExitCode,
        Duration = run.DurationSeconds,
        Result = run.Result,
        CpuTimeNs = run.Resources.CpuTime is { } cpu ? cpu.Ticks * TimeSpan.NanosecondsPerTick : null,
        PeakMemoryBytes = run.Resources.PeakMemoryBytes,
        KilledForMemory = run.Resources.KilledForMemory,
    };

    public HarnessRun ToRun() => new()
    {
        Success = Success,
        Passed = Passed,
        Command = Command ?? "",
        Stdout = Stdout ?? "",
        Stderr = Stderr ?? "",
        ExitCode = ExitCode,
        DurationSeconds = Duration,
        // A line without a value says nothing.
        Result = (Result ?? new Dictionary<string, string>()).ToDictionary(line => line.Key, line => line.Value ?? ""),
        Resources = new ResourceUse(
            CpuTimeNs is { } ns ? TimeSpan.FromTicks(ns / TimeSpan.NanosecondsPerTick) : null, PeakMemoryBytes, KilledForMemory),
    };
}
