using System.Globalization;
using System.Numerics;
using Agon.Domain.Problems;

namespace Agon.Domain.Scoring;

/// <summary>Times for people: the contract's format (section 10).</summary>
public static class TimeText
{
    private const string Nothing = "–";

    /// <summary>A time of so many nanoseconds, with its error if that is known and not zero; null is an en dash.</summary>
    public static string Of(double? nanoseconds, double? error = null)
    {
        if (nanoseconds is not { } value)
            return Nothing;
        var (scale, unit) = value switch
        {
            > 2_000_000 => (1e6, "ms"),
            > 2_000 => (1e3, "µs"),
            _ => (1.0, "ns"),
        };
        value /= scale;
        var deviation = error is null or 0 ? "" : $" ± {ErrorOf(value, error.Value / scale)}";
        return $"{ValueOf(value)}{deviation} {unit}";
    }

    /// <summary>A score, which is kept in seconds.</summary>
    public static string OfSeconds(double seconds) => Of(seconds * 1e9);

    private static string ValueOf(double value) => value switch
    {
        < 1 => PythonNumber.Format(value),
        < 10 => Fixed(value, 2),
        < 100 => Fixed(value, 1),
        _ => Fixed(value, 0),
    };

    private static string ErrorOf(double value, double error) => value switch
    {
        < 1 => PythonNumber.Format(error),
        < 10 => Fixed(error, 3),
        < 100 => Fixed(error, 2),
        _ => Fixed(error, 1),
    };

    // .NET rounds an exact half away from zero, the contract to even; and only whole numbers know what an exact half is.
    private static string Fixed(double value, int decimals)
    {
        if (!double.IsFinite(value))
            return PythonNumber.Format(value);
        var (mantissa, exponent) = Parts(Math.Abs(value));
        var scaled = mantissa * BigInteger.Pow(10, decimals);
        if (exponent >= 0)
            scaled <<= exponent;
        else
            scaled = DivideToEven(scaled, BigInteger.One << -exponent);

        var digits = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var sign = value < 0 ? "-" : "";
        return decimals == 0 ? sign + digits : $"{sign}{digits[..^decimals]}.{digits[^decimals..]}";
    }

    private static BigInteger DivideToEven(BigInteger value, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(value, divisor, out var remainder);
        var twice = (remainder << 1).CompareTo(divisor);
        return twice > 0 || (twice == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    private static (BigInteger Mantissa, int Exponent) Parts(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52);
        var fraction = bits & ((1L << 52) - 1);
        return exponent == 0 ? (fraction, -1074) : (fraction | (1L << 52), exponent - 1075);
    }
}
