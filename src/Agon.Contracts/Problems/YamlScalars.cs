using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Agon.Domain.Problems;

namespace Agon.Contracts.Problems;

/// <summary>What a plain word means by the rules of YAML 1.1 (contract section 7.1); quoted ones are text.</summary>
/// <remarks>The expressions are those of the specification's type repository (yaml.org/type), where y and n alone stay words.</remarks>
internal static partial class YamlScalars
{
    /// <summary>Python turns no more digits than this into a whole number.</summary>
    public const int MostDigits = 4300;

    /// <summary>The value of <paramref name="word"/>; null where it is a number of more than <see cref="MostDigits"/> digits.</summary>
    public static CaseValue? Resolve(YamlWord word)
    {
        if (!word.IsPlain)
            return new CaseValue.Text(word.Text);
        if (word.Text is "" or "~" or "null" or "Null" or "NULL")
            return new CaseValue.Nothing();
        if (Truth().IsMatch(word.Text))
            return new CaseValue.Boolean(word.Text.ToLowerInvariant() is "yes" or "true" or "on");
        if (!WholeNumber().IsMatch(word.Text) && !RealNumber().IsMatch(word.Text))
            return new CaseValue.Text(word.Text);
        if (word.Text.Length > MostDigits)
            return null;
        return WholeNumber().IsMatch(word.Text) ? new CaseValue.Whole(ToWhole(word.Text)) : new CaseValue.Real(ToReal(word.Text));
    }

    /// <summary>Whether YAML 1.1 takes the plain word for a date, which no test or benchmark can hold.</summary>
    public static bool IsDate(YamlWord word) => word.IsPlain && Date().IsMatch(word.Text);

    private static BigInteger ToWhole(string text)
    {
        var digits = text.Replace("_", "").TrimStart('+', '-');
        var value = digits switch
        {
            _ when digits.Contains(':') => digits.Split(':').Aggregate(BigInteger.Zero, (sum, part) => sum * 60 + BigInteger.Parse(part)),
            ['0', 'x', .. var hex] => BigInteger.Parse("0" + hex, NumberStyles.AllowHexSpecifier),
            ['0', 'b', .. var bits] => BigInteger.Parse("0" + bits, NumberStyles.AllowBinarySpecifier),
            ['0', .. var octal] => octal.Aggregate(BigInteger.Zero, (sum, digit) => sum * 8 + (digit - '0')),
            _ => BigInteger.Parse(digits),
        };
        return text[0] == '-' ? -value : value;
    }

    private static double ToReal(string text)
    {
        var digits = text.Replace("_", "").ToLowerInvariant();
        var sign = digits[0] == '-' ? -1.0 : 1.0;
        digits = digits.TrimStart('+', '-');
        return sign * digits switch
        {
            ".inf" => double.PositiveInfinity,
            ".nan" => double.NaN,
            _ when digits.Contains(':') => digits.Split(':').Aggregate(0.0, (sum, part) => sum * 60 + double.Parse(part)),
            _ => double.Parse(digits),
        };
    }

    [GeneratedRegex(@"^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)\z")]
    private static partial Regex Truth();

    [GeneratedRegex(@"^(?:[-+]?0b_*[01][01_]*|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)\z")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z")]
    private static partial Regex RealNumber();

    [GeneratedRegex(@"^[0-9]{4}-(?:[0-9]{2}-[0-9]{2}\z|[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2})")]
    private static partial Regex Date();
}
