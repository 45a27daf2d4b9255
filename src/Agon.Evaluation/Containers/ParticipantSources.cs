namespace Agon.Evaluation.Containers;

/// <summary>Takes participants' sources: fixed once, then always the same, from this machine's own copy.</summary>
public sealed class ParticipantSources(SourceSettings settings)
{
    /// <summary>Finds out, at registration, what exactly was registered; give one of repository, image and folder.</summary>
    /// <exception cref="SourceRefusedException">It cannot be taken; one sentence.</exception>
    /// <exception cref="PlatformFaultException">Our fault.</exception>
    public async Task<PinnedSource> PinAsync(string? repository, string? commitOrBranch, string? image, string? folder, CancellationToken cancellationToken)
    {
        if (new[] { repository, image, folder }.Count(source => source is not null) != 1)
            throw new SourceRefusedException("give one source: a repository, an image or a folder");
        return await OursAsync(async () =>
        {
            if (repository is not null)
                return new PinnedSource(repository, await new GitRepository(repository, settings).ResolveAsync(commitOrBranch, cancellationToken));
            if (folder is not null) return PinFolder(Path.GetFullPath(folder));
            throw new SourceRefusedException("there is no container engine on this machine");
        });
    }

    /// <summary>Makes a pinned source ready to run; again, it does nothing.</summary>
    /// <exception cref="SourceRefusedException">It holds what it may not, or cannot be built: the participant's doing.</exception>
    /// <exception cref="PlatformFaultException">Our fault.</exception>
    public Task<ParticipantProgram> PrepareAsync(PinnedSource source, CancellationToken cancellationToken) => OursAsync<ParticipantProgram>(async () => source switch
    {
        { Repository: { } repository, CommitHash: { } commit } => new ParticipantProgram.Folder(await CheckOutAsync(repository, commit, cancellationToken)),
        { FolderHash: { } hash, Folder: { } folder } => new ParticipantProgram.Folder(PrepareFolder(folder, hash)),
        _ => throw new PlatformFaultException("there is no container engine on this machine"),
    });

    private PinnedSource PinFolder(string folder)
    {
        if (!Directory.Exists(folder)) throw new SourceRefusedException($"there is no folder {folder}");
        var hash = FolderCopy.Hash(folder, settings);
        PrepareFolder(folder, hash);
        return new PinnedSource(Folder: folder, FolderHash: hash);
    }

    private string PrepareFolder(string folder, string hash)
    {
        var place = Path.Combine(settings.DataFolder, "folders", hash);
        if (Directory.Exists(place)) return place;
        if (!Directory.Exists(folder)) throw new PlatformFaultException($"the copy of the participant's folder {folder} is gone, and so is the folder");
        var draft = Draft(place);
        FolderCopy.Copy(folder, draft, settings);
        if (FolderCopy.Hash(draft, settings) != hash)
            throw new PlatformFaultException($"the copy of the participant's folder {folder} is gone, and the folder has changed since");
        return Settle(draft, place);
    }

    private async Task<string> CheckOutAsync(string repository, string commit, CancellationToken cancellationToken)
    {
        if (!GitRepository.FullCommit().IsMatch(commit)) throw new SourceRefusedException($"'{commit}' is no full commit hash");
        var place = Path.Combine(settings.DataFolder, "checkouts", commit);
        if (Directory.Exists(place)) return place;
        var git = new GitRepository(repository, settings);
        try
        {
            await git.FetchAsync(commit, cancellationToken);
        }
        catch (SourceRefusedException unreachable)
        {
            // It was reachable at registration, so its copy here was lost: not the participant's doing.
            throw new PlatformFaultException(unreachable.Message, unreachable);
        }

        var draft = Draft(place);
        FolderCopy.MakeOpenFolder(draft);
        await git.CheckOutAsync(commit, draft, cancellationToken);
        return Settle(draft, place);
    }

    /// <summary>A name beside the place: the place itself is there with all its files or not at all.</summary>
    private static string Draft(string place)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        return $"{place}.{Guid.NewGuid():N}";
    }

    private static string Settle(string draft, string place)
    {
        try
        {
            Directory.Move(draft, place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            Directory.Delete(draft, recursive: true);   // somebody else was first, with the same files
        }

        return place;
    }

    private static async Task<T> OursAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new PlatformFaultException($"a participant's source could not be kept: {error.Message}", error);
        }
    }
}
