using System.Globalization;

namespace Agon.Fuzz;

/// <summary>What came of one target's inputs.</summary>
internal sealed class Tally(string name)
{
    private TimeSpan slowest;
    private int slowestBytes;

    public string Name => name;

    public int Inputs { get; private set; }

    public int Mutations { get; private set; }

    public int Answered { get; private set; }

    public int Faults { get; set; }

    public void Count(FuzzInput input, bool answered, TimeSpan took)
    {
        Inputs++;
        Mutations += input.IsMutation ? 1 : 0;
        Answered += answered ? 1 : 0;
        if (took > slowest)
            (slowest, slowestBytes) = (took, input.Bytes.Length);
    }

    public static IEnumerable<string> Table(IReadOnlyList<Tally> tallies)
    {
        yield return "| target | inputs | mutations | answered | refused | slowest | faults |";
        yield return "|---|---:|---:|---:|---:|---:|---:|";
        foreach (var tally in tallies)
            yield return tally.Row;
        yield return $"| all | {tallies.Sum(one => one.Inputs)} | {Share(tallies.Sum(one => one.Mutations), tallies.Sum(one => one.Inputs))} | {tallies.Sum(one => one.Answered)} "
            + $"| {tallies.Sum(one => one.Inputs - one.Answered - one.Faults)} | {Time(tallies.Max(one => one.slowest))} | {tallies.Sum(one => one.Faults)} |";
    }

    private string Row => $"| {name} | {Inputs} | {Share(Mutations, Inputs)} | {Answered} | {Inputs - Answered - Faults} | {Time(slowest)} ({slowestBytes} bytes) | {Faults} |";

    private static string Share(int part, int all) => $"{(all == 0 ? 0 : 100 * part / all)} %";

    private static string Time(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");
}
