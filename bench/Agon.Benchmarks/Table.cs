using System.Globalization;

namespace Agon.Benchmarks;

/// <summary>The table, a line at a time: a row that fails later loses nothing that was measured before.</summary>
internal static class Table
{
    private static bool begun;

    /// <param name="what">What is measured, with its size.</param>
    /// <param name="ours">Agon's number with its unit.</param>
    /// <param name="reference">The number beside it, and what it is of.</param>
    /// <param name="ratio">Ours to the reference's; null where there is none.</param>
    /// <param name="aim">What is wanted.</param>
    public static void Add(string what, string ours, string reference, double? ratio, string aim)
    {
        if (!begun)
        {
            Console.WriteLine("| what | Agon | beside it | ratio | aim |");
            Console.WriteLine("|---|---|---|---|---|");
            begun = true;
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {ours} | {reference} | {(ratio is { } number ? number.ToString("0.00", CultureInfo.InvariantCulture) : "")} | {aim} |"));
    }

    /// <summary>What is going on, for who waits; not part of the table.</summary>
    public static void Say(string text) => Console.Error.WriteLine($"-- {text}");
}

/// <summary>Numbers of repeated measurements.</summary>
internal static class Samples
{
    public static double Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>The smallest number that a share of them does not exceed (nearest rank).</summary>
    public static double Quantile(IEnumerable<double> numbers, double share)
    {
        var sorted = numbers.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
