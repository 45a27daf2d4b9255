using Agon.Domain.Tournaments;

namespace Agon.Storage.Tournaments;

/// <summary>A pinned source, as a participant's and a baseline's row have it.</summary>
internal sealed record SourceRow
{
    public string? Repository { get; init; }
    public string? CommitHash { get; init; }
    public string? ImageId { get; init; }
    public string? ImageTag { get; init; }
    public string? Folder { get; init; }
    public string? FolderHash { get; init; }

    public ParticipantSource ToSource() => new()
    {
        Repository = Repository,
        CommitHash = CommitHash,
        ImageId = ImageId,
        ImageTag = ImageTag,
        Folder = Folder,
        FolderHash = FolderHash,
    };
}
