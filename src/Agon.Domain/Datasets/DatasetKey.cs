using System.Globalization;
using System.Text.RegularExpressions;

namespace Agon.Domain.Datasets;

/// <summary>Which dataset: a network's transfers over a window of days that ends with a processing date.</summary>
public sealed partial record DatasetKey
{
    public const int LongestWindow = 3650;

    /// <exception cref="FormatException">One of them names no dataset; the message is a sentence.</exception>
    public DatasetKey(string network, DateOnly processingDate, int windowDays)
    {
        if (!IsNetwork(network))
            throw new FormatException($"'{network}' is no network: lower-case letters, digits, - and _, at most 32");
        if (windowDays is < 1 or > LongestWindow || processingDate.DayNumber < LongestWindow)
            throw new FormatException($"a window of {windowDays} days up to {processingDate:yyyy-MM-dd} is none: 1 to {LongestWindow} days are possible");
        (Network, ProcessingDate, WindowDays) = (network, processingDate, windowDays);
    }

    public string Network { get; }

    /// <summary>The last day of the window, in UTC.</summary>
    public DateOnly ProcessingDate { get; }
    public int WindowDays { get; }

    public string Date => ProcessingDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>torus-2025-11-20-300d</c> (contract section 5).</summary>
    public string BatchId => $"{Network}-{Date}-{WindowDays}d";

    /// <summary><c>torus/2025-11-20/300</c>: its place below a folder of datasets, and below <c>snapshots/</c> in S3 (S103).</summary>
    public string Place => $"{Network}/{Date}/{WindowDays}";

    public override string ToString() => Place;

    /// <summary>Whether a network may be called so: names become parts of paths and of objects' names.</summary>
    public static bool IsNetwork(string name) => NetworkName().IsMatch(name);

    /// <summary>The key of a place; null where it is none.</summary>
    public static DatasetKey? Parse(string place) =>
        place.Split('/') is [var network, var date, var window]
        && IsNetwork(network)
        && DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.DayNumber >= LongestWindow
        && int.TryParse(window, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= LongestWindow && $"{days}" == window
            ? new DatasetKey(network, day, days)
            : null;

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]{0,31}\z")]
    private static partial Regex NetworkName();
}
