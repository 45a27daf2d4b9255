namespace Agon.Contracts.Tournaments;

/// <summary>The body of <c>POST /api/v1/registration/tournaments</c>. Nothing has to be there: what is missing is null, and the server says so.</summary>
public sealed record CreateTournamentRequest
{
    public string? Name { get; init; }
    public string? ImageType { get; init; }
    public string? RegistrationStart { get; init; }
    public string? RegistrationEnd { get; init; }
    public int? MaxParticipants { get; init; }
    public int? EpochDays { get; init; }
    public IReadOnlyList<string>? TestNetworks { get; init; }
    public IReadOnlyList<int>? TestWindowDays { get; init; }
}

/// <summary>The body of <c>POST …/tournaments/{tournament_id}/participants</c>.</summary>
public sealed record RegisterRequest
{
    public string? Hotkey { get; init; }
    public string? GithubRepository { get; init; }

    /// <summary>A commit or a branch; without it the newest commit of the repository is pinned.</summary>
    public string? CommitHash { get; init; }
    public string? DockerImageTag { get; init; }
    public string? MinerDatabaseName { get; init; }
}

/// <summary>The body of <c>PUT …/participants/{tournament_id}/{hotkey}/status</c>.</summary>
public sealed record ParticipantStatusRequest
{
    public string? Status { get; init; }
    public string? Reason { get; init; }
}

/// <summary>The answer to a registration.</summary>
public sealed record RegisteredView(Guid TournamentId, string Hotkey, int RegistrationOrder, string Status, DateTimeOffset RegisteredAt);

/// <summary><c>GET /api/internal/tournaments/{tournament_id}/participants/{hotkey}</c>.</summary>
public sealed record RegisteredParticipantView
{
    public required Guid TournamentId { get; init; }
    public required string Hotkey { get; init; }
    public required string ParticipantType { get; init; }
    public required int RegistrationOrder { get; init; }
    public required string Status { get; init; }
    public required DateTimeOffset RegisteredAt { get; init; }
    public required string? GithubRepository { get; init; }
    public required string? DockerImageTag { get; init; }
    public required string? MinerDatabaseName { get; init; }
    public required bool IsDisqualified { get; init; }
    public required string? DisqualificationReason { get; init; }
}

/// <summary>Every refusal of the tournament routes (contract section 3).</summary>
/// <param name="ErrorCode">A word in capitals.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Details">What is known of the place; null where nothing is.</param>
public sealed record TournamentErrorView(string ErrorCode, string Message, IReadOnlyDictionary<string, string>? Details);
