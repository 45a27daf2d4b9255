using System.Collections.Concurrent;
using System.Globalization;

namespace Agon.Evaluation.Containers;

/// <summary>
/// Names for what we leave on the host while we live: they say which process of ours it belongs to, so that a later start
/// sweeps what a dead one left, and never what another server beside it still uses.
/// </summary>
public static class OwnTraces
{
    internal const string Label = "agon.run", OwnerLabel = "agon.owner", UntilLabel = "agon.until";
    private const string Prefix = "agon-run-";

    /// <summary>How long after its limit a container of ours may still be there while its owner lives.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>Which process numbers mean the same as ours: another container of ours on the same engine has its own.</summary>
    private static readonly string Namespace = NamespaceNumber();

    /// <summary>Namespace, process number and start: numbers come again.</summary>
    public static string Owner { get; } = $"{Namespace}-{Environment.ProcessId}-{StartOf(Environment.ProcessId)}";

    /// <summary>Names that are in use here. What bears our owner and is none of them could not be removed in its time: the engine was away.</summary>
    private static readonly ConcurrentDictionary<string, bool> InUse = new();

    /// <summary>In use until it is released.</summary>
    public static string NewName()
    {
        var name = $"{Prefix}{Owner}-{Guid.NewGuid():N}";
        InUse[name] = true;
        return name;
    }

    /// <summary>What bore the name is gone.</summary>
    public static void Release(string name) => InUse.TryRemove(name, out _);

    /// <summary>What a container of ours is labelled with.</summary>
    internal static IReadOnlyDictionary<string, string> Labels(string run, TimeSpan limit) => new Dictionary<string, string>
    {
        [Label] = run,
        [OwnerLabel] = Owner,
        [UntilLabel] = (TimeProvider.System.GetUtcNow() + limit + Grace).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Whether nobody waits for such a container any more. Of an owner that cannot be seen from here, only its time tells.</summary>
    internal static bool IsSurvivor(string name, string owner, string until) =>
        IsLeftBehind(name) || IsOwnerGone(owner) || (long.TryParse(until, CultureInfo.InvariantCulture, out var end) && end < TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>Whether what bears the name is nobody's any more.</summary>
    public static bool IsLeftBehind(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.LastIndexOf('-') is var end && end > Prefix.Length
        && name[Prefix.Length..end] is var owner && (owner == Owner ? !InUse.ContainsKey(name) : IsOwnerGone(owner));

    /// <summary>Whether that process is there, awake or asleep; of one that cannot be seen from here, it is said that it is not.</summary>
    public static bool IsOwnerAlive(string owner) =>
        owner.Split('-') is [var space, var pid, var start] && space == Namespace && int.TryParse(pid, CultureInfo.InvariantCulture, out var number) && StartOf(number) == start;

    private static bool IsOwnerGone(string owner) =>
        owner.Split('-') is [var space, var pid, var start] && space == Namespace && int.TryParse(pid, CultureInfo.InvariantCulture, out var number) && StartOf(number) != start;

    /// <summary>Of "pid:[4026531836]".</summary>
    private static string NamespaceNumber() =>
        new FileInfo("/proc/self/ns/pid").LinkTarget is { } link ? string.Concat(link.Where(char.IsAsciiDigit)) : "0";

    /// <summary>Clock ticks since the machine's start (proc(5), stat, field 22); empty for nobody.</summary>
    private static string StartOf(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is [not ("Z" or "X"), ..] and { Length: > 19 } fields ? fields[19] : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
