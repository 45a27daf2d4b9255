using System.Text;
using Agon.Contracts.Problems;
using Agon.Domain.Problems;

namespace Agon.Cli.Problems;

/// <summary>A task as a person reads it.</summary>
internal static class TaskSummary
{
    public static string Of(TaskDefinition task)
    {
        var text = new StringBuilder();
        Line(text, "lang", task.Lang);
        Line(text, "config", task.Config switch
        {
            TaskConfig.Python(var main) => $"main {main}",
            TaskConfig.Compiled compiled => string.Join(' ', ["sources", .. compiled.Sources, .. compiled.CompileFlags]),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        Line(text, "files", string.Join(", ", task.Files.Select(file => file.Value == TaskDefinition.SubmissionMarker ? $"{file.Key} (handed in)" : file.Key)));
        Line(text, "templates", string.Join(", ", task.Templates.Keys));
        Line(text, "gpus", string.Join(", ", task.Gpus) + (task.MultiGpu ? " (several at once)" : ""));
        Line(text, "ranking_by", $"{TaskDocument.RankingWord(task.RankingBy)}, {(task.ScoreAscending ? "lower" : "higher")} is better");
        Line(text, "timeouts", $"test {task.TestTimeoutSeconds} s, benchmark {task.BenchmarkTimeoutSeconds} s, ranked {task.RankedTimeoutSeconds} s");
        Line(text, "seed", task.Seed is { } seed ? $"{seed} in public runs" : "none in public runs");
        Line(text, "isolation", $"{IsolationWord.Of(task.Agon.MinIsolation)} at least");
        Cases(text, "tests", task.Tests);
        Cases(text, "benchmarks", task.Benchmarks);
        return text.Append('\n').Append(task.Description.TrimEnd()).ToString();
    }

    private static void Line(StringBuilder text, string name, string value) => text.Append($"{name + ':',-12}{(value.Length > 0 ? value : "none")}\n");

    private static void Cases(StringBuilder text, string name, IReadOnlyCollection<Case> cases)
    {
        Line(text, name, $"{cases.Count}");
        foreach (var one in cases)
            text.Append($"  {one.Line}\n");
    }
}
