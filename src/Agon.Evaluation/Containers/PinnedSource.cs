namespace Agon.Evaluation.Containers;

/// <summary>Where a participant comes from, fixed at registration: nothing that moves later changes what runs (T120).</summary>
/// <param name="Repository">A git repository's address; null unless it comes from one.</param>
/// <param name="CommitHash">40 hex digits.</param>
/// <param name="ImageId">Of a prebuilt image, <c>sha256:</c> and 64 hex digits.</param>
/// <param name="ImageTag">The name of its image, prebuilt or to be built; what is run is an id. Null: it runs as a folder.</param>
/// <param name="Folder">The host folder it was copied from.</param>
/// <param name="FolderHash">SHA-256 of what was in it, hex.</param>
public sealed record PinnedSource(
    string? Repository = null, string? CommitHash = null, string? ImageId = null, string? ImageTag = null, string? Folder = null, string? FolderHash = null);

/// <summary>A participant's source cannot be taken: its doing, said in one sentence.</summary>
public sealed class SourceRefusedException(string message, Exception? inner = null) : FormatException(message, inner);

/// <summary>Where sources are kept and what the operator allows.</summary>
public sealed record SourceSettings
{
    /// <summary>Copies, checkouts and the ids of images that were built lie below it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Whether a repository may also be a path of this host or come by plain http; else https alone.</summary>
    public bool AllowLocalRepositories { get; init; }

    /// <summary>The operator's own repositories, those of baselines.</summary>
    public IReadOnlyList<GitRemote> Remotes { get; init; } = [];

    /// <summary>Whether an image that is not here may be fetched; only by its digest.</summary>
    public bool AllowImagePulls { get; init; }

    /// <summary>For a fetch, a checkout, a push.</summary>
    public TimeSpan FetchLimit { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan BuildLimit { get; init; } = TimeSpan.FromMinutes(10);

    public long SourceBytes { get; init; } = 100 << 20;
    public int SourceEntries { get; init; } = 5000;
}
