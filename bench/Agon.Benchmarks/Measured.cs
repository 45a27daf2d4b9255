using System.Diagnostics;
using System.Globalization;

namespace Agon.Benchmarks;

/// <summary>Work inside this process: how long it takes, and what memory.</summary>
internal static class Measured
{
    /// <summary>Does it once, and adds it to the table.</summary>
    /// <param name="what">What is done, with its size.</param>
    /// <param name="aim">What is wanted.</param>
    /// <param name="work">Its result is kept to the end, so that its memory counts.</param>
    public static async Task<T> AddAsync<T>(string what, string aim, Func<Task<T>> work)
    {
        GC.Collect();
        var before = ResidentMebibytes("VmRSS");
        // Linux forgets the peak there was until now.
        await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        var began = Stopwatch.GetTimestamp();
        var result = await work();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Table.Add(what, $"{seconds:N2} s, {Math.Max(ResidentMebibytes("VmHWM") - before, 0):N0} MiB more at its peak", "", null, aim);
        return result;
    }

    private static double ResidentMebibytes(string line) =>
        double.Parse(File.ReadLines("/proc/self/status").First(one => one.StartsWith($"{line}:", StringComparison.Ordinal)).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
}
