using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Agon.Evaluation.Sandbox;

/// <summary>Everything that the probes' answers hang on, short: what was found under one fingerprint holds under no other.</summary>
internal static class MachineFingerprint
{
    /// <summary>This start of the kernel and its switches; who we are, our rights, limits and namespaces; where our control groups are.</summary>
    private static readonly string[] Texts =
    [
        "/proc/sys/kernel/random/boot_id", "/proc/version", "/proc/self/limits", "/proc/self/cgroup", "/proc/self/attr/current",
        "/sys/kernel/security/lsm", "/proc/sys/kernel/unprivileged_userns_clone", "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "/proc/sys/kernel/seccomp/actions_avail",
    ];

    /// <summary>Who we are and what we may, of all that the kernel tells there.</summary>
    private static readonly string[] Rights = ["Uid:", "Gid:", "Groups:", "Cap", "NoNewPrivs:", "Seccomp"];

    /// <summary>What sandboxes are built with, and what probes are written in.</summary>
    private static readonly string[] Tools =
    [
        "/bin/sh", "/usr/bin/setpriv", "/usr/bin/prlimit", "/usr/bin/taskset", "/usr/bin/unshare", "/usr/bin/mount", "/usr/bin/tar", "/usr/bin/python3",
    ];

    /// <param name="groups">Whether control groups can be made.</param>
    internal static string Of(bool groups)
    {
        var facts = new StringBuilder();
        // Other code may build other sandboxes, and ask other questions.
        facts.AppendLine(CultureInfo.InvariantCulture, $"{typeof(MachineFingerprint).Module.ModuleVersionId} {groups}");
        foreach (var path in Texts)
            facts.AppendLine(Text(path));
        foreach (var path in Files("/proc/sys/user"))
            facts.AppendLine(CultureInfo.InvariantCulture, $"{path} {Text(path)}");
        foreach (var line in Text("/proc/self/status").Split('\n').Where(line => Rights.Any(name => line.StartsWith(name, StringComparison.Ordinal))))
            facts.AppendLine(line);
        foreach (var line in Text("/proc/self/mountinfo").Split('\n').Where(line => line.Contains(" - cgroup", StringComparison.Ordinal)))
            facts.AppendLine(line);
        foreach (var path in Files("/proc/self/ns"))
            facts.AppendLine(new FileInfo(path).LinkTarget);
        foreach (var path in Tools.Prepend(SandboxProbe.BubblewrapPath).OfType<string>())
            facts.AppendLine(CultureInfo.InvariantCulture, $"{path} {Stamp(path)}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(facts.ToString())));
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal) : [];

    /// <summary>Of what a link leads to.</summary>
    private static string Stamp(string path) =>
        new FileInfo(path) is { Exists: true } link && (link.ResolveLinkTarget(returnFinalTarget: true) ?? link) is FileInfo { Exists: true } file
            ? string.Create(CultureInfo.InvariantCulture, $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks} {file.UnixFileMode}")
            : "";
}
