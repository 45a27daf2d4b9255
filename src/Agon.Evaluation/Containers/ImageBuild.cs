using Agon.Domain.Repositories;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Containers;

/// <summary>Builds a participant's image from its <c>ops/Dockerfile</c>, without a network, from base images that are here.</summary>
/// <remarks>
/// A build runs foreign commands (T124). Its network is none, it has no secrets and no cache of another's build, and a limit to its time, memory,
/// processes and files. The engine never reads the participant's Dockerfile but what we read in it, with each base image by its id, so that it
/// has nothing to fetch. What is missing when it is registered is refused there; what is missing later is our fault.
/// </remarks>
internal sealed class ImageBuild(DockerEngine engine, SourceSettings settings)
{
    internal const string CommitLabel = "agon.commit";
    private const long LargestDockerfile = 64 << 10;
    private const long LargestImage = 8L << 30;
    private const string Memory = "4g";
    private const int Processes = 1024;

    private static readonly TimeSpan WatchSlack = TimeSpan.FromMinutes(1);

    /// <summary>By the full commit: seven digits can be met by chance, or on purpose.</summary>
    internal static string Tag(string commit) => $"agon-participant:{commit}";

    internal static bool HasDockerfile(string folder) => File.Exists(Path.Combine(folder, RepositoryCheck.DockerfilePath));

    /// <summary>Whether it would be built at all; asked at registration, where what is missing can still be told to whom it concerns.</summary>
    /// <exception cref="SourceRefusedException">It would not.</exception>
    internal async Task CheckAsync(string folder, CancellationToken cancellationToken)
    {
        var dockerfile = await ReadAsync(folder, cancellationToken);
        foreach (var (where, image) in dockerfile.Bases())
        {
            var found = await engine.ImageAsync(image, cancellationToken)
                ?? throw Refused($"line {where.Line}: the image '{image}' is not on this machine, and nothing is fetched during a build");
            if (found.IsParticipants) throw Refused($"line {where.Line}: the image '{image}' is another participant's");
        }
    }

    /// <summary>The image's id; built once for each commit.</summary>
    /// <exception cref="SourceRefusedException">It cannot be built: its maker's doing.</exception>
    /// <exception cref="PlatformFaultException">Our fault.</exception>
    internal async Task<string> BuildAsync(string folder, string commit, CancellationToken cancellationToken)
    {
        var record = Record(commit);
        if (File.Exists(record) && await File.ReadAllTextAsync(record, cancellationToken) is { Length: > 0 } known && await engine.ImageIdAsync(known, cancellationToken) == known)
            return known;
        // Before there is an image: whatever dies in between, it is found and removed in its time.
        await WriteAsync(record, "", cancellationToken);
        try
        {
            // A server that died before it wrote the id may have built it, or one beside this.
            var image = await engine.ImageAsync(Tag(commit), cancellationToken) is { IsParticipants: true } built ? built : await BuildNowAsync(folder, commit, cancellationToken);
            if (Refusal(image) is { } refusal) throw new SourceRefusedException(refusal);
            await WriteAsync(record, image.Id, cancellationToken);
            return image.Id;
        }
        catch (SourceRefusedException)
        {
            await RemoveAsync(record, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Why nobody can take part with an image; one sentence, or null.</summary>
    internal static string? Refusal(EngineImage image) => image.Refusal ?? (image.Bytes > LargestImage ? $"the image is larger than {LargestImage >> 30} GiB" : null);

    /// <summary>Removes the images that were built here from other commits; one that a container still uses stays until the next call.</summary>
    internal async Task KeepOnlyAsync(IReadOnlySet<string> commits, CancellationToken cancellationToken)
    {
        foreach (var record in Records(settings).Where(record => !commits.Contains(Path.GetFileName(record)))) await RemoveAsync(record, cancellationToken);
    }

    /// <summary>One file an image, named by its commit.</summary>
    internal static IEnumerable<string> Records(SourceSettings settings)
    {
        var folder = Path.Combine(settings.DataFolder, "images");
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(file => GitRepository.FullCommit().IsMatch(Path.GetFileName(file))) : [];
    }

    private string Record(string commit) => Path.Combine(settings.DataFolder, "images", commit);

    /// <summary>All of it or nothing.</summary>
    private static async Task WriteAsync(string record, string id, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(record)!);
        var draft = $"{record}.{Guid.NewGuid():N}";
        await File.WriteAllTextAsync(draft, id, cancellationToken);
        File.Move(draft, record, overwrite: true);
    }

    private async Task RemoveAsync(string record, CancellationToken cancellationToken)
    {
        var commit = Path.GetFileName(record);
        var removed = await engine.RunAsync(["image", "rm", "--", Tag(commit)], cancellationToken);
        if (!removed.Succeeded && !removed.Errors.Contains("No such image", StringComparison.OrdinalIgnoreCase)) return;
        // Of two builds at the same time the later one took the tag from the other's image.
        await engine.RunAsync(["image", "prune", "--force", "--filter", $"label={CommitLabel}={commit}"], cancellationToken);
        File.Delete(record);
    }

    private async Task<EngineImage> BuildNowAsync(string folder, string commit, CancellationToken cancellationToken)
    {
        var dockerfile = await ReadAsync(folder, cancellationToken);
        var ids = new Dictionary<string, string>();
        foreach (var (_, image) in dockerfile.Bases())
            ids[image] = await engine.ImageIdAsync(image, cancellationToken) ?? throw new PlatformFaultException($"the base image '{image}' is gone from this machine");
        var (name, room) = (OwnTraces.NewName(), Room());
        var labels = new Dictionary<string, string>(OwnTraces.Labels(name, settings.BuildLimit)) { [CommitLabel] = commit };
        var file = Path.Combine(Path.GetTempPath(), name);
        try
        {
            await File.WriteAllTextAsync(file, dockerfile.Write(ids, labels), cancellationToken);
            if (engine.OwnsGroups) RunGroup.LimitProcesses(name, Processes);
            await using var watch = new BuildWatch(engine, name, settings.BuildLimit + WatchSlack);
            var built = await engine.RunAsync(
                [
                    "build", "--quiet", "--network", "none", "--pull=false", "--no-cache", "--force-rm", "--memory", Memory, "--memory-swap", Memory,
                    "--ulimit", $"fsize={LargestImage}", "--ulimit", "core=0", .. engine.OwnsGroups ? (string[])["--cgroup-parent", "/" + name] : [],
                    // The finished image is nobody's leftover.
                    "--label", $"{OwnTraces.Label}=", "--label", $"{OwnTraces.OwnerLabel}=", "--label", $"{OwnTraces.UntilLabel}=",
                    "--tag", Tag(commit), "--file", file, "--", folder,
                ],
                cancellationToken, settings.BuildLimit);
            if (!built.Succeeded) throw await FaultOrRefusalAsync(built, watch, ids.Values, room, cancellationToken);
            return await engine.ImageAsync(Tag(commit), cancellationToken) ?? throw new PlatformFaultException("an image that was just built is gone");
        }
        finally
        {
            File.Delete(file);
            // Layers of a build that failed; of this one alone, for another of the same commit may be at work.
            await engine.RunAsync(["image", "prune", "--force", "--filter", $"label={OwnTraces.Label}={name}"], CancellationToken.None);
            RunGroup.Remove(name);
            OwnTraces.Release(name);
        }
    }

    /// <summary>Whose fault it is, by what is true of this machine; the build's own words may be anybody's.</summary>
    private async Task<Exception> FaultOrRefusalAsync(ToolAnswer built, BuildWatch watch, IEnumerable<string> bases, long? room, CancellationToken cancellationToken)
    {
        if (built.ExitCode is not null && await watch.WasDisturbedAsync()) return new PlatformFaultException($"the build was stopped from outside, or the container engine was: {built.Complaint}");
        if (!(await engine.RunAsync(["version", "--format", "{{.Server.Version}}"], cancellationToken)).Succeeded) return DockerEngine.Fault("build", built);
        foreach (var id in bases)
            if (await engine.ImageIdAsync(id, cancellationToken) is null) return new PlatformFaultException($"the base image {id} is gone from this machine");
        // With as much room as the largest image, running out of it was the build's own doing; where that cannot be seen, nobody is failed for it.
        if (!(room >= LargestImage) && built.Errors.Contains("no space left", StringComparison.OrdinalIgnoreCase))
            return new PlatformFaultException($"the image cannot be built: the container engine has less than {LargestImage >> 30} GiB of disk left ({engine.DataFolder})");
        return new SourceRefusedException($"the image cannot be built: {(built.ExitCode is null ? $"it takes longer than {settings.BuildLimit.TotalMinutes:0.#} min" : built.Complaint)}");
    }

    /// <summary>Bytes free where the engine keeps images; null if that cannot be seen from here.</summary>
    private long? Room()
    {
        try
        {
            return new DriveInfo(engine.DataFolder).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task<Dockerfile> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(folder, RepositoryCheck.DockerfilePath));
        if (!file.Exists) throw new SourceRefusedException($"there is no {RepositoryCheck.DockerfilePath}");
        if (file.Length > LargestDockerfile) throw new SourceRefusedException($"{RepositoryCheck.DockerfilePath} is larger than {LargestDockerfile} bytes");
        var dockerfile = Dockerfile.Parse(await File.ReadAllTextAsync(file.FullName, cancellationToken));
        return BuildGate.Refusal(dockerfile) is { } refusal ? throw new SourceRefusedException(refusal) : dockerfile;
    }

    private static SourceRefusedException Refused(string what) => new($"{RepositoryCheck.DockerfilePath}, {what}");
}
