using Agon.Contracts.Problems;
using Agon.Domain.Scoring;

namespace Agon.Cli.Problems;

/// <summary>What a check found, as a person reads it.</summary>
internal static class TaskCheckText
{
    public static void Print(Shell shell, TaskCheckView found)
    {
        foreach (var entry in found.Entries)
            shell.Print(LineOf(entry));
        foreach (var finding in found.Findings)
            shell.Print($"{finding.File}{(finding.Line is { } line ? $":{line}" : "")}: {finding.Severity}: {finding.Message}");
        if (found.CannotRun is { } reason)
            shell.Print($"the entries were not run: {reason}");
        shell.Print($"{Counted(found, "error")}, {Counted(found, "warning")}");
    }

    private static string LineOf(JudgedEntryView entry) => entry switch
    {
        { Passed: true, Score: { } score } => $"{entry.File}: passed, {TimeText.OfSeconds(score)}",
        { Passed: true } => $"{entry.File}: passed",
        _ => $"{entry.File}: {entry.Failure}",
    };

    private static string Counted(TaskCheckView found, string severity) =>
        found.Findings.Count(finding => finding.Severity == severity) is var count ? $"{count} {severity}{(count == 1 ? "" : "s")}" : "";
}
