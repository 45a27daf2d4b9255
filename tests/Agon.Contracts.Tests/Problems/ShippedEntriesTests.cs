using System.Diagnostics;
using System.Globalization;
using Agon.Contracts.Problems;
using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Contracts.Tests.Problems;

/// <summary>The shipped entries do what their first lines say, by the shipped harness alone: no judge, no sandbox.</summary>
public sealed class ShippedEntriesTests : IDisposable
{
    private const int Ok = HarnessExit.Success;
    private const int Wrong = HarnessExit.ValidationFailed;
    private static readonly string Shipped = Path.Combine(Repository.Root, "examples", "problems", "subsequence");
    private static readonly TaskDefinition Task = TaskFolder.Read(Shipped);

    private readonly string folder = Directory.CreateTempSubdirectory("agon-entry-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [PythonTheory]
    [InlineData("fast", Ok, Ok, Ok)]
    [InlineData("wrong_greedy", Wrong, Wrong, Wrong)]
    [InlineData("wrong_recursive", Ok, Wrong, Wrong)]
    [InlineData("wrong_memorised", Ok, Ok, Wrong)]
    public void An_entry_passes_and_fails_where_it_says(string entry, int test, int benchmark, int leaderboard)
    {
        Assert.Equal(test, Run(entry, Phase.Test, Task.Seed).Exit);
        Assert.Equal(benchmark, Run(entry, Phase.Benchmark, Task.Seed).Exit);
        Assert.Equal(leaderboard, Run(entry, Phase.Leaderboard, Task.Seed).Exit);
    }

    [PythonTheory]
    [InlineData("correct", Ok)]
    [InlineData("fast", Ok)]
    [InlineData("wrong_greedy", Wrong)]
    [InlineData("wrong_memorised", Wrong)]
    public void With_a_secret_seed_only_right_entries_pass_the_tests(string entry, int test)
    {
        var (exit, claims) = Run(entry, Phase.Test, 1234567);
        Assert.Equal(test, exit);
        Assert.Equal(test == Ok ? "pass" : "fail", claims["check"]);
        Assert.Equal($"{Task.Tests.Length}", claims["test-count"]);
        Assert.Equal(Task.Tests[^1].Line, claims[$"test.{Task.Tests.Length - 1}.spec"]);
    }

    [PythonTheory]
    [InlineData("correct", "fast")]
    public void The_better_algorithm_takes_less_than_a_third_of_the_time(string correct, string fast)
    {
        var (exit, slow) = Run(correct, Phase.Benchmark, Task.Seed);
        var (_, quick) = Run(fast, Phase.Benchmark, Task.Seed);
        Assert.Equal(Ok, exit);
        Assert.Equal($"{Task.Benchmarks.Length}", quick["benchmark-count"]);
        for (var n = 0; n < Task.Benchmarks.Length; n++)
            Assert.True(Best(quick, n) * 3 < Best(slow, n), $"benchmark {n}: {Best(quick, n)} against {Best(slow, n)} ns");
    }

    private static double Best(Dictionary<string, string> claims, int n) =>
        double.Parse(claims[$"benchmark.{n}.best"], CultureInfo.InvariantCulture);

    // The shell makes the harness's descriptor 3 out of the stdout that we read.
    private (int Exit, Dictionary<string, string> Claims) Run(string entry, string mode, long? seed)
    {
        foreach (var (name, text) in Task.Files)
            File.WriteAllText(Path.Combine(folder, name), text);
        File.Copy(Path.Combine(Shipped, "entries", $"{entry}.py"), Path.Combine(folder, "submission.py"), overwrite: true);
        File.WriteAllLines(Path.Combine(folder, "cases"), (mode == Phase.Test ? Task.Tests : Task.Benchmarks).Select(one => one.Line));
        using var harness = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "exec \"$@\" 3>&1 >/dev/null", "harness", PythonTheoryAttribute.Interpreter, "-B", ((TaskConfig.Python)Task.Config).Main, mode, "cases"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment = { ["POPCORN_FD"] = "3", ["POPCORN_SEED"] = seed?.ToString(CultureInfo.InvariantCulture) },
        })!;
        var claims = harness.StandardOutput.ReadToEndAsync();
        if (!claims.Wait(TimeSpan.FromSeconds(60)) || !harness.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            harness.Kill(entireProcessTree: true);
            Assert.Fail($"{entry} did not end its {mode} within 60 s");
        }
        return (harness.ExitCode, claims.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(
            line => line[..line.IndexOf(':', StringComparison.Ordinal)], line => line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]));
    }
}
