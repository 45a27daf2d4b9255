using System.Globalization;

namespace Agon.Evaluation.Processes;

/// <summary>The processors of this machine.</summary>
public static class Processors
{
    /// <summary>The numbers of those that this process may use, in order (proc(5), status, Cpus_allowed_list).</summary>
    /// <exception cref="IOException">There is no /proc.</exception>
    public static IEnumerable<int> Allowed()
    {
        const string name = "Cpus_allowed_list:";
        var list = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();
        return list.Split(',').Select(range => range.Split('-').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray())
            .SelectMany(ends => Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
    }
}
