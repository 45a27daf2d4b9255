using System.ComponentModel;
using System.Globalization;

namespace Agon.Evaluation.Processes;

/// <summary>What /proc tells of processes that are not our own children.</summary>
internal static class ProcessTree
{
    /// <summary>The children of a process; empty if it is gone or the kernel does not list them.</summary>
    internal static IReadOnlyList<int> ChildrenOf(int pid)
    {
        try
        {
            return [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Processes whose first environment holds this text, as far as we may look.</summary>
    internal static IEnumerable<int> WithEnvironment(string text)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid)
                && EnvironmentOf(folder).Contains(text, StringComparison.Ordinal))
                yield return pid;
    }

    /// <summary>SIGKILL; no error when it is gone.</summary>
    internal static void Kill(int pid) => _ = SpawnNative.Kill(pid, SpawnNative.KillSignal);

    /// <summary>SIGKILL, then waits until it has ended or the limit is over.</summary>
    internal static void KillAndWait(int pid, TimeSpan limit)
    {
        Kill(pid);
        WaitForEnd(pid, limit);
    }

    /// <summary>Waits until it has ended or the limit is over.</summary>
    internal static void WaitForEnd(int pid, TimeSpan limit)
    {
        try
        {
            using var ended = Descriptors.EndOf(pid);
            new DescriptorWatch().Step(limit, ended);
        }
        catch (Win32Exception)
        {
            // It was gone before we could watch it.
        }
    }

    /// <summary>The host's effective uid of a process; null if it is gone.</summary>
    internal static uint? UserOf(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal));
            return line is null ? null : uint.Parse(line.Split('\t')[2], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string EnvironmentOf(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "environ"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";   // it ended meanwhile, or it is somebody else's
        }
    }
}
