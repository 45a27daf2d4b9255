using Agon.Domain.Tournaments;

namespace Agon.Storage.Tournaments;

internal sealed record TournamentRow
{
    public const string Select = """
        SELECT t.tournament_id, t.name, t.image_type, t.registration_start, t.registration_end, t.competition_start, t.competition_end,
               t.max_participants, t.epoch_days, t.test_networks, t.test_window_days, t.baseline_id, t.status, t.current_day,
               t.winner_hotkey, t.baseline_beaten, t.created_at, t.completed_at,
               own.max_execution_time_seconds, own.pattern_accuracy_weight, own.data_correctness_weight, own.performance_weight, own.speed_cap, own.promotion
        FROM tournament_tournaments t JOIN agon_tournament own ON own.tournament_id = t.tournament_id
        """;

    public required Guid TournamentId { get; init; }
    public required string Name { get; init; }
    public required string ImageType { get; init; }
    public required DateOnly RegistrationStart { get; init; }
    public required DateOnly RegistrationEnd { get; init; }
    public required DateOnly CompetitionStart { get; init; }
    public required DateOnly CompetitionEnd { get; init; }
    public required int MaxParticipants { get; init; }
    public required int EpochDays { get; init; }
    public required TextList TestNetworks { get; init; }
    public required NumberList TestWindowDays { get; init; }
    public required Guid BaselineId { get; init; }
    public required string Status { get; init; }
    public required int CurrentDay { get; init; }
    public string? WinnerHotkey { get; init; }
    public required bool BaselineBeaten { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
    public required double MaxExecutionTimeSeconds { get; init; }
    public required double PatternAccuracyWeight { get; init; }
    public required double DataCorrectnessWeight { get; init; }
    public required double PerformanceWeight { get; init; }
    public double? SpeedCap { get; init; }
    public string? Promotion { get; init; }

    public Promotion? Verdict => Promotion is { } word ? ContractWord.Parse<Promotion>(word) : null;

    public Tournament ToTournament() => new()
    {
        TournamentId = TournamentId,
        Name = Name,
        ImageType = ContractWord.Parse<ImageType>(ImageType)!.Value,
        Schedule = new Schedule(RegistrationStart, RegistrationEnd, CompetitionStart, CompetitionEnd, EpochDays),
        MaxParticipants = MaxParticipants,
        TestNetworks = [.. TestNetworks.Items],
        TestWindowDays = [.. TestWindowDays.Items],
        MaxExecutionTimeSeconds = MaxExecutionTimeSeconds,
        Policy = new ScoringPolicy(PatternAccuracyWeight, DataCorrectnessWeight, PerformanceWeight, SpeedCap),
        BaselineId = BaselineId,
        Status = ContractWord.Parse<TournamentStatus>(Status)!.Value,
        CurrentDay = CurrentDay,
        WinnerHotkey = WinnerHotkey,
        BaselineBeaten = BaselineBeaten,
        CreatedAt = CreatedAt,
        CompletedAt = CompletedAt,
    };
}

internal sealed record ParticipantRow
{
    public const string Select = """
        SELECT p.tournament_id, p.hotkey, p.participant_type, p.registered_at, p.registration_order, p.github_repository, source.commit_hash,
               p.docker_image_tag, p.miner_database_name, p.baseline_id, p.status, p.is_disqualified, p.disqualification_reason,
               p.disqualified_on_day, p.updated_at
        FROM tournament_participants p
        LEFT JOIN agon_participant_source source ON source.tournament_id = p.tournament_id AND source.hotkey = p.hotkey
        """;

    public required Guid TournamentId { get; init; }
    public required string Hotkey { get; init; }
    public required string ParticipantType { get; init; }
    public required DateTimeOffset RegisteredAt { get; init; }
    public required int RegistrationOrder { get; init; }
    public string? GithubRepository { get; init; }
    public string? CommitHash { get; init; }
    public string? DockerImageTag { get; init; }
    public string? MinerDatabaseName { get; init; }
    public Guid? BaselineId { get; init; }
    public required string Status { get; init; }
    public required bool IsDisqualified { get; init; }
    public string? DisqualificationReason { get; init; }
    public int? DisqualifiedOnDay { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }

    public Participant ToParticipant() => new()
    {
        TournamentId = TournamentId,
        Hotkey = Hotkey,
        Type = ContractWord.Parse<ParticipantType>(ParticipantType)!.Value,
        RegisteredAt = RegisteredAt,
        RegistrationOrder = RegistrationOrder,
        GithubRepository = GithubRepository,
        CommitHash = CommitHash,
        DockerImageTag = DockerImageTag,
        MinerDatabaseName = MinerDatabaseName,
        BaselineId = BaselineId,
        Status = ContractWord.Parse<ParticipantStatus>(Status)!.Value,
        IsDisqualified = IsDisqualified,
        DisqualificationReason = DisqualificationReason,
        DisqualifiedOnDay = DisqualifiedOnDay,
        UpdatedAt = UpdatedAt,
    };
}

internal sealed record EpochRow
{
    public const string Select = "SELECT epoch_id, tournament_id, image_type, start_date, end_date, status, created_at, completed_at FROM benchmark_epochs";

    public required Guid EpochId { get; init; }
    public required Guid TournamentId { get; init; }
    public required string ImageType { get; init; }
    public required DateOnly StartDate { get; init; }
    public required DateOnly EndDate { get; init; }
    public required string Status { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }

    public Epoch ToEpoch() => new()
    {
        EpochId = EpochId,
        TournamentId = TournamentId,
        ImageType = ContractWord.Parse<ImageType>(ImageType)!.Value,
        StartDate = StartDate,
        EndDate = EndDate,
        Status = ContractWord.Parse<EpochStatus>(Status)!.Value,
        CreatedAt = CreatedAt,
        CompletedAt = CompletedAt,
    };
}

internal sealed record ResultRow
{
    public const string Select = """
        SELECT result.*, p.is_disqualified, p.disqualification_reason, p.disqualified_on_day
        FROM tournament_results result
        JOIN tournament_participants p ON p.tournament_id = result.tournament_id AND p.hotkey = result.hotkey
        """;

    public required string Hotkey { get; init; }
    public required string ParticipantType { get; init; }
    public required double PatternAccuracyScore { get; init; }
    public required double DataCorrectnessScore { get; init; }
    public required double PerformanceScore { get; init; }
    public required double FinalScore { get; init; }
    public required bool DataCorrectnessAllDays { get; init; }
    public required bool AllRunsWithinTimeLimit { get; init; }
    public required int DaysCompleted { get; init; }
    public required int TotalRunsCompleted { get; init; }
    public required double AverageExecutionTimeSeconds { get; init; }
    public required double BaselineComparisonRatio { get; init; }
    public required int Rank { get; init; }
    public required bool IsWinner { get; init; }
    public required bool BeatBaseline { get; init; }
    public required int MinersBeaten { get; init; }
    public required DateTimeOffset CalculatedAt { get; init; }
    public required bool IsDisqualified { get; init; }
    public string? DisqualificationReason { get; init; }
    public int? DisqualifiedOnDay { get; init; }

    public TournamentResult ToResult() => new()
    {
        Hotkey = Hotkey,
        Type = ContractWord.Parse<ParticipantType>(ParticipantType)!.Value,
        PatternAccuracyScore = PatternAccuracyScore,
        DataCorrectnessScore = DataCorrectnessScore,
        PerformanceScore = PerformanceScore,
        FinalScore = FinalScore,
        DataCorrectnessAllDays = DataCorrectnessAllDays,
        AllRunsWithinTimeLimit = AllRunsWithinTimeLimit,
        DaysCompleted = DaysCompleted,
        TotalRunsCompleted = TotalRunsCompleted,
        AverageExecutionTimeSeconds = AverageExecutionTimeSeconds,
        BaselineComparisonRatio = BaselineComparisonRatio,
        Rank = Rank,
        IsWinner = IsWinner,
        BeatBaseline = BeatBaseline,
        MinersBeaten = MinersBeaten,
        IsDisqualified = IsDisqualified,
        DisqualificationReason = DisqualificationReason,
        DisqualifiedOnDay = DisqualifiedOnDay,
    };
}
