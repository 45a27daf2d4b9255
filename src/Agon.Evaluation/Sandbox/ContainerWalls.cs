using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Agon.Evaluation.Sandbox;

/// <summary>What a container of a foreign image may see and use.</summary>
/// <param name="Name">Ours, never anybody's words.</param>
/// <param name="ImageId"><c>sha256:…</c>; never a tag, which somebody may move.</param>
/// <param name="Labels">By which a sweep finds it.</param>
internal sealed record ContainerSpec(string Name, string ImageId, IReadOnlyDictionary<string, string> Labels)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Host folders and where the container sees them; all but <see cref="WritableFolder"/> read-only.</summary>
    public IReadOnlyList<SandboxMount> Mounts { get; init; } = [];

    /// <summary>A file system of limited size on the host, seen at the target; null for none.</summary>
    public SandboxMount? WritableFolder { get; init; }

    public required long MemoryBytes { get; init; }
    public required double Cpus { get; init; }
    public IReadOnlyList<int> Cores { get; init; } = [];
    public required int Processes { get; init; }
    public required long ScratchBytes { get; init; }
    public required long LargestFileBytes { get; init; }

    /// <summary>The control group that the container's own stands in; null for the engine's default.</summary>
    public string? CgroupParent { get; init; }
}

/// <summary>
/// The walls of a container: the flags of <c>docker create</c> and the system-call profile (threats 5.6). Every flag was
/// seen to be effective on Engine 20.10; that version's own profile lets io_uring, vsock and ptrace through.
/// </summary>
internal static class ContainerWalls
{
    /// <summary>Nobody on any host; the image's own choice of a user does not count.</summary>
    internal const int User = 65532;

    /// <summary>The words behind <c>docker</c>.</summary>
    internal static IReadOnlyList<string> CreateWords(ContainerSpec spec, string profileFile) =>
    [
        "create", "--name", spec.Name, "--pull", "never",
        .. spec.Labels.SelectMany(label => new[] { "--label", $"{label.Key}={label.Value}" }),
        // Nothing to reach, nothing to change, nothing to gain.
        "--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--security-opt", $"seccomp={profileFile}",
        "--user", $"{User}:{User}", "--ipc", "none", "--cgroupns", "private", "--hostname", "box", "--init", "--no-healthcheck", "--restart", "no",
        // All that can be used up.
        "--memory", Text(spec.MemoryBytes), "--memory-swap", Text(spec.MemoryBytes), "--pids-limit", Text(spec.Processes),
        "--cpus", spec.Cpus.ToString("0.##", CultureInfo.InvariantCulture),
        .. spec.Cores.Count == 0 ? [] : (string[])["--cpuset-cpus", string.Join(',', spec.Cores)],
        .. spec.CgroupParent is null ? [] : (string[])["--cgroup-parent", spec.CgroupParent],
        "--tmpfs", $"/tmp:rw,nosuid,nodev,noexec,size={Text(spec.ScratchBytes)},mode=1777",
        "--ulimit", "nofile=256:256", "--ulimit", "core=0", "--ulimit", $"fsize={Text(spec.LargestFileBytes)}",
        "--log-driver", "json-file", "--log-opt", "max-size=1m", "--log-opt", "max-file=1",
        .. spec.Environment.SelectMany(variable => new[] { "--env", $"{variable.Key}={variable.Value}" }),
        .. spec.Mounts.SelectMany(mount => new[] { "--mount", Bind(mount) + ",readonly" }),
        .. spec.WritableFolder is { } folder ? (string[])["--mount", Bind(folder)] : [],
        "--", spec.ImageId,
    ];

    /// <summary>The same deny list as <see cref="SeccompFilter"/>, in the engine's format.</summary>
    internal static string SeccompProfile() => new JsonObject
    {
        ["defaultAction"] = "SCMP_ACT_ALLOW",
        ["architectures"] = new JsonArray("SCMP_ARCH_X86_64"),
        ["syscalls"] = new JsonArray(
        [
            Refuse([.. RefusedCalls], 1),
            // Its flags lie behind a pointer; libc falls back to clone when it is "not implemented".
            Refuse(["clone3"], 38),
            .. NamespaceFlags.Select(flag => Refuse(["clone"], 1, Argument(0, flag, flag, "SCMP_CMP_MASKED_EQ"))),
            // AF_UNIX, AF_INET and AF_INET6 are 1, 2 and 10; there is no other way to say "none of these".
            .. OtherFamilies.Select(family => Refuse(["socket"], 97, Argument(0, family, 0, "SCMP_CMP_EQ"))),
            Refuse(["socket"], 97, Argument(0, 10, 0, "SCMP_CMP_GT")),
            // TIOCSTI and TIOCLINUX put words into a terminal.
            .. new long[] { 0x5412, 0x541c }.Select(request => Refuse(["ioctl"], 1, Argument(1, 0xffffffff, request, "SCMP_CMP_MASKED_EQ"))),
        ]),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    internal static readonly string[] RefusedCalls =
    [
        "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd", "keyctl", "add_key", "request_key",
        "io_uring_setup", "io_uring_enter", "io_uring_register", "perf_event_open", "bpf", "userfaultfd", "fanotify_init",
        "unshare", "setns", "mount", "umount2", "pivot_root", "chroot",
        "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "name_to_handle_at", "open_by_handle_at",
        "quotactl", "quotactl_fd", "acct", "swapon", "swapoff", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot",
        "iopl", "ioperm", "syslog", "vhangup", "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname",
        "personality", "modify_ldt", "uselib", "ustat", "sysfs", "lookup_dcookie", "move_pages", "migrate_pages",
    ];

    /// <summary>CLONE_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET.</summary>
    private static readonly long[] NamespaceFlags = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];

    private static readonly long[] OtherFamilies = [0, 3, 4, 5, 6, 7, 8, 9];

    private static JsonObject Refuse(string[] names, int error, params JsonObject[] arguments) => new JsonObject
    {
        ["names"] = new JsonArray([.. names.Select(name => (JsonNode)name)]),
        ["action"] = "SCMP_ACT_ERRNO",
        ["errnoRet"] = error,
        ["args"] = new JsonArray([.. arguments]),
    };

    private static JsonObject Argument(int index, long value, long second, string operation) =>
        new JsonObject { ["index"] = index, ["value"] = value, ["valueTwo"] = second, ["op"] = operation };

    private static string Bind(SandboxMount mount) => $"type=bind,\"src={mount.Source.Replace("\"", "\"\"", StringComparison.Ordinal)}\",dst={mount.Target}";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
