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

/// <inheritdoc cref="DockerFactAttribute"/>
internal sealed class DockerTheoryAttribute : TheoryAttribute
{
    public DockerTheoryAttribute() => Skip = Docker.WhyNot;
}
