using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;

namespace Agon.Storage.Baselines;

internal sealed record BaselineRow
{
    public const string Columns = """
        baseline_id, image_type, version, github_repository, docker_image_tag, commit_hash, status,
        originated_from_hotkey, originated_from_tournament_id, created_at, activated_at, deprecated_at
        """;

    public required Guid BaselineId { get; init; }
    public required string ImageType { get; init; }
    public required string Version { get; init; }
    public required string GithubRepository { get; init; }
    public required string DockerImageTag { get; init; }
    public required string CommitHash { get; init; }
    public required string Status { get; init; }
    public string? OriginatedFromHotkey { get; init; }
    public Guid? OriginatedFromTournamentId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ActivatedAt { get; init; }
    public DateTimeOffset? DeprecatedAt { get; init; }

    public Baseline ToBaseline() => new()
    {
        BaselineId = BaselineId,
        ImageType = ContractWord.Parse<ImageType>(ImageType)!.Value,
        Version = BaselineVersion.Parse(Version)!.Value,
        GithubRepository = GithubRepository,
        DockerImageTag = DockerImageTag,
        CommitHash = CommitHash,
        Status = ContractWord.Parse<BaselineStatus>(Status)!.Value,
        OriginatedFromHotkey = OriginatedFromHotkey,
        OriginatedFromTournamentId = OriginatedFromTournamentId,
        CreatedAt = CreatedAt,
        ActivatedAt = ActivatedAt,
        DeprecatedAt = DeprecatedAt,
    };
}
