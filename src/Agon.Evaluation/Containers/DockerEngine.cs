using System.Globalization;
using System.Text.Json;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Containers;

/// <summary>This machine's container engine, by its command line.</summary>
/// <remarks>The engine itself is root: its socket is never mounted anywhere, and every foreign word stands where it can only be a value.</remarks>
public sealed class DockerEngine
{
    private static readonly TimeSpan ShortLimit = TimeSpan.FromSeconds(60);
    private static readonly string[] Places = ["/usr/bin/docker", "/usr/local/bin/docker"];
    private readonly string program;

    private DockerEngine(string program, string version, bool ownsGroups) => (this.program, Version, OwnsGroups) = (program, version, ownsGroups);

    public string Version { get; }

    /// <summary>Whether containers can stand in a control group of ours, which outlives them and tells what they used.</summary>
    internal bool OwnsGroups { get; }

    /// <summary>Null if none answers.</summary>
    public static async Task<DockerEngine?> FindAsync(CancellationToken cancellationToken)
    {
        if (Places.FirstOrDefault(File.Exists) is not { } program) return null;
        var answer = await RunAsync(program, ["info", "--format", "{{.ServerVersion}} {{.CgroupDriver}}"], TimeSpan.FromSeconds(20), null, cancellationToken);
        return answer.Succeeded && answer.Output.Trim().Split(' ') is [{ Length: > 0 } version, var driver]
            ? new DockerEngine(program, version, driver == "cgroupfs" && Environment.IsPrivilegedProcess)
            : null;
    }

    internal Task<ToolAnswer> RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken, TimeSpan? limit = null, Stream? output = null) =>
        RunAsync(program, words, limit ?? ShortLimit, output, cancellationToken);

    /// <summary>Output and errors as one stream, in order.</summary>
    internal Task<ToolAnswer> LogsAsync(string container, Stream output, CancellationToken cancellationToken) =>
        Tool.RunAsync(
            new ToolCall(["/bin/sh", "-c", "exec \"$@\" 2>&1", "logs", program, "logs", "--", container], Surroundings(), ShortLimit) { Output = output }, cancellationToken);

    /// <exception cref="PlatformFaultException">It failed.</exception>
    internal async Task<string> AskAsync(IReadOnlyList<string> words, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        var answer = await RunAsync(words, cancellationToken, limit);
        return answer.Succeeded ? answer.Output.Trim() : throw Fault(words[0], answer);
    }

    /// <summary>The id of an image that is here; null if it is not.</summary>
    internal async Task<string?> ImageIdAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(["image", "inspect", "--format", "{{.Id}}", "--", name], cancellationToken);
        if (answer.Succeeded) return answer.Output.Trim();
        return answer.Errors.Contains("No such image", StringComparison.OrdinalIgnoreCase) ? null : throw Fault("image inspect", answer);
    }

    /// <summary>Whether it would start anything at all.</summary>
    internal async Task<bool> HasCommandAsync(string imageId, CancellationToken cancellationToken) =>
        await AskAsync(["image", "inspect", "--format", "{{len .Config.Entrypoint}}{{len .Config.Cmd}}", "--", imageId], cancellationToken) != "00";

    internal async Task<ContainerState> StateAsync(string container, CancellationToken cancellationToken)
    {
        var text = await AskAsync(["container", "inspect", "--format", "{{json .State}}", "--", container], cancellationToken);
        using var json = JsonDocument.Parse(text);
        var state = json.RootElement;
        return new ContainerState(
            state.GetProperty("ExitCode").GetInt32(),
            state.GetProperty("OOMKilled").GetBoolean(),
            Instant(state.GetProperty("StartedAt").GetString()!),
            Instant(state.GetProperty("FinishedAt").GetString()!));
    }

    internal static PlatformFaultException Fault(string what, ToolAnswer answer) => new($"docker {what} failed: {answer.Complaint}");

    /// <summary>The engine writes nanoseconds; the year 1 means never.</summary>
    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static async Task<ToolAnswer> RunAsync(string program, IReadOnlyList<string> words, TimeSpan limit, Stream? output, CancellationToken cancellationToken)
    {
        try
        {
            return await Tool.RunAsync(new ToolCall([program, .. words], Surroundings(), limit) { Output = output }, cancellationToken);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new PlatformFaultException($"docker could not be started: {error.Message}", error);
        }
    }

    private static Dictionary<string, string> Surroundings()
    {
        var variables = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin", ["HOME"] = "/nonexistent", ["LC_ALL"] = "C", ["DOCKER_BUILDKIT"] = "0" };
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host) variables["DOCKER_HOST"] = host;
        return variables;
    }
}

/// <summary>How a container ended, by the engine's word and clock.</summary>
internal sealed record ContainerState(int ExitCode, bool KilledForMemory, DateTimeOffset StartedAt, DateTimeOffset FinishedAt);
