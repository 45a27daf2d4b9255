namespace Agon.Evaluation.Sandbox;

/// <summary>Where this process's own control groups appear as folders, from /proc/self/mountinfo and /proc/self/cgroup.</summary>
internal sealed class ControlGroupMounts(IReadOnlyList<string> mountLines, IReadOnlyList<string> groupLines)
{
    internal static ControlGroupMounts Read() =>
        new(File.ReadAllLines("/proc/self/mountinfo"), File.ReadAllLines("/proc/self/cgroup"));

    /// <summary>Version 2: our own group first, then the top of what we see; empty without version 2.</summary>
    internal IReadOnlyList<string> Unified =>
        Mount("cgroup2", null) is { } mount ? [.. new[] { mount.Folder(OwnPath("")), mount.Point }.Distinct()] : [];

    /// <summary>Version 1: our own group of this controller; null without it.</summary>
    internal string? Split(string controller) => Mount("cgroup", controller)?.Folder(OwnPath(controller));

    /// <summary>Lines such as <c>4:memory:/some/group</c>, with version 2 as <c>0::/some/group</c>.</summary>
    private string OwnPath(string controller) =>
        groupLines.Select(line => line.Split(':', 3)).FirstOrDefault(parts => parts.Length == 3 && parts[1].Split(',').Contains(controller))?[2] ?? "/";

    /// <summary>Lines such as <c>36 25 0:31 /root /mount/point rw - cgroup cgroup rw,memory</c>.</summary>
    private GroupMount? Mount(string type, string? controller)
    {
        foreach (var line in mountLines)
        {
            var halves = line.Split(" - ", 2);
            if (halves is not [var left, var right]) continue;
            string[] place = left.Split(' '), kind = right.Split(' ');
            if (place.Length > 4 && kind[0] == type && (controller is null || kind[^1].Split(',').Contains(controller)))
                return new GroupMount(place[3], place[4]);
        }

        return null;
    }

    /// <param name="Root">Which group of the hierarchy is mounted there.</param>
    /// <param name="Point">Where.</param>
    private sealed record GroupMount(string Root, string Point)
    {
        internal string Folder(string group)
        {
            var below = Root != "/" && group.StartsWith(Root, StringComparison.Ordinal) ? group[Root.Length..] : group;
            var folder = Path.Join(Point, below.TrimEnd('/'));
            return Directory.Exists(folder) ? folder.TrimEnd('/') : Point;
        }
    }
}
