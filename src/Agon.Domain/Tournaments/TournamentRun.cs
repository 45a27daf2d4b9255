namespace Agon.Domain.Tournaments;

/// <summary>One cell of a day: a participant on one network and one window.</summary>
public readonly record struct Slot(DateOnly TestDate, string Network, int WindowDays);

/// <summary>What one run says about its participant: all that scoring looks at.</summary>
/// <param name="Slot">What it was for.</param>
/// <param name="Status">How it ended.</param>
/// <param name="ExecutionTimeSeconds">As the platform measured it.</param>
/// <param name="Recall">0 to 1: synthetic_patterns_recall; of an ml tournament auc_roc (D37).</param>
/// <param name="DataCorrectnessPassed">As recorded; a failed run counts as false whatever stands here (D05).</param>
public readonly record struct ScoredRun(Slot Slot, RunStatus Status, double ExecutionTimeSeconds, double Recall, bool DataCorrectnessPassed)
{
    /// <summary>Whether the run has a result: pending and running ones have none yet.</summary>
    public bool IsFinished => Status is RunStatus.Completed or RunStatus.Timeout or RunStatus.Failed;

    public bool IsCorrect => DataCorrectnessPassed && Status != RunStatus.Failed;

    public double CountedRecall => Status == RunStatus.Failed ? 0 : Recall;

    /// <summary>Exactly the limit is fine (S065); a timeout is over it by its name (D05).</summary>
    public bool IsOver(double limitSeconds) => Status == RunStatus.Timeout || ExecutionTimeSeconds > limitSeconds + Tolerance.Score;
}

/// <summary>One run as it is recorded (S024, S028): what was tried, how it ended, and what its outputs were worth.</summary>
public sealed record TournamentRun
{
    public required Guid RunId { get; init; }
    public required Guid EpochId { get; init; }

    /// <summary>Null for a run on its own, outside of any tournament (S007).</summary>
    public Guid? TournamentId { get; init; }
    public required string Hotkey { get; init; }
    public required ParticipantType ParticipantType { get; init; }

    /// <summary>The run's number within its day, from 1, over all participants (D32).</summary>
    public required int RunOrder { get; init; }
    public required Slot Slot { get; init; }
    public required RunStatus Status { get; init; }
    public DateOnly? ProcessingDate { get; init; }
    public double ExecutionTimeSeconds { get; init; }
    public int? ContainerExitCode { get; init; }
    public double? GpuMemoryPeakMb { get; init; }
    public string? ErrorMessage { get; init; }

    public bool DataCorrectnessPassed { get; init; }
    public bool IsDisqualified { get; init; }
    public string? DisqualificationReason { get; init; }

    /// <summary>Only of analytics.</summary>
    public PatternFigures? Patterns { get; init; }

    /// <summary>Only of ml.</summary>
    public RiskFigures? Risk { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    public ScoredRun ToScored() =>
        new(Slot, Status, ExecutionTimeSeconds, Patterns?.SyntheticPatternsRecall ?? Risk?.AucRoc ?? 0, DataCorrectnessPassed);
}

/// <summary>The columns of an analytics run that tell what was found.</summary>
public sealed record PatternFigures
{
    public required double SyntheticPatternsRecall { get; init; }
    public required int SyntheticPatternsExpected { get; init; }
    public required int SyntheticPatternsFound { get; init; }
    public required int NoveltyPatternsReported { get; init; }
    public required int NoveltyPatternsValidated { get; init; }
    public required bool NoveltyAddressesValid { get; init; }
    public required bool NoveltyConnectionsValid { get; init; }
    public required bool AllAddressesExist { get; init; }
    public required bool AllConnectionsExist { get; init; }
}

/// <summary>The columns of an ml run that tell how well it ranked, and whether the addresses that it scores exist.</summary>
public sealed record RiskFigures(double AucRoc, double PrecisionAtRecall80, bool AllAddressesExist);
