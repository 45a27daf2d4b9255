using System.CommandLine;

namespace Agon.Benchmarks.Rows;

/// <summary>"What agon eval adds": the same harness on the same case with and without Agon, by <c>hyperfine</c>.</summary>
internal static class EvalRow
{
    public static Command Create(Option<bool> quick)
    {
        var command = new Command("eval", "What agon eval adds to the bare harness's time, beside that time.") { quick };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(quick), cancellationToken));
        return command;
    }

    private static async Task RunAsync(bool quick, CancellationToken cancellationToken)
    {
        var rounds = quick ? 1 : 5;
        var start = (await Hyperfine.MediansAsync([$"{AgonCommand.Program} --version"], rounds, cancellationToken))[0];
        foreach (var size in quick ? [10] : new[] { 10, 20_000, 150_000 })
        {
            var folder = Directory.CreateTempSubdirectory("agon-bench-eval-");
            var problem = SpinProblem.Write(folder.FullName, size);
            var medians = await Hyperfine.MediansAsync(
                [$"{AgonCommand.Program} eval {problem.Folder} {problem.Entry} --mode test --i-trust-all-submitters", problem.Bare], Math.Min(rounds, size > 100_000 ? 3 : 5), cancellationToken);
            var added = medians[0] - medians[1];
            Table.Add($"agon eval adds, harness of {medians[1]:0.00} s", $"{added:0.00} s, {added / medians[1]:P1} (start of agon alone: {start:0.00} s)",
                $"{medians[1]:0.00} s, bare harness by hyperfine", medians[0] / medians[1], "1.03");
            folder.Delete(recursive: true);
        }
    }
}
