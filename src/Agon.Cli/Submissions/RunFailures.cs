using Agon.Contracts.Submissions;
using Agon.Domain.Runs;

namespace Agon.Cli.Submissions;

/// <summary>Why one's own public runs failed: the cases that went wrong, how the program ended, what it last wrote to stderr.</summary>
internal static class RunFailures
{
    private const int CasesShown = 5;
    private const int StderrLinesShown = 10;

    public static void Print(Shell shell, SubmissionView submission)
    {
        foreach (var run in submission.Runs.Where(run => run is { Secret: false, Passed: false }))
        {
            foreach (var line in FailedCases.Of(run.Result ?? new Dictionary<string, string>()).Take(CasesShown))
                shell.Print($"{run.Mode}: {line}");
            if (run.ExitCode is { } code && !HarnessExit.IsSuccess(code))
                shell.Print($"exit:   {code}{(HarnessExit.MeaningOf(code) is { } meaning ? $" ({meaning})" : "")}");
            foreach (var line in LastLines(run.Stderr ?? ""))
                shell.Print($"stderr: {line}");
        }
    }

    private static IEnumerable<string> LastLines(string text) =>
        text.TrimEnd().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(StderrLinesShown);
}
