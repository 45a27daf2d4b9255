using System.Collections.Concurrent;
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
    private static readonly string[] Absent = ["No such image", "invalid reference format"];
    private readonly string program;
    private readonly ConcurrentDictionary<string, EngineImage> known = new();

    private DockerEngine(string program, string version, string dataFolder, bool ownsGroups) =>
        (this.program, Version, DataFolder, OwnsGroups) = (program, version, dataFolder, ownsGroups);

    public string Version { get; }

    /// <summary>Where images lie, as the engine sees it.</summary>
    internal string DataFolder { get; }

    /// <summary>Whether containers can stand in a control group of ours, which outlives them and tells what they used.</summary>
    internal bool OwnsGroups { get; }

    /// <summary>Null if none answers.</summary>
    public static async Task<DockerEngine?> FindAsync(CancellationToken cancellationToken) => (await ProbeAsync(cancellationToken)).Engine;

    /// <summary>As <see cref="FindAsync"/>, and where none answers why, with the address that was tried.</summary>
    public static async Task<(DockerEngine? Engine, string? Why)> ProbeAsync(CancellationToken cancellationToken)
    {
        if (Places.FirstOrDefault(File.Exists) is not { } program)
            return (null, $"there is no {string.Join(" and no ", Places)}");
        var answer = await RunAsync(program, ["info", "--format", "{{.ServerVersion}} {{.CgroupDriver}} {{.DockerRootDir}}"], TimeSpan.FromSeconds(20), null, cancellationToken);
        return answer.Succeeded && answer.Output.Trim().Split(' ', 3) is [{ Length: > 0 } version, var driver, var dataFolder]
            ? (new DockerEngine(program, version, dataFolder, driver == "cgroupfs" && Environment.IsPrivilegedProcess), null)
            : (null, Reason(answer));
    }

    // A later client adds to its reason that it could not print the rest.
    private static string Reason(ToolAnswer answer) =>
        (answer.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .FirstOrDefault(line => !line.StartsWith("WARNING", StringComparison.Ordinal)) ?? answer.Complaint).TrimEnd('.');

    internal Task<ToolAnswer> RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken, TimeSpan? limit = null, Stream? output = null) =>
        RunAsync(program, words, limit ?? ShortLimit, output, cancellationToken);

    /// <summary>Starts a container and stays with it to its end: one call of the client instead of three. Its exit code is the container's.</summary>
    internal Task<ToolAnswer> StartAsync(string container, int logBytes, TimeSpan limit, CancellationToken cancellationToken) =>
        Tool.RunAsync(new ToolCall([program, "start", "--attach", "--", container], Surroundings(), limit) { OutputTail = logBytes }, cancellationToken);

    /// <exception cref="PlatformFaultException">It failed.</exception>
    internal async Task<string> AskAsync(IReadOnlyList<string> words, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        var answer = await RunAsync(words, cancellationToken, limit);
        return answer.Succeeded ? answer.Output.Trim() : throw Fault(words[0], answer);
    }

    /// <summary>An image that is here; null if it is not.</summary>
    internal async Task<EngineImage?> ImageAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(["image", "inspect", "--format", "{{json .}}", "--", name], cancellationToken);
        if (answer.Succeeded) return EngineImage.Read(answer.Output);
        // What is no name at all, such as one with capitals, is no image that is here either.
        return Absent.Any(words => answer.Errors.Contains(words, StringComparison.OrdinalIgnoreCase)) ? null : throw Fault("image inspect", answer);
    }

    /// <summary>As <see cref="ImageAsync"/> by an id, which says the same for ever; whether it is still here, who starts it will see.</summary>
    internal async Task<EngineImage?> ImageOnceAsync(string id, CancellationToken cancellationToken)
    {
        if (known.TryGetValue(id, out var image)) return image;
        image = await ImageAsync(id, cancellationToken);
        return image?.Id == id ? known[id] = image : null;
    }

    internal async Task<string?> ImageIdAsync(string name, CancellationToken cancellationToken) => (await ImageAsync(name, cancellationToken))?.Id;

    /// <summary>
    /// Whether a signal came to the container from outside since it started: from the engine that stops, or from an operator. A participant's own
    /// signals are not among the engine's events.
    /// </summary>
    /// <param name="container">Its name.</param>
    /// <param name="since">When it started.</param>
    /// <param name="patience">The event may be written a moment after the end that it brought about: how long to wait for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<bool> WasKilledAsync(string container, DateTimeOffset since, TimeSpan patience, CancellationToken cancellationToken)
    {
        var until = TimeProvider.System.GetUtcNow() + patience;
        var events = await AskAsync(["events", "--since", Seconds(since), "--until", Seconds(until), "--filter", $"container={container}", "--format", "{{.Action}}"], cancellationToken);
        // An engine that does not remember the end, although there was time to write it down, has been started since.
        return events.Split('\n') is var actions && (actions.Contains("kill") || (patience > TimeSpan.Zero && !actions.Contains("die")));
    }

    internal async Task<ContainerState> StateAsync(string container, CancellationToken cancellationToken)
    {
        var text = await AskAsync(["container", "inspect", "--format", "{{json .State}}", "--", container], cancellationToken);
        using var json = JsonDocument.Parse(text);
        var state = json.RootElement;
        return new ContainerState(
            state.GetProperty("Running").GetBoolean(),
            state.GetProperty("ExitCode").GetInt32(),
            state.GetProperty("OOMKilled").GetBoolean(),
            Instant(state.GetProperty("StartedAt").GetString()!),
            Instant(state.GetProperty("FinishedAt").GetString()!));
    }

    internal static PlatformFaultException Fault(string what, ToolAnswer answer) => new($"docker {what} failed: {answer.Complaint}");

    private static string Seconds(DateTimeOffset instant) => (instant.ToUnixTimeMilliseconds() / 1000m).ToString("F3", CultureInfo.InvariantCulture);

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
internal sealed record ContainerState(bool IsRunning, int ExitCode, bool KilledForMemory, DateTimeOffset StartedAt, DateTimeOffset FinishedAt);

/// <summary>What an image says of itself.</summary>
/// <param name="Id"><c>sha256:…</c></param>
/// <param name="Bytes">With all that it stands on.</param>
/// <param name="HasCommand">Whether it would start anything at all.</param>
/// <param name="HasVolumes">Whether it wants folders that are written past every limit of ours.</param>
/// <param name="IsParticipants">Whether it was built here for a participant.</param>
internal sealed record EngineImage(string Id, long Bytes, bool HasCommand, bool HasVolumes, bool IsParticipants)
{
    /// <summary>Why nobody can take part with it, in one sentence; null if one can.</summary>
    internal string? Refusal => this switch
    {
        { HasCommand: false } => "the image names no command to run",
        { HasVolumes: true } => "the image declares volumes, which is not taken: a run writes to its output folder and to /tmp",
        _ => null,
    };

    internal static EngineImage Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var image = document.RootElement;
        var config = image.GetProperty("Config");
        return new EngineImage(
            image.GetProperty(nameof(Id)).GetString()!, image.GetProperty("Size").GetInt64(),
            Has(config, "Entrypoint") || Has(config, "Cmd"), Has(config, "Volumes"),
            config.ValueKind == JsonValueKind.Object && config.TryGetProperty("Labels", out var labels) && labels.ValueKind == JsonValueKind.Object
                && labels.TryGetProperty(ImageBuild.CommitLabel, out _));
    }

    private static bool Has(JsonElement config, string name) => config.ValueKind == JsonValueKind.Object && config.TryGetProperty(name, out var value) && value switch
    {
        { ValueKind: JsonValueKind.Array } => value.GetArrayLength() > 0,
        { ValueKind: JsonValueKind.Object } => value.EnumerateObject().Any(),
        _ => false,
    };
}
