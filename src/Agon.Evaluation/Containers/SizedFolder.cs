using System.Globalization;
using Agon.Evaluation.Processes;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Containers;

/// <summary>A folder in memory on the host, of limited size, that a container writes and in which no link leads anywhere.</summary>
internal sealed class SizedFolder : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Only root writes there: in a folder for everybody a link could stand where a mount is expected.</summary>
    private static readonly string Root = "/run/agon";

    private SizedFolder(string path) => Path = path;

    internal string Path { get; }

    /// <exception cref="PlatformFaultException">Only root may mount.</exception>
    internal static async Task<SizedFolder> MountAsync(string name, ContainerLimits limits, CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new PlatformFaultException("a container's output folder of limited size needs a server that runs as root");
        var path = System.IO.Path.Combine(OwnRoot(), name);
        Directory.CreateDirectory(path);
        var bytes = limits.OutputBytes.ToString(CultureInfo.InvariantCulture);
        var nodes = (limits.OutputEntries + 100).ToString(CultureInfo.InvariantCulture);
        var options = $"size={bytes},nr_inodes={nodes},mode=0755,uid={ContainerWalls.User},gid={ContainerWalls.User},nodev,nosuid,noexec,nosymfollow";
        var answer = await RunAsync(["/usr/bin/mount", "-t", "tmpfs", "-o", options, "agon-output", path], null, cancellationToken);
        if (answer.Succeeded) return new SizedFolder(path);
        Directory.Delete(path);
        throw new PlatformFaultException($"the output folder could not be mounted: {answer.Complaint}");
    }

    /// <summary>Reads it as an archive, so that hostile files meet the same rules as those of a sandbox.</summary>
    internal async Task<bool> ArchiveAsync(Stream output, CancellationToken cancellationToken) =>
        (await RunAsync(["/usr/bin/tar", "--create", "--file=-", "--format=gnu", $"--directory={Path}", "."], output, cancellationToken)).Succeeded;

    public async ValueTask DisposeAsync() => await UnmountAsync(Path);

    /// <summary>What servers that are gone left mounted.</summary>
    internal static async Task SweepAsync()
    {
        if (!Environment.IsPrivilegedProcess || !Directory.Exists(Root)) return;
        foreach (var path in Directory.EnumerateDirectories(OwnRoot()).Where(path => OwnTraces.IsLeftBehind(System.IO.Path.GetFileName(path))))
            await UnmountAsync(path);
    }

    private static string OwnRoot()
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException();
        // /run is root's own, so that nobody else can have made it.
        Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Root;
    }

    private static async Task UnmountAsync(string path)
    {
        await RunAsync(["/usr/bin/umount", "--lazy", path], null, CancellationToken.None);
        try
        {
            Directory.Delete(path);
        }
        catch (IOException)
        {
            // Still in use, or somebody else was first: a later start sweeps it.
        }
    }

    private static Task<ToolAnswer> RunAsync(string[] words, Stream? output, CancellationToken cancellationToken) =>
        Tool.RunAsync(new ToolCall(words, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin", ["LC_ALL"] = "C" }, Limit) { Output = output }, cancellationToken);
}
