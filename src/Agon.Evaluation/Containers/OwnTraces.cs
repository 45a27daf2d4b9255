using System.Globalization;

namespace Agon.Evaluation.Containers;

/// <summary>
/// Names for what we leave on the host while we live: they say which process of ours it belongs to, so that a later start
/// sweeps what a dead one left, and never what another server beside it still uses.
/// </summary>
internal static class OwnTraces
{
    internal const string Label = "agon.run", OwnerLabel = "agon.owner";
    private const string Prefix = "agon-run-";

    /// <summary>Process number and start: numbers come again.</summary>
    internal static string Owner { get; } = $"{Environment.ProcessId}-{StartOf(Environment.ProcessId)}";

    internal static string NewName() => $"{Prefix}{Owner}-{Guid.NewGuid():N}";

    internal static bool IsOwnerGone(string owner) =>
        owner.Split('-') is [var pid, var start] && int.TryParse(pid, CultureInfo.InvariantCulture, out var number) && StartOf(number) != start;

    internal static bool IsLeftBehind(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name[Prefix.Length..].Split('-') is [var pid, var start, _] && IsOwnerGone($"{pid}-{start}");

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
