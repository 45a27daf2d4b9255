using System.Globalization;

namespace Agon.Domain.Baselines;

/// <summary>A version, written v1.10.0 (D33) and compared as numbers.</summary>
public readonly record struct BaselineVersion(int Major, int Minor, int Patch) : IComparable<BaselineVersion>
{
    private const int MostDigits = 9;

    /// <summary>Of the first baseline of its type.</summary>
    public static BaselineVersion First { get; } = new(1, 0, 0);

    /// <summary>What a promoted baseline is called: the next minor version.</summary>
    public BaselineVersion Next => new(Major, Minor + 1, 0);

    /// <summary>Reads [v]MAJOR.MINOR[.PATCH]; null for any other text, which is never taken for the beginning.</summary>
    public static BaselineVersion? Parse(string text)
    {
        var parts = (text.StartsWith('v') ? text[1..] : text).Split('.');
        if (parts.Length is not (2 or 3))
            return null;
        var numbers = parts.Select(Number).ToArray();
        return numbers.All(number => number is not null) ? new(numbers[0]!.Value, numbers[1]!.Value, parts.Length == 3 ? numbers[2]!.Value : 0) : null;
    }

    public int CompareTo(BaselineVersion other) => (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    public static bool operator <(BaselineVersion left, BaselineVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(BaselineVersion left, BaselineVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(BaselineVersion left, BaselineVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BaselineVersion left, BaselineVersion right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"v{Major}.{Minor}.{Patch}";

    private static int? Number(string digits) =>
        digits.Length is >= 1 and <= MostDigits && digits.All(char.IsAsciiDigit) ? int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) : null;
}
