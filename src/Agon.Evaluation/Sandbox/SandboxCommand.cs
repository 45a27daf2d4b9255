using System.Globalization;
using Agon.Evaluation.Processes;
using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Sandbox;

/// <summary>Puts the words together: control groups, own user, cores, the box, limits, the program.</summary>
internal static class SandboxCommand
{
    /// <summary>For our own tools, outside and while the sandbox is built; the program gets another.</summary>
    private const string ToolPath = "/usr/bin:/bin:/usr/sbin:/sbin";

    internal static ChildCommand Of(
        SandboxSpec spec, Box box, SpareUser? user, ControlGroup? group, string marker, IReadOnlyList<SafeFileHandle> channels)
    {
        string[] words =
        [
            "/bin/sh", "-c", BoxScripts.Outer, "outer", .. group?.EntryFiles ?? [], "--",
            .. FolderStage.Command(spec, user),
            "setpriv", .. user?.Words ?? [], "--no-new-privs", .. box.EndsWithUs ? [] : (string[])["--pdeathsig", "KILL"], "--",
            .. spec.Cores.Count == 0 ? [] : (string[])["taskset", "--cpu-list", string.Join(',', spec.Cores)],
            .. box.Enclosure,
            "/bin/sh", "-c", BoxScripts.First(spec.Output), "first",
            .. box.Disarm, "--", "prlimit", .. Limits(spec, box, limitMemoryEach: group is null), "--",
            "/bin/sh", "-c", BoxScripts.Inner(spec.VerdictChannel), "inner",
            .. spec.Command,
        ];
        var environment = new Dictionary<string, string> { ["PATH"] = ToolPath };
        if (!box.OwnsProcesses) environment[ProcessSweep.Variable] = marker;
        return new ChildCommand(words, environment, [.. channels, .. box.Descriptors]);
    }

    /// <summary>What the program's environment is made of, one variable a line, then the go.</summary>
    internal static string GoMessage(SandboxSpec spec, Box box)
    {
        var variables = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = box.Home };
        if (spec.VerdictChannel) variables["POPCORN_FD"] = "3";
        foreach (var (name, value) in spec.Environment) variables[name] = value;
        return string.Concat(variables.Select(variable => $"{variable.Key}={variable.Value}\n")) + BoxScripts.Go + "\n";
    }

    private static IEnumerable<string> Limits(SandboxSpec spec, Box box, bool limitMemoryEach)
    {
        var limits = spec.Limits;
        // A backstop if nobody is left to watch the clock; never reached before the wall limit.
        var cpuSeconds = ((long)limits.WallTime.TotalSeconds + 10) * Environment.ProcessorCount;
        yield return Limit("cpu", cpuSeconds, cpuSeconds + 1);
        yield return Limit("nofile", 256);
        yield return Limit("fsize", BoxSizes.LargestFile(spec));
        foreach (var none in (string[])["core", "memlock", "msgqueue"]) yield return Limit(none, 0);
        // The first process inside counts too. Without an own user namespace the limit would count all of the user's processes.
        if (box.OwnsProcesses) yield return Limit("nproc", limits.Processes + 1);
        // A GPU's driver reserves addresses by the tens of GB that it never fills.
        if (limitMemoryEach) yield return Limit(spec.Devices.Count > 0 ? "data" : "as", limits.MemoryBytes);
    }

    private static string Limit(string name, long soft, long? hard = null) =>
        string.Create(CultureInfo.InvariantCulture, $"--{name}={soft}:{hard ?? soft}");
}
