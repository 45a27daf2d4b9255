using System.Globalization;

namespace Agon.Evaluation.Kernels;

/// <summary>Times as reports show them (contract section 10).</summary>
public static class TimeText
{
    /// <summary>A time in nanoseconds, in ns up to 2,000, in µs up to 2,000,000, else in ms.</summary>
    /// <param name="nanoseconds">The time.</param>
    /// <param name="error">Standard error in nanoseconds; left out if it is null or 0.</param>
    public static string Of(double nanoseconds, double? error = null)
    {
        var (divisor, unit) = nanoseconds switch
        {
            > 2_000_000 => (1e6, "ms"),
            > 2_000 => (1e3, "µs"),
            _ => (1.0, "ns"),
        };
        var value = nanoseconds / divisor;
        var digits = value switch { < 10 => 2, < 100 => 1, _ => 0 };
        // Below 1 a fixed number of digits would show nothing.
        var text = Math.Abs(value) < 1 ? value.ToString("R", CultureInfo.InvariantCulture) : Fixed(value, digits);
        return error is null or 0 ? $"{text} {unit}" : $"{text} ± {Fixed(error.Value / divisor, digits + 1)} {unit}";
    }

    private static string Fixed(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
