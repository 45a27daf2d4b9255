namespace Agon.Domain.Tournaments;

/// <summary>How one run came out: all that is recorded of it at its end.</summary>
public sealed record RunResult
{
    /// <summary>Completed, timeout or failed.</summary>
    public required RunStatus Status { get; init; }
    public required double ExecutionTimeSeconds { get; init; }
    public required DateOnly ProcessingDate { get; init; }
    public int? ExitCode { get; init; }

    /// <summary>Why it failed, or what is wrong with its outputs; null where nothing is.</summary>
    public string? Error { get; init; }
    public bool DataCorrectnessPassed { get; init; }
    public PatternFigures? Patterns { get; init; }
    public RiskFigures? Risk { get; init; }

    /// <summary>The last of what the participant printed.</summary>
    public string LogTail { get; init; } = "";
    public long? PeakMemoryBytes { get; init; }
}
