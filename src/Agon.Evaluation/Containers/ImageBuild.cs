using System.Globalization;
using System.Text.RegularExpressions;
using Agon.Domain.Repositories;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Containers;

/// <summary>Builds a participant's image from its <c>ops/Dockerfile</c>, without a network, from base images that are here.</summary>
/// <remarks>
/// A build runs foreign commands (T124). Its network is none, it has no secrets and no cache of another's build, and a time
/// limit; the engine's own ways out (a base image or an address to be fetched) are refused before it starts.
/// </remarks>
internal sealed partial class ImageBuild(DockerEngine engine, SourceSettings settings)
{
    internal const string File = "ops/Dockerfile";
    private const long LargestDockerfile = 64 << 10;
    private const string BuildMemory = "4g";

    /// <summary>The image's id; built once for each commit.</summary>
    /// <exception cref="SourceRefusedException">It cannot be built: its maker's doing.</exception>
    internal async Task<string> BuildAsync(string folder, string commit, CancellationToken cancellationToken)
    {
        var record = Path.Combine(settings.DataFolder, "images", commit);
        if (System.IO.File.Exists(record) && await System.IO.File.ReadAllTextAsync(record, cancellationToken) is var known && await engine.ImageIdAsync(known, cancellationToken) == known)
            return known;
        await CheckAsync(folder, cancellationToken);
        var built = await engine.RunAsync(
            [
                "build", "--quiet", "--network", "none", "--pull=false", "--no-cache", "--force-rm", "--memory", BuildMemory, "--memory-swap", BuildMemory,
                "--label", $"agon.commit={commit}", "--tag", Tag(commit), "--file", Path.Combine(folder, File), "--", folder,
            ],
            cancellationToken, settings.BuildLimit);
        if (!built.Succeeded) throw await IsOursAsync(cancellationToken) ? DockerEngine.Fault("build", built) : Refused(built);
        var id = await engine.ImageIdAsync(Tag(commit), cancellationToken) ?? throw new PlatformFaultException("an image that was just built is gone");
        await CheckSizeAsync(id, cancellationToken);
        Directory.CreateDirectory(Path.GetDirectoryName(record)!);
        var draft = $"{record}.{Guid.NewGuid():N}";
        await System.IO.File.WriteAllTextAsync(draft, id, cancellationToken);
        System.IO.File.Move(draft, record, overwrite: true);
        return id;
    }

    internal async Task RemoveAsync(string commit, CancellationToken cancellationToken)
    {
        await engine.RunAsync(["image", "rm", "--", Tag(commit)], cancellationToken);
        System.IO.File.Delete(Path.Combine(settings.DataFolder, "images", commit));
    }

    /// <summary>By the full commit: seven digits can be met by chance, or on purpose.</summary>
    private static string Tag(string commit) => $"agon-participant:{commit}";

    private async Task CheckAsync(string folder, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(folder, File));
        if (!file.Exists) throw new SourceRefusedException($"there is no {File}");
        if (file.Length > LargestDockerfile) throw new SourceRefusedException($"{File} is larger than {LargestDockerfile} bytes");
        var dockerfile = Dockerfile.Parse(await System.IO.File.ReadAllTextAsync(file.FullName, cancellationToken));
        if (Refusal(dockerfile) is { } refusal) throw new SourceRefusedException(refusal);
        foreach (var (where, image) in dockerfile.Bases())
            if (await engine.ImageIdAsync(image, cancellationToken) is null)
                throw new SourceRefusedException($"{File}, line {where.Line}: the image '{image}' is not on this machine, and nothing is fetched during a build");
    }

    /// <summary>What would make the engine itself fetch something, or build something else than it says; null for nothing.</summary>
    internal static string? Refusal(Dockerfile dockerfile)
    {
        if (dockerfile.Directive is { } directive) return $"{File}: the directive '# {directive}=' is not taken";
        if (!dockerfile.Instructions.Any(instruction => instruction.Word == "FROM")) return $"{File} has no FROM";
        foreach (var (where, image) in dockerfile.Bases())
            if (!ImageName().IsMatch(image)) return $"{File}, line {where.Line}: a base image is named plainly, without variables";
        foreach (var instruction in dockerfile.Instructions.Where(instruction => instruction.Word is "ADD" or "ONBUILD"))
            if (instruction.Text.Contains("://", StringComparison.Ordinal) || instruction.Text.Contains('$') || instruction.Text.Contains("git@", StringComparison.Ordinal))
                return $"{File}, line {instruction.Line}: {instruction.Word} takes files of the repository only";
        return null;
    }

    private async Task CheckSizeAsync(string id, CancellationToken cancellationToken)
    {
        const long largest = 8L << 30;
        var size = long.Parse(await engine.AskAsync(["image", "inspect", "--format", "{{.Size}}", "--", id], cancellationToken), CultureInfo.InvariantCulture);
        if (size <= largest) return;
        await engine.RunAsync(["image", "rm", "--force", "--", id], cancellationToken);
        throw new SourceRefusedException($"the image is larger than {largest >> 30} GiB");
    }

    /// <summary>Whether the engine is gone rather than the build bad.</summary>
    private async Task<bool> IsOursAsync(CancellationToken cancellationToken) =>
        !(await engine.RunAsync(["version", "--format", "{{.Server.Version}}"], cancellationToken)).Succeeded;

    private SourceRefusedException Refused(ToolAnswer built) =>
        new($"the image cannot be built: {(built.ExitCode is null ? $"it takes longer than {settings.BuildLimit.TotalMinutes:0.#} min" : built.Complaint)}");

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,255}$")]
    private static partial Regex ImageName();
}
