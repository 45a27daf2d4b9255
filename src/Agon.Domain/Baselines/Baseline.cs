using Agon.Domain.Tournaments;

namespace Agon.Domain.Baselines;

/// <summary>Where a baseline stands: building, then active, then deprecated; or building, then failed (section 10).</summary>
public enum BaselineStatus
{
    Building,
    Active,
    Deprecated,
    Failed,
}

/// <summary>One version of what has to be beaten (S020); exactly one an image type is active (D34).</summary>
public sealed record Baseline
{
    public required Guid BaselineId { get; init; }
    public required ImageType ImageType { get; init; }
    public required BaselineVersion Version { get; init; }

    /// <summary>Empty for an image or a folder; the contract's column is never null.</summary>
    public required string GithubRepository { get; init; }
    public required string DockerImageTag { get; init; }
    public required string CommitHash { get; init; }
    public required BaselineStatus Status { get; init; }

    /// <summary>Whose code it is; null for one that was seeded.</summary>
    public string? OriginatedFromHotkey { get; init; }
    public Guid? OriginatedFromTournamentId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ActivatedAt { get; init; }
    public DateTimeOffset? DeprecatedAt { get; init; }
}
