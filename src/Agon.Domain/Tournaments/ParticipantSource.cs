namespace Agon.Domain.Tournaments;

/// <summary>What is run, pinned at registration: a commit, an image by its id, or a copied folder by its content. What does not apply is null.</summary>
public sealed record ParticipantSource
{
    public string? Repository { get; init; }

    /// <summary>40 hex digits: a branch or tag that moves later changes nothing.</summary>
    public string? CommitHash { get; init; }
    public string? ImageId { get; init; }

    /// <summary>For people; what is run is the id.</summary>
    public string? ImageTag { get; init; }

    /// <summary>On this host, where it was copied from: nobody else's business.</summary>
    public string? Folder { get; init; }
    public string? FolderHash { get; init; }

    /// <summary>Whether it can be put into a repository: an image alone cannot.</summary>
    public bool HasCode => Repository is not null || FolderHash is not null;
}
