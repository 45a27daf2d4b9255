using Agon.Domain.Tournaments;

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

    /// <summary>Additive. Null: the usual weights, and being faster than the baseline earns nothing.</summary>
    public ScoringPolicyView? ScoringPolicy { get; init; }
}

/// <summary>How the components of a score weigh, as it also stands in files that are scored.</summary>
public sealed record ScoringPolicyView
{
    public double? PatternAccuracyWeight { get; init; }
    public double? DataCorrectnessWeight { get; init; }
    public double? PerformanceWeight { get; init; }

    /// <summary>Null: being faster counts without a limit. Settable, since an init-only member that a body lacks would be null: what is forgotten must not take the limit away.</summary>
    public double? SpeedCap { get; set; } = ScoringPolicy.Default.SpeedCap;

    public static ScoringPolicyView Of(ScoringPolicy policy) => new()
    {
        PatternAccuracyWeight = policy.PatternAccuracyWeight,
        DataCorrectnessWeight = policy.DataCorrectnessWeight,
        PerformanceWeight = policy.PerformanceWeight,
        SpeedCap = policy.SpeedCap,
    };

    /// <summary>The policy; a weight that is missing is 0, so that the sum shows it.</summary>
    public ScoringPolicy ToPolicy() => new(PatternAccuracyWeight ?? 0, DataCorrectnessWeight ?? 0, PerformanceWeight ?? 0, SpeedCap);
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
