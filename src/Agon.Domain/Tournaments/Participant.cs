namespace Agon.Domain.Tournaments;

/// <summary>One who competes in a tournament (S022); its key is (tournament_id, hotkey).</summary>
public sealed record Participant
{
    public required Guid TournamentId { get; init; }
    public required string Hotkey { get; init; }
    public required ParticipantType Type { get; init; }
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>0 is the baseline; unique within the tournament, never given again to another who stays (D30, D31).</summary>
    public required int RegistrationOrder { get; init; }

    public string? GithubRepository { get; init; }

    /// <summary>40 hex digits, resolved at registration: a branch that moves later changes nothing.</summary>
    public string? CommitHash { get; init; }
    public string? DockerImageTag { get; init; }

    /// <summary>Kept and unused: outputs are files.</summary>
    public string? MinerDatabaseName { get; init; }

    /// <summary>Only of the baseline's entry.</summary>
    public Guid? BaselineId { get; init; }

    public required ParticipantStatus Status { get; init; }
    public bool IsDisqualified { get; init; }
    public string? DisqualificationReason { get; init; }
    public int? DisqualifiedOnDay { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}
