using System.Text.Json.Serialization;

namespace Agon.Contracts.Tournaments;

/// <summary><c>GET …/{tournament_id}/daily-metrics</c> (contract section 3, D29).</summary>
public sealed record DailyMetricsView(Guid TournamentId, IReadOnlyList<CompetitionDayView> Days);

/// <summary>One executed day: who ran what, and how it came out.</summary>
public sealed record CompetitionDayView
{
    public required Guid TournamentId { get; init; }
    public required int DayNumber { get; init; }
    public required DateOnly TestDate { get; init; }
    public required DayDatasetView Dataset { get; init; }

    /// <summary>Participants in the order in which they ran.</summary>
    public required IReadOnlyList<ParticipantDayView> Runs { get; init; }
}

/// <summary>What a day is made of.</summary>
public sealed record DayDatasetView(IReadOnlyList<string> NetworksTested, IReadOnlyList<int> WindowDaysTested, int TotalRuns);

/// <summary>A participant's runs of a day.</summary>
public sealed record ParticipantDayView
{
    /// <summary>The lowest of its runs.</summary>
    public required int RunOrder { get; init; }
    public required string ParticipantType { get; init; }
    public required string Hotkey { get; init; }

    /// <summary>The worst of its runs: disqualified, failed, timeout, running, completed.</summary>
    public required string Status { get; init; }

    /// <summary>By network and window.</summary>
    public required IReadOnlyList<NetworkRunView> NetworkRuns { get; init; }
}

/// <summary>One run.</summary>
public sealed record NetworkRunView
{
    public required string Network { get; init; }
    public required int WindowDays { get; init; }
    public required Guid RunId { get; init; }

    /// <summary>Additive: the run's number within its day, from 1, over all participants.</summary>
    public required int RunOrder { get; init; }

    /// <summary>All 0 of an ml tournament, whose figures are <see cref="RiskScores"/>.</summary>
    public required SyntheticPatternsView SyntheticPatterns { get; init; }
    public required NoveltyPatternsView NoveltyPatterns { get; init; }

    /// <summary>Additive: only of an ml tournament, once a run has a result.</summary>
    public required RiskScoresView? RiskScores { get; init; }
    public required DataValidationView DataValidation { get; init; }
    public required PerformanceView Performance { get; init; }

    /// <summary>Miner ÷ baseline of the same slot; null of the baseline itself, and until both have results.</summary>
    public required BaselineComparisonView? BaselineComparison { get; init; }

    /// <summary>Null where the run disqualified nobody.</summary>
    public required RunDisqualificationView? Disqualification { get; init; }
    public required string Status { get; init; }

    /// <summary>When it had its machine for itself; before that, when it was planned.</summary>
    public required DateTimeOffset StartedAt { get; init; }
    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Additive.</summary>
    public required string? ErrorMessage { get; init; }
}

public sealed record SyntheticPatternsView(int Expected, int Found, double Recall);

public sealed record NoveltyPatternsView(int Reported, int Validated, bool AddressesValid, bool ConnectionsValid);

public sealed record RiskScoresView(double AucRoc, [property: JsonPropertyName("precision_at_recall_80")] double PrecisionAtRecall80);

public sealed record DataValidationView(bool AllAddressesExist, bool AllConnectionsExist, bool DataCorrectnessPassed);

public sealed record PerformanceView(double ExecutionTimeSeconds, int? ContainerExitCode, double? GpuMemoryPeakMb);

/// <summary>Each is 0 where the baseline's number is 0.</summary>
public sealed record BaselineComparisonView(double SyntheticRecallVsBaseline, double NoveltyVsBaseline, double ExecutionTimeVsBaseline);

/// <param name="IsDisqualified">Always true.</param>
/// <param name="Reason">A word, or an operator's sentence.</param>
/// <param name="Message">What the word means.</param>
public sealed record RunDisqualificationView(bool IsDisqualified, string? Reason, string? Message);
