using System.Globalization;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>The strongest way: bubblewrap 0.8 or later, as an ordinary uid, with our system-call filter.</summary>
internal sealed class Bubblewrap(string path, string version) : IBoxBuilder
{
    private const int FilterNumber = Box.FirstDescriptor;
    private const int FirstFileNumber = FilterNumber + 1;

    public string Mechanism => $"bubblewrap {version}";

    public Box Build(SandboxSpec spec, BoxFolders folders)
    {
        List<string> arguments =
        [
            path, "--unshare-user", "--unshare-all", "--disable-userns", "--uid", "65534", "--gid", "65534", "--hostname", "box",
            "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv",
            // One right that is of no use in here, held by the first process alone: the kernel lets nobody with fewer
            // rights trace it or look into its memory, so that a program of the same uid cannot take it over.
            "--cap-add", "CAP_SETPCAP",
        ];
        arguments.AddRange(SystemFolders());
        arguments.AddRange(["--proc", "/proc", "--ro-bind", "/dev/null", "/proc/cmdline", "--dev", "/dev"]);
        foreach (var device in spec.Devices) arguments.AddRange(["--dev-bind", device, device]);
        foreach (var (folder, bytes) in BoxSizes.Writable(spec))
            arguments.AddRange(["--size", bytes.ToString(CultureInfo.InvariantCulture), "--perms", "1777", "--tmpfs", folder]);
        foreach (var (source, target) in folders.Staged) arguments.AddRange(["--ro-bind", source, target]);

        var files = BoxFile.Of(spec);
        foreach (var (n, file) in files.Index())
            arguments.AddRange(["--perms", file.Mode, "--ro-bind-data", $"{FirstFileNumber + n}", $"{BoxSizes.WorkingFolder}/{file.Name}"]);
        // The root and /dev are unlimited memory until they are closed.
        arguments.AddRange(["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", BoxSizes.WorkingFolder]);
        if (SeccompFilter.FitsThisMachine) arguments.AddRange(["--seccomp", $"{FilterNumber}"]);
        return new Box
        {
            Enclosure = [.. arguments, "--"],
            // Ended from outside between its fork and the word to its child, bubblewrap leaves that child waiting for ever.
            // Its own wish to die with us comes after that, and until then the inner shell finds out by itself.
            EndsWithUs = true,
            Disarm = ["setpriv", "--ambient-caps=-all", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"],
            Descriptors =
            [
                Descriptors.MemoryFile(SeccompFilter.Compile(keepCores: spec.Cores.Count > 0)),
                .. files.Select(file => Descriptors.MemoryFile(file.Content.Span)),
            ],
        };
    }

    /// <summary>/usr, its old names, and the two pieces of /etc that the dynamic linker needs (Debian's BLAS is found through them).</summary>
    private static IEnumerable<string> SystemFolders()
    {
        yield return "--ro-bind";
        yield return "/usr";
        yield return "/usr";
        foreach (var name in (string[])["/bin", "/sbin", "/lib", "/lib32", "/libx32", "/lib64"])
            foreach (var word in OldName(name)) yield return word;
        foreach (var word in (string[])["--perms", "0755", "--dir", "/etc"]) yield return word;
        foreach (var name in (string[])["/etc/alternatives", "/etc/ld.so.cache"])
            foreach (var word in (string[])["--ro-bind-try", name, name]) yield return word;
    }

    private static string[] OldName(string name) => new DirectoryInfo(name) switch
    {
        { LinkTarget: { } target } => ["--symlink", target, name],
        { Exists: true } => ["--ro-bind", name, name],
        _ => [],
    };
}
