namespace Agon.Contracts.Tournaments;

/// <summary><c>GET …/{tournament_id}/participants</c>, by registration_order (contract section 3).</summary>
public sealed record ParticipantsView(Guid TournamentId, IReadOnlyList<ParticipantView> Participants);

/// <summary>One participant, as everybody may see it; also the answer to a change of its status.</summary>
public sealed record ParticipantView
{
    public required string Hotkey { get; init; }
    public required string ParticipantType { get; init; }
    public required int RegistrationOrder { get; init; }
    public required string Status { get; init; }
    public required DateTimeOffset RegisteredAt { get; init; }
    public required string? GithubRepository { get; init; }
    public required string? DockerImageTag { get; init; }

    /// <summary>Additive: the commit that is run, whatever its branch is by now.</summary>
    public required string? CommitHash { get; init; }
    public required bool IsDisqualified { get; init; }
    public required string? DisqualificationReason { get; init; }
    public required int? DisqualifiedOnDay { get; init; }
}

/// <summary><c>GET …/{tournament_id}/participants/{hotkey}</c> (contract section 3).</summary>
public sealed record ParticipantHistoryView
{
    public required Guid TournamentId { get; init; }
    public required string Hotkey { get; init; }
    public required string ParticipantType { get; init; }
    public required RegistrationView Registration { get; init; }
    public required ParticipantStandView Status { get; init; }

    /// <summary>Null before scoring.</summary>
    public required ParticipantResultView? Result { get; init; }

    /// <summary>Days of which there is a run of this participant, in order.</summary>
    public required IReadOnlyList<DailyPerformanceView> DailyPerformance { get; init; }
}

public sealed record RegistrationView(DateTimeOffset RegisteredAt, int RegistrationOrder, string? GithubRepository, string? DockerImageTag);

public sealed record ParticipantStandView(string CurrentStatus, bool IsDisqualified, string? DisqualificationReason);

public sealed record ParticipantResultView(int Rank, bool IsWinner, double FinalScore, bool BeatBaseline, int MinersBeaten);

/// <summary>A participant's day.</summary>
/// <param name="DayNumber">From 1.</param>
/// <param name="TestDate">Its date.</param>
/// <param name="Networks">By name.</param>
/// <param name="DayScore">Mean recall of the day's finished runs; of an ml tournament mean auc_roc.</param>
public sealed record DailyPerformanceView(
    int DayNumber, DateOnly TestDate, IReadOnlyDictionary<string, NetworkPerformanceView> Networks, double DayScore);

/// <summary>A participant's day on one network: four figures over its windows, the flag if all of them passed, and each window (W39).</summary>
public sealed record NetworkPerformanceView
{
    /// <summary>Of an ml tournament auc_roc (D37); so in each window.</summary>
    public required double SyntheticRecall { get; init; }
    public required double NoveltyValidated { get; init; }
    public required double ExecutionTimeSeconds { get; init; }
    public required bool DataCorrectnessPassed { get; init; }

    /// <summary>Additive.</summary>
    public required IReadOnlyList<WindowPerformanceView> Runs { get; init; }
}

public sealed record WindowPerformanceView
{
    public required int WindowDays { get; init; }
    public required double SyntheticRecall { get; init; }
    public required int NoveltyValidated { get; init; }
    public required double ExecutionTimeSeconds { get; init; }
    public required bool DataCorrectnessPassed { get; init; }
}
