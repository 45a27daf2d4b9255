using System.Diagnostics;
using System.Globalization;
using System.Text;
using Agon.Contracts.Problems;
using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Contracts.Tests.Problems;

/// <summary>The shipped entries do what their first lines say, by the shipped harness alone: no judge, no sandbox.</summary>
public sealed class ShippedEntriesTests : IDisposable
{
    private const int Ok = HarnessExit.Success;
    private const int Wrong = HarnessExit.ValidationFailed;
    private static readonly string Examples = Path.Combine(Repository.Root, "examples", "problems");

    private readonly string folder = Directory.CreateTempSubdirectory("agon-entry-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [PythonTheory]
    [InlineData("subsequence", "fast", Ok, Ok, Ok)]
    [InlineData("subsequence", "wrong_greedy", Wrong, Wrong, Wrong)]
    [InlineData("subsequence", "wrong_recursive", Ok, Wrong, Wrong)]
    [InlineData("subsequence", "wrong_memorised", Ok, Ok, Wrong)]
    [InlineData("roads", "fast", Ok, Ok, Ok)]
    [InlineData("roads", "wrong_one_way", Wrong, Wrong, Wrong)]
    [InlineData("roads", "wrong_cut_short", Ok, Wrong, Wrong)]
    public void An_entry_passes_and_fails_where_it_says(string contest, string entry, int test, int benchmark, int leaderboard)
    {
        var task = TaskOf(contest);
        Assert.Equal(test, Run(contest, entry, Phase.Test, task.Seed).Exit);
        Assert.Equal(benchmark, Run(contest, entry, Phase.Benchmark, task.Seed).Exit);
        Assert.Equal(leaderboard, Run(contest, entry, Phase.Leaderboard, task.Seed).Exit);
    }

    [PythonTheory]
    [InlineData("subsequence")]
    [InlineData("roads")]
    public void The_harness_tells_in_profile_mode_where_the_time_went(string contest)
    {
        var (exit, claims) = Run(contest, "fast", Phase.Profile, TaskOf(contest).Seed);
        Assert.Equal(Ok, exit);
        Assert.Contains("custom_kernel", Encoding.UTF8.GetString(Convert.FromBase64String(claims["benchmark.0.report"])), StringComparison.Ordinal);
    }

    [PythonTheory]
    [InlineData("subsequence", "correct", Ok)]
    [InlineData("subsequence", "fast", Ok)]
    [InlineData("subsequence", "wrong_greedy", Wrong)]
    [InlineData("subsequence", "wrong_memorised", Wrong)]
    [InlineData("roads", "correct", Ok)]
    [InlineData("roads", "fast", Ok)]
    [InlineData("roads", "wrong_one_way", Wrong)]
    public void With_a_secret_seed_only_right_entries_pass_the_tests(string contest, string entry, int test)
    {
        var task = TaskOf(contest);
        var (exit, claims) = Run(contest, entry, Phase.Test, 1234567);
        Assert.Equal(test, exit);
        Assert.Equal(test == Ok ? "pass" : "fail", claims["check"]);
        Assert.Equal($"{task.Tests.Length}", claims["test-count"]);
        Assert.Equal(task.Tests[^1].Line, claims[$"test.{task.Tests.Length - 1}.spec"]);
    }

    [PythonTheory]
    [InlineData("subsequence", 3)]
    [InlineData("roads", 1.2)]
    public void The_better_algorithm_is_so_many_times_as_fast(string contest, double times)
    {
        var task = TaskOf(contest);
        var (exit, slow) = Run(contest, "correct", Phase.Benchmark, task.Seed);
        var (_, quick) = Run(contest, "fast", Phase.Benchmark, task.Seed);
        Assert.Equal(Ok, exit);
        Assert.Equal($"{task.Benchmarks.Length}", quick["benchmark-count"]);
        var ratios = Enumerable.Range(0, task.Benchmarks.Length).Select(n => Best(slow, n) / Best(quick, n)).ToList();
        Assert.True(ratios.Aggregate(1.0, (product, ratio) => product * ratio) > Math.Pow(times, ratios.Count), string.Join(", ", ratios));
    }

    private static TaskDefinition TaskOf(string contest) => TaskFolder.Read(Path.Combine(Examples, contest));

    private static double Best(Dictionary<string, string> claims, int n) =>
        double.Parse(claims[$"benchmark.{n}.best"], CultureInfo.InvariantCulture);

    // The shell makes the harness's descriptor 3 out of the stdout that we read.
    private (int Exit, Dictionary<string, string> Claims) Run(string contest, string entry, string mode, long? seed)
    {
        var task = TaskOf(contest);
        foreach (var (name, text) in task.Files)
            File.WriteAllText(Path.Combine(folder, name), text);
        File.Copy(Path.Combine(Examples, contest, "entries", $"{entry}.py"), Path.Combine(folder, "submission.py"), overwrite: true);
        File.WriteAllLines(Path.Combine(folder, "cases"), (mode == Phase.Test ? task.Tests : task.Benchmarks).Select(one => one.Line));
        using var harness = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "exec \"$@\" 3>&1 >/dev/null", "harness", PythonTheoryAttribute.Interpreter, "-B", ((TaskConfig.Python)task.Config).Main, mode, "cases"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment = { ["POPCORN_FD"] = "3", ["POPCORN_SEED"] = seed?.ToString(CultureInfo.InvariantCulture) },
        })!;
        var claims = harness.StandardOutput.ReadToEndAsync();
        if (!claims.Wait(TimeSpan.FromSeconds(60)) || !harness.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            harness.Kill(entireProcessTree: true);
            Assert.Fail($"{contest}/{entry} did not end its {mode} within 60 s");
        }
        return (harness.ExitCode, claims.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(
            line => line[..line.IndexOf(':', StringComparison.Ordinal)], line => line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]));
    }
}
