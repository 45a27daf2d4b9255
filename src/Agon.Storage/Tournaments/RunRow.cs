using Agon.Domain.Tournaments;

namespace Agon.Storage.Tournaments;

/// <summary>A run as the contract's tables have it, and what the queue knows of it.</summary>
public sealed record RecordedRun
{
    public required TournamentRun Run { get; init; }

    /// <summary>When the last attempt had the machine for itself; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public int Attempts { get; init; }
    public string? Machine { get; init; }

    /// <summary>Why the last attempt brought no result: the platform's fault, for its operator.</summary>
    public string? Fault { get; init; }
    public long? MemoryPeakBytes { get; init; }
}

internal sealed record RunRow
{
    private const string Common = """
        run.run_id, run.epoch_id, run.tournament_id, run.hotkey, run.participant_type, run.run_order, run.test_date, run.network, run.window_days, run.status,
        run.processing_date, run.execution_time_seconds, run.container_exit_code, run.gpu_memory_peak_mb, run.error_message,
        run.data_correctness_passed, run.is_disqualified, run.disqualification_reason, run.created_at,
        queue.started_at, queue.ended_at, COALESCE(queue.attempt, 0) AS attempt, queue.machine, queue.fault, queue.memory_peak_bytes
        """;

    private const string OfPatterns = """
        run.synthetic_patterns_recall, run.synthetic_patterns_expected, run.synthetic_patterns_found, run.novelty_patterns_reported, run.novelty_patterns_validated,
        run.novelty_addresses_valid, run.novelty_connections_valid, run.all_addresses_exist, run.all_connections_exist
        """;

    /// <summary>The runs of an image type, in the table that the contract gives it (D37).</summary>
    public static string Select(ImageType type) => $"""
        SELECT {Common}, {(type == ImageType.Ml ? "run.auc_roc, run.precision_at_recall_80, run.all_addresses_exist" : OfPatterns)}
        FROM {Table(type)} run LEFT JOIN agon_tournament_run queue ON queue.run_id = run.run_id
        """;

    public static string Table(ImageType type) => type == ImageType.Ml ? "benchmark_ml_daily_runs" : "benchmark_analytics_daily_runs";

    public required Guid RunId { get; init; }
    public required Guid EpochId { get; init; }
    public Guid? TournamentId { get; init; }
    public required string Hotkey { get; init; }
    public required string ParticipantType { get; init; }
    public required int RunOrder { get; init; }
    public required DateOnly TestDate { get; init; }
    public required string Network { get; init; }
    public required int WindowDays { get; init; }
    public required string Status { get; init; }
    public DateOnly? ProcessingDate { get; init; }
    public required double ExecutionTimeSeconds { get; init; }
    public int? ContainerExitCode { get; init; }
    public double? GpuMemoryPeakMb { get; init; }
    public string? ErrorMessage { get; init; }
    public required bool DataCorrectnessPassed { get; init; }
    public required bool IsDisqualified { get; init; }
    public string? DisqualificationReason { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public required int Attempt { get; init; }
    public string? Machine { get; init; }
    public string? Fault { get; init; }
    public long? MemoryPeakBytes { get; init; }
    public double SyntheticPatternsRecall { get; init; }
    public int? SyntheticPatternsExpected { get; init; }
    public int? SyntheticPatternsFound { get; init; }
    public int? NoveltyPatternsReported { get; init; }
    public int? NoveltyPatternsValidated { get; init; }
    public bool? NoveltyAddressesValid { get; init; }
    public bool? NoveltyConnectionsValid { get; init; }
    public bool? AllAddressesExist { get; init; }
    public bool? AllConnectionsExist { get; init; }
    public double? AucRoc { get; init; }
    public double? PrecisionAtRecall80 { get; init; }

    public RecordedRun ToRecorded() => new()
    {
        Run = ToRun(),
        StartedAt = StartedAt,
        EndedAt = EndedAt,
        Attempts = Attempt,
        Machine = Machine,
        Fault = Fault,
        MemoryPeakBytes = MemoryPeakBytes,
    };

    public TournamentRun ToRun() => new()
    {
        RunId = RunId,
        EpochId = EpochId,
        TournamentId = TournamentId,
        Hotkey = Hotkey,
        ParticipantType = ContractWord.Parse<ParticipantType>(ParticipantType)!.Value,
        RunOrder = RunOrder,
        Slot = new Slot(TestDate, Network, WindowDays),
        Status = ContractWord.Parse<RunStatus>(Status)!.Value,
        ProcessingDate = ProcessingDate,
        ExecutionTimeSeconds = ExecutionTimeSeconds,
        ContainerExitCode = ContainerExitCode,
        GpuMemoryPeakMb = GpuMemoryPeakMb,
        ErrorMessage = ErrorMessage,
        DataCorrectnessPassed = DataCorrectnessPassed,
        IsDisqualified = IsDisqualified,
        DisqualificationReason = DisqualificationReason,
        Patterns = PatternsOf(),
        Risk = AucRoc is { } auc ? new RiskFigures(auc, PrecisionAtRecall80 ?? 0, AllAddressesExist ?? DataCorrectnessPassed) : null,
        CreatedAt = CreatedAt,
    };

    // Null of a run whose outputs were not judged.
    private PatternFigures? PatternsOf() => SyntheticPatternsExpected is not { } expected ? null : new PatternFigures
    {
        SyntheticPatternsRecall = SyntheticPatternsRecall,
        SyntheticPatternsExpected = expected,
        SyntheticPatternsFound = SyntheticPatternsFound ?? 0,
        NoveltyPatternsReported = NoveltyPatternsReported ?? 0,
        NoveltyPatternsValidated = NoveltyPatternsValidated ?? 0,
        NoveltyAddressesValid = NoveltyAddressesValid ?? false,
        NoveltyConnectionsValid = NoveltyConnectionsValid ?? false,
        AllAddressesExist = AllAddressesExist ?? false,
        AllConnectionsExist = AllConnectionsExist ?? false,
    };
}
