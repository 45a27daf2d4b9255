using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;

namespace Agon.Server.Tournaments;

/// <summary>Sources as they are stored, and as they are run.</summary>
public static class Sources
{
    public static ParticipantSource ToStored(this PinnedSource source) => new()
    {
        Repository = source.Repository,
        CommitHash = source.CommitHash,
        ImageId = source.ImageId,
        ImageTag = source.ImageTag,
        Folder = source.Folder,
        FolderHash = source.FolderHash,
    };

    public static PinnedSource ToPinned(this ParticipantSource source) =>
        new(source.Repository, source.CommitHash, source.ImageId, source.ImageTag, source.Folder, source.FolderHash);
}
