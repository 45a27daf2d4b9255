using System.Globalization;
using System.Text.RegularExpressions;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;

namespace Agon.Evaluation.Kernels;

/// <summary>Turns the claims of one phase into lines for people while they come in; at most 200 lines of 500 characters.</summary>
/// <remarks>A case is named by the line that was sent, never by the spec that the harness claims for it.</remarks>
internal sealed partial class CaseLog(Phase phase)
{
    public const int MaxLines = 200;
    public const int MaxLength = 500;

    private int lines;

    /// <summary>What to show for one line of the verdict channel; null for nothing.</summary>
    public string? Read(string verdictLine)
    {
        if (lines >= MaxLines || Claim().Match(verdictLine) is not { Success: true } claim)
            return null;
        // The pattern allows at most six digits.
        var index = int.Parse(claim.Groups["index"].ValueSpan, CultureInfo.InvariantCulture);
        if (index >= phase.Cases.Length)
            return null;
        var text = Text(claim.Groups["what"].Value, claim.Groups["value"].Value.Trim(), phase.Cases[index]);
        if (text is null)
            return null;
        lines++;
        return PlainText.OneLine(text, MaxLength);
    }

    private static string? Text(string what, string value, Case sent) => what switch
    {
        "status" when value == "pass" => $"✅ {sent.Line}",
        "status" => $"❌ {sent.Line}",
        "mean" => $"⏱ {Time(value)}  {sent.Line}",
        "error" or "message" when value.Length > 0 => $"  > {value}",
        _ => null,
    };

    private static string Time(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var nanoseconds) && double.IsFinite(nanoseconds)
            ? TimeText.Of(nanoseconds)
            : value;

    [GeneratedRegex(@"^\s*(test|benchmark)\.(?<index>[0-9]{1,6})\.(?<what>status|mean|error|message)\s*:(?<value>.*)$",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Claim();
}
