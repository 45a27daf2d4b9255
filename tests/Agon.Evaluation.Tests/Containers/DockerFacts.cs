using Agon.Evaluation.Containers;

namespace Agon.Evaluation.Tests.Containers;

/// <summary>The container engine of this machine, and the image that tests build on (scripts/start-docker, scripts/docker-base-image).</summary>
internal static class Docker
{
    internal const string BaseImage = "agon/python";

    internal static DockerEngine Engine => Found.Value.Engine!;

    internal static string? WhyNot => Found.Value.WhyNot;

    private static readonly Lazy<(DockerEngine? Engine, string? WhyNot)> Found = new(() => FindAsync().GetAwaiter().GetResult());

    private static async Task<(DockerEngine?, string?)> FindAsync()
    {
        if (!Environment.IsPrivilegedProcess) return (null, "containers need a test that runs as root");
        if (await DockerEngine.FindAsync(CancellationToken.None) is not { } engine) return (null, "no container engine answers");
        return await engine.ImageIdAsync(BaseImage, CancellationToken.None) is null ? (null, $"the image {BaseImage} is not on this machine") : (engine, null);
    }
}

/// <summary>A test that needs a container engine; skipped, and says so, where none answers.</summary>
internal sealed class DockerFactAttribute : FactAttribute
{
    public DockerFactAttribute() => Skip = Docker.WhyNot;
}

/// <summary>A test of what only control groups of ours can do, which an engine whose groups are systemd's does not let us have.</summary>
internal sealed class DockerGroupFactAttribute : FactAttribute
{
    public DockerGroupFactAttribute() => Skip = Docker.WhyNot ?? (Docker.Engine.OwnsGroups ? null : "the engine's control groups are systemd's");
}

/// <inheritdoc cref="DockerFactAttribute"/>
internal sealed class DockerTheoryAttribute : TheoryAttribute
{
    public DockerTheoryAttribute() => Skip = Docker.WhyNot;
}
