namespace Agon.Domain.Runs;

/// <summary>One evaluation as the contract's clients print it: title, short report, long report (contract section 2.3).</summary>
public static class ReportText
{
    /// <summary>The report of a public run.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="gpu">The device.</param>
    /// <param name="scheduler">Who ran it there.</param>
    /// <param name="full">See <see cref="ShortReport.Of"/>.</param>
    public static string Of(Report report, string gpu, string scheduler, bool full) =>
        $"{Head(report, $"{gpu} on {scheduler}", full)}\n\n{LongReport.Of(report)}";

    /// <summary>The report of a secret run: no more than which steps passed.</summary>
    /// <inheritdoc cref="Of"/>
    public static string OfSecret(Report report, string gpu, string scheduler)
    {
        // How a step failed is part of what is secret.
        var phases = report.Phases.Select(phase => phase.Run is { } run ? phase with { Run = run with { Success = true } } : phase);
        return Head(report with { Phases = [.. phases] }, $"{gpu} on {scheduler} (secret)", full: true);
    }

    private static string Head(Report report, string title, bool full)
    {
        var lines = ShortReport.Of(report, full);
        var verdict = ShortReport.IsGood(lines) ? "✅ success" : "❌ failure";
        return string.Join('\n', lines.Select(line => $"> {line}").Prepend($"**{title} {verdict}**"));
    }
}
