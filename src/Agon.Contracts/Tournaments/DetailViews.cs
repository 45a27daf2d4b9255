namespace Agon.Contracts.Tournaments;

/// <summary><c>GET /api/v1/tournaments/{tournament_id}</c> (contract section 3).</summary>
public sealed record TournamentView
{
    public required Guid TournamentId { get; init; }
    public required string Name { get; init; }
    public required string ImageType { get; init; }
    public required string Status { get; init; }
    public required ScheduleView Schedule { get; init; }
    public required ConfigurationView Configuration { get; init; }
    public required BaselineOfTournamentView Baseline { get; init; }
    public required ParticipantCountsView Participants { get; init; }
    public required TournamentProgressView Results { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Which machine would have to make its runs and does not; null: none is due, or they are made.</summary>
    public string? WaitsForMachine { get; init; }
}

/// <summary>The dates, in UTC, each one included.</summary>
public sealed record ScheduleView(DateOnly RegistrationStart, DateOnly RegistrationEnd, DateOnly CompetitionStart, DateOnly CompetitionEnd);

/// <summary>What a tournament was created with.</summary>
public sealed record ConfigurationView(int MaxParticipants, int EpochDays, IReadOnlyList<string> TestNetworks, IReadOnlyList<int> TestWindowDays);

/// <summary>What has to be beaten.</summary>
/// <param name="BaselineId">Of the registry.</param>
/// <param name="Version">With its v.</param>
/// <param name="Hotkey">Under which it takes part (W38).</param>
/// <param name="SourceTournamentId">The tournament whose winner it was; null for one that was seeded.</param>
public sealed record BaselineOfTournamentView(Guid BaselineId, string Version, string Hotkey, Guid? SourceTournamentId);

/// <summary>Miners; the baseline does not count.</summary>
public sealed record ParticipantCountsView(int Total, int Active, int Disqualified);

/// <summary>How far a tournament is.</summary>
/// <param name="WinnerHotkey">Null before scoring, and where every miner was disqualified.</param>
/// <param name="BaselineBeaten">By that winner.</param>
/// <param name="CurrentDay">Days that have begun.</param>
/// <param name="DaysCompleted">Days whose every run has its result (W40).</param>
public sealed record TournamentProgressView(string? WinnerHotkey, bool BaselineBeaten, int CurrentDay, int DaysCompleted);
