using System.Globalization;

namespace Agon.Evaluation.Containers;

/// <summary>A control group of ours around a container's own: it outlives the container and tells the peak of its memory.</summary>
internal static class RunGroup
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>Null where the kernel does not count it. Version 2 first, then version 1.</summary>
    internal static long? PeakMemoryBytes(string name) =>
        Number(Path.Combine(Root, name, "memory.peak")) ?? Number(Path.Combine(Root, "memory", name, "memory.max_usage_in_bytes"));

    /// <summary>Made before the engine does, where there is something that the engine does not limit.</summary>
    /// <exception cref="IOException">The kernel does not let us.</exception>
    internal static void LimitProcesses(string name, int processes)
    {
        var folder = Directory.Exists(Path.Combine(Root, "pids")) ? Path.Combine(Root, "pids", name) : Path.Combine(Root, name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "pids.max"), processes.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The engine makes it in each hierarchy and never removes it.</summary>
    internal static void Remove(string name)
    {
        foreach (var folder in Hierarchies().Select(root => Path.Combine(root, name)).Where(Directory.Exists)) TryDelete(folder);
    }

    internal static void Sweep()
    {
        try
        {
            foreach (var name in Hierarchies().SelectMany(Directory.EnumerateDirectories).Select(path => Path.GetFileName(path)).Where(OwnTraces.IsLeftBehind).Distinct().ToList())
                Remove(name);
        }
        catch (IOException)
        {
            // A group went while we looked: the next sweep sees the rest.
        }
    }

    private static IEnumerable<string> Hierarchies() => Directory.Exists(Root) ? Directory.EnumerateDirectories(Root).Where(path => new DirectoryInfo(path).LinkTarget is null).Append(Root) : [];

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not empty yet: a later start sweeps it.
        }
    }

    private static long? Number(string file)
    {
        try
        {
            return long.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var value) ? value : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
