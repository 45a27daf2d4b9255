using System.Text.RegularExpressions;
using Agon.Domain.Repositories;

namespace Agon.Evaluation.Containers;

/// <summary>Takes participants' sources: fixed once, then always the same, from this machine's own copy.</summary>
public sealed partial class ParticipantSources(SourceSettings settings, EngineFinder engines)
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
                return await PinRepositoryAsync(repository, await new GitRepository(repository, settings).ResolveAsync(commitOrBranch, cancellationToken), cancellationToken);
            if (folder is not null) return PinFolder(Path.GetFullPath(folder));
            return await PinImageAsync(image!, cancellationToken);
        });
    }

    /// <summary>Makes a pinned source ready to run; again, it does nothing.</summary>
    /// <exception cref="SourceRefusedException">It holds what it may not, or cannot be built: the participant's doing.</exception>
    /// <exception cref="PlatformFaultException">Our fault.</exception>
    public Task<ParticipantProgram> PrepareAsync(PinnedSource source, CancellationToken cancellationToken) => OursAsync<ParticipantProgram>(async () => source switch
    {
        { Repository: { } repository, CommitHash: { } commit, ImageTag: { } } => new ParticipantProgram.Image(
            await new ImageBuild(await engines.RequireAsync(cancellationToken), settings).BuildAsync(await CheckOutAsync(repository, commit, cancellationToken), commit, cancellationToken)),
        { Repository: { } repository, CommitHash: { } commit } => new ParticipantProgram.Folder(await CheckOutAsync(repository, commit, cancellationToken)),
        { FolderHash: { } hash, Folder: { } folder } => new ParticipantProgram.Folder(PrepareFolder(folder, hash)),
        { ImageId: { } image, ImageTag: var tag } => new ParticipantProgram.Image(await FindImageAsync(image, tag, cancellationToken)),
        _ => throw new ArgumentException("a pinned source names nothing", nameof(source)),
    });

    /// <summary>Whether an image that was built here may be there still.</summary>
    public bool HasImages => ImageBuild.Records(settings).Any();

    /// <summary>Removes the images that were built here from other commits than these; those still in use stay.</summary>
    public async Task KeepImagesAsync(IReadOnlySet<string> commits, CancellationToken cancellationToken)
    {
        if (await engines.FindAsync(cancellationToken) is { } engine) await new ImageBuild(engine, settings).KeepOnlyAsync(commits, cancellationToken);
    }

    /// <summary>Removes the files of others than these that nobody used since then.</summary>
    public void Forget(IReadOnlyList<PinnedSource> inUse, DateTimeOffset before) => OldSources.Remove(settings, inUse, before);

    /// <summary>Where an engine answers, a repository with a Dockerfile is an image from now on; else it is a folder, whatever is there later.</summary>
    private async Task<PinnedSource> PinRepositoryAsync(string repository, string commit, CancellationToken cancellationToken)
    {
        var folder = await CheckOutAsync(repository, commit, cancellationToken);
        var engine = await engines.FindAsync(cancellationToken);
        if (engine is not null && ImageBuild.HasDockerfile(folder))
        {
            await new ImageBuild(engine, settings).CheckAsync(folder, cancellationToken);
            return new PinnedSource(repository, commit, ImageTag: ImageBuild.Tag(commit));
        }

        if (File.Exists(Path.Combine(folder, FolderRun.Script))) return new PinnedSource(repository, commit);
        throw new SourceRefusedException(engine is null
            ? $"no container engine answers on this machine to build the repository, and it has no {FolderRun.Script} at its top to be run without one"
            : $"the repository has neither {RepositoryCheck.DockerfilePath} nor {FolderRun.Script} at its top");
    }

    /// <summary>Any name is taken once, for the id it has now; only one with a digest may be fetched.</summary>
    private async Task<PinnedSource> PinImageAsync(string image, CancellationToken cancellationToken)
    {
        if (await engines.FindAsync(cancellationToken) is not { } engine) throw new SourceRefusedException("images need a container engine, and none answers on this machine");
        if (!ImageName().IsMatch(image)) throw new SourceRefusedException($"'{image}' is no name of an image");
        if (await engine.ImageAsync(image, cancellationToken) is not { } found)
        {
            if (!settings.AllowImagePulls || !image.Contains("@sha256:", StringComparison.Ordinal))
                throw new SourceRefusedException($"the image '{image}' is not on this machine");
            var pulled = await engine.RunAsync(["pull", "--quiet", "--", image], cancellationToken, settings.FetchLimit);
            found = pulled.Succeeded ? await engine.ImageAsync(image, cancellationToken) : null;
            if (found is null) throw new SourceRefusedException($"the image '{image}' cannot be fetched: {pulled.Complaint}");
        }

        if (found.IsParticipants) throw new SourceRefusedException($"the image '{image}' is another participant's");
        return ImageBuild.Refusal(found) is { } refusal ? throw new SourceRefusedException(refusal) : new PinnedSource(ImageId: found.Id, ImageTag: image);
    }

    private async Task<string> FindImageAsync(string id, string? name, CancellationToken cancellationToken)
    {
        var engine = await engines.RequireAsync(cancellationToken);
        if (await engine.ImageIdAsync(id, cancellationToken) == id) return id;
        if (settings.AllowImagePulls && name?.Contains("@sha256:", StringComparison.Ordinal) == true)
        {
            await engine.RunAsync(["pull", "--quiet", "--", name], cancellationToken, settings.FetchLimit);
            if (await engine.ImageIdAsync(id, cancellationToken) == id) return id;
        }

        throw new PlatformFaultException($"the image {id} is gone from this machine");
    }

    /// <summary>Full ids and names; a short id is somebody else's by tomorrow.</summary>
    [GeneratedRegex("^(sha256:[0-9a-f]{64}|(?![0-9a-f]{6,64}$)[a-z0-9][a-zA-Z0-9._/:-]{0,200}(@sha256:[0-9a-f]{64})?)$")]
    private static partial Regex ImageName();

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
        if (Directory.Exists(place)) return OldSources.Use(place);
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
        if (Directory.Exists(place)) return OldSources.Use(place);
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
