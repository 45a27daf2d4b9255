using System.Globalization;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>One sandbox's control group: its limits and what it used, counted by the kernel over all processes.</summary>
internal abstract class ControlGroup(IReadOnlyList<string> folders) : IDisposable
{
    /// <summary>What the sandbox's first process writes its number to before it starts anything.</summary>
    internal IReadOnlyList<string> EntryFiles => [.. folders.Select(folder => Path.Combine(folder, "cgroup.procs"))];

    /// <summary>User and system time of all that ever ran in it; null where it is not counted.</summary>
    internal abstract TimeSpan? CpuTime { get; }

    /// <summary>The most memory that was in use at once, files in memory included; null where it is not counted.</summary>
    internal abstract long? PeakMemoryBytes { get; }

    /// <summary>Whether the kernel killed a process in it because the limit was reached.</summary>
    internal abstract bool KilledForMemory { get; }

    /// <summary>SIGKILL to whoever is in it, until nobody is.</summary>
    internal void KillAll() => KillAll(folders[0]);

    /// <inheritdoc cref="KillAll()"/>
    internal static void KillAll(string folder)
    {
        const int rounds = 100;
        for (var round = 0; round < rounds && Members(folder) is { Count: > 0 } members; round++)
            foreach (var member in members) ProcessTree.KillAndWait(member, TimeSpan.FromMilliseconds(100));
    }

    /// <summary>Removes the group; one that somebody still lives in stays, and is swept by a later start.</summary>
    public void Dispose()
    {
        KillAll();
        foreach (var folder in folders) Remove(folder);
    }

    internal static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Somebody still lives in it.
        }
    }

    protected static void Write(string folder, string file, long value) =>
        File.WriteAllText(Path.Combine(folder, file), value.ToString(CultureInfo.InvariantCulture));

    protected static void WriteIfThere(string folder, string file, long value)
    {
        if (File.Exists(Path.Combine(folder, file))) Write(folder, file, value);
    }

    protected static long? Number(string folder, string file) =>
        Text(folder, file) is { } text && long.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The value beside <paramref name="key"/> in a file of "key value" lines.</summary>
    protected static long? Number(string folder, string file, string key) =>
        Text(folder, file)?.Split('\n').Select(line => line.Split(' ')).FirstOrDefault(words => words[0] == key) is [_, var value]
            ? long.Parse(value, CultureInfo.InvariantCulture)
            : null;

    /// <summary>Null where the kernel has no such file, or no longer: several runners may sweep at once.</summary>
    private static string? Text(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>A process of another process namespace shows as 0.</summary>
    private static List<int> Members(string folder) =>
        [.. (Text(folder, "cgroup.procs") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture)).Where(pid => pid > 0)];
}

/// <summary>In the single hierarchy of cgroup version 2 (kernel: admin-guide/cgroup-v2).</summary>
internal sealed class UnifiedGroup(string folder) : ControlGroup([folder])
{
    internal void Limit(SandboxLimits limits, int processes)
    {
        Write(folder, "memory.max", limits.MemoryBytes);
        WriteIfThere(folder, "memory.swap.max", 0);
        WriteIfThere(folder, "memory.oom.group", 1);
        Write(folder, "pids.max", processes);
    }

    internal override TimeSpan? CpuTime => Number(folder, "cpu.stat", "usage_usec") is { } used ? TimeSpan.FromMicroseconds(used) : null;
    internal override long? PeakMemoryBytes => Number(folder, "memory.peak");
    internal override bool KilledForMemory => Number(folder, "memory.events", "oom_kill") > 0;
}

/// <summary>In the separate hierarchies of cgroup version 1 (kernel: admin-guide/cgroup-v1).</summary>
internal sealed class SplitGroup(string memory, string pids, string? cpu) : ControlGroup(cpu is null ? [memory, pids] : [memory, pids, cpu])
{
    internal void Limit(SandboxLimits limits, int processes)
    {
        Write(memory, "memory.limit_in_bytes", limits.MemoryBytes);
        WriteIfThere(memory, "memory.memsw.limit_in_bytes", limits.MemoryBytes);   // no swap on top
        Write(pids, "pids.max", processes);
    }

    internal override TimeSpan? CpuTime =>
        cpu is not null && Number(cpu, "cpuacct.usage") is { } used ? TimeSpan.FromMicroseconds(used / 1e3) : null;

    internal override long? PeakMemoryBytes => Number(memory, "memory.max_usage_in_bytes");
    internal override bool KilledForMemory => Number(memory, "memory.oom_control", "oom_kill") > 0;
}
