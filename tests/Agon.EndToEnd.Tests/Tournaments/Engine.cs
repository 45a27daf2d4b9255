namespace Agon.EndToEnd.Tests.Tournaments;

/// <summary>A container engine, by its command line: the tests' (scripts/start-docker), or one of its own that may die.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private const string BaseImage = "agon/python";

    private readonly string? state;

    private Engine(string address, string? state) => (Address, this.state) = (address, state);

    /// <summary>What DOCKER_HOST has to be.</summary>
    public string Address { get; }

    public Dictionary<string, string?> Environment => new() { ["DOCKER_HOST"] = Address, ["AGON_STATE"] = state };

    public static Engine Shared => new(System.Environment.GetEnvironmentVariable("DOCKER_HOST")!, null);

    /// <summary>Why there is none; null if there is.</summary>
    public static string? WhyNot { get; } = Find();

    /// <summary>Another engine beside the tests' own.</summary>
    /// <param name="parent">Where its files are; null for the place of temporary files.</param>
    public static async Task<Engine> StartAsync(string? parent = null)
    {
        var state = parent is null ? Directory.CreateTempSubdirectory("agon-engine-").FullName : Directory.CreateDirectory(Path.Combine(parent, "engine")).FullName;
        var engine = new Engine($"unix://{state}/docker/docker.sock", state);
        await engine.ScriptAsync("start-docker");
        return engine;
    }

    public Task AddBaseImageAsync() => ScriptAsync("docker-base-image");

    /// <summary>Its containers end and its images stay, as when the package is updated.</summary>
    public Task RestartAsync() => ScriptAsync("start-docker", "restart");

    public async Task<string> DockerAsync(params string[] words)
    {
        var answer = await CommandLine.RunAsync("docker", words, Environment);
        Assert.True(answer.ExitCode == 0, $"docker {string.Join(' ', words)}: {answer.Errors}");
        return answer.Output.Trim();
    }

    /// <summary>The id of a new image that runs this script.</summary>
    public async Task<string> ImageAsync(string folder, string name, string script)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, "image-" + name)).FullName;
        await File.WriteAllTextAsync(Path.Combine(place, "run.sh"), script + "\n");
        await File.WriteAllTextAsync(Path.Combine(place, "Dockerfile"), Dockerfile);
        return await DockerAsync("build", "--quiet", "--network", "none", "--tag", $"agon-e2e:{name}-{Guid.NewGuid():N}", place);
    }

    /// <summary>Runs the run.sh beside it.</summary>
    public const string Dockerfile = $"""
        FROM {BaseImage}
        COPY run.sh /app/run.sh
        CMD ["/bin/sh", "/app/run.sh"]

        """;

    /// <summary>Containers of runs, whatever their state.</summary>
    public async Task<string[]> RunsAsync() => (await DockerAsync("ps", "--all", "--quiet", "--no-trunc", "--filter", "label=agon.run")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public async ValueTask DisposeAsync()
    {
        if (state is null)
            return;
        await ScriptAsync("start-docker", "stop");
        Directory.Delete(state, recursive: true);
    }

    private async Task ScriptAsync(string name, params string[] words)
    {
        var result = await CommandLine.RunAsync(Path.Combine(Repository.Root, "scripts", name), words, Environment);
        Assert.True(result.ExitCode == 0, result.Errors);
    }

    private static string? Find()
    {
        if (!System.Environment.IsPrivilegedProcess)
            return "containers need a test that runs as root";
        if (System.Environment.GetEnvironmentVariable("DOCKER_HOST") is not { Length: > 0 } address)
            return "no container engine answers: DOCKER_HOST names none (./test starts one)";
        var found = CommandLine.RunAsync("docker", ["image", "inspect", BaseImage], new Dictionary<string, string?> { ["DOCKER_HOST"] = address }).GetAwaiter().GetResult();
        return found.ExitCode == 0 ? null : $"the image {BaseImage} is not on this machine";
    }
}

/// <summary>A test that needs a container engine; without it, a visible skip.</summary>
internal sealed class DockerFactAttribute : FactAttribute
{
    public DockerFactAttribute() => Skip = Engine.WhyNot;
}
