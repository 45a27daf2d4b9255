namespace Agon.Domain.Tournaments;

/// <summary>How one participant came out of a tournament (S025).</summary>
public sealed record TournamentResult
{
    public required string Hotkey { get; init; }
    public required ParticipantType Type { get; init; }

    /// <summary>0 of a disqualified participant, as the three below (D09).</summary>
    public required double PatternAccuracyScore { get; init; }
    public required double DataCorrectnessScore { get; init; }
    public required double PerformanceScore { get; init; }
    public required double FinalScore { get; init; }

    /// <summary>Whether every run was correct, disqualified or not (D09); false without runs (D08).</summary>
    public required bool DataCorrectnessAllDays { get; init; }

    /// <summary>Whether no run took longer than allowed, disqualified or not (D09); false without runs (D08).</summary>
    public required bool AllRunsWithinTimeLimit { get; init; }

    /// <summary>Different test dates among the completed runs (D19).</summary>
    public required int DaysCompleted { get; init; }
    public required int TotalRunsCompleted { get; init; }

    /// <summary>Of the completed runs (D18).</summary>
    public required double AverageExecutionTimeSeconds { get; init; }

    /// <summary>Baseline time ÷ own time, without a cap: above 1 is faster than the baseline (D17); 0 where disqualified.</summary>
    public required double BaselineComparisonRatio { get; init; }

    /// <summary>From 1, each once (D11).</summary>
    public required int Rank { get; init; }
    public required bool IsWinner { get; init; }
    public required bool BeatBaseline { get; init; }

    /// <summary>Miners with a lower score (D20).</summary>
    public required int MinersBeaten { get; init; }
    public required bool IsDisqualified { get; init; }
    public string? DisqualificationReason { get; init; }
    public int? DisqualifiedOnDay { get; init; }

    /// <summary>The participant's status from now on (D21).</summary>
    public ParticipantStatus Status => IsDisqualified ? ParticipantStatus.Disqualified : ParticipantStatus.Completed;
}

/// <summary>What scoring found: one result a participant, by rank, and what follows from them.</summary>
public sealed record TournamentOutcome
{
    public required IReadOnlyList<TournamentResult> Results { get; init; }

    /// <summary>The best miner that is not disqualified, never the baseline (D12); null if there is none (D13).</summary>
    public required string? WinnerHotkey { get; init; }

    /// <summary>Whether that winner beat the baseline.</summary>
    public required bool BaselineBeaten { get; init; }
    public required Promotion Promotion { get; init; }
}
