using System.Globalization;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>Where control groups can be made on this machine: by root, below our own group.</summary>
internal sealed class ControlGroupPlace
{
    private const string NamePrefix = "agon-";

    /// <summary>bubblewrap or unshare outside, and the first process inside.</summary>
    private const int OwnProcesses = 2;

    private readonly Func<string, SandboxLimits, ControlGroup> create;

    private ControlGroupPlace(Func<string, SandboxLimits, ControlGroup> create) => this.create = create;

    /// <summary>Null where no group with a limit on memory and processes can be made.</summary>
    internal static ControlGroupPlace? Find()
    {
        if (SpawnNative.EffectiveUser() != 0) return null;
        var mounts = ControlGroupMounts.Read();
        var place = Unified(mounts) ?? Split(mounts);
        return place is not null && place.Works() ? place : null;
    }

    internal ControlGroup Create(SandboxLimits limits) => create(NewName(), limits);

    /// <summary>Unlike any before: the group of a runner that was killed may be left, and its process number be ours now.</summary>
    internal static string NewName() => string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{Environment.ProcessId}-{Guid.NewGuid():N}");

    private bool Works()
    {
        try
        {
            using var group = Create(new SandboxLimits());
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static ControlGroupPlace? Unified(ControlGroupMounts mounts)
    {
        // Our own group cannot limit its children while it holds processes itself; the root of the hierarchy can.
        if (mounts.Unified.FirstOrDefault(Delegates) is not { } parent) return null;
        Sweep(parent);
        return new ControlGroupPlace((name, limits) =>
        {
            var group = new UnifiedGroup(Directory.CreateDirectory(Path.Combine(parent, name)).FullName);
            group.Limit(limits, limits.Processes + OwnProcesses);
            return group;
        });
    }

    private static ControlGroupPlace? Split(ControlGroupMounts mounts)
    {
        if (mounts.Split("memory") is not { } memory || mounts.Split("pids") is not { } pids) return null;
        var cpu = mounts.Split("cpuacct");
        foreach (var parent in (string?[])[memory, pids, cpu])
            if (parent is not null) Sweep(parent);
        return new ControlGroupPlace((name, limits) =>
        {
            string Make(string parent) => Directory.CreateDirectory(Path.Combine(parent, name)).FullName;
            var group = new SplitGroup(Make(memory), Make(pids), cpu is null ? null : Make(cpu));
            group.Limit(limits, limits.Processes + OwnProcesses);
            return group;
        });
    }

    private static bool Delegates(string folder)
    {
        var control = Path.Combine(folder, "cgroup.subtree_control");
        try
        {
            if (!Enables(control)) File.WriteAllText(control, "+memory +pids");
            return Enables(control);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool Enables(string control)
    {
        var controllers = File.ReadAllText(control).Split(' ', '\n');
        return controllers.Contains("memory") && controllers.Contains("pids");
    }

    /// <summary>Removes the groups of runners that were killed. Their sandboxes died with them; whatever did not, does now.</summary>
    private static void Sweep(string parent)
    {
        foreach (var folder in Directory.EnumerateDirectories(parent, NamePrefix + "*"))
            if (Path.GetFileName(folder).Split('-') is [_, var owner, _] && !Directory.Exists($"/proc/{owner}"))
            {
                ControlGroup.KillAll(folder);
                ControlGroup.Remove(folder);
            }
    }
}
