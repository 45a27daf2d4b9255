using Agon.Domain.Runs;

namespace Agon.Domain.Tests.Runs;

public class ReportTextTests
{
    private static readonly Dictionary<string, string> Tests = new()
    {
        ["check"] = "fail",
        ["test-count"] = "3",
        ["test.0.spec"] = "n: 1",
        ["test.0.status"] = "pass",
        ["test.0.message"] = "close enough",
        ["test.1.spec"] = "n: 2",
        ["test.1.status"] = "fail",
        ["test.1.error"] = @"mismatch\nat 7",
        ["test.3.spec"] = "never reached",
        ["test.3.status"] = "pass",
    };

    private static readonly Dictionary<string, string> Benchmarks = new()
    {
        ["benchmark-count"] = "3",
        ["benchmark.0.spec"] = "n: 1000",
        ["benchmark.0.mean"] = "3300",
        ["benchmark.0.err"] = "12.5",
        ["benchmark.0.best"] = "3100",
        ["benchmark.0.worst"] = "5000000",
        ["benchmark.1.spec"] = "n: 2000",
        ["benchmark.1.status"] = "fail",
        ["benchmark.1.error"] = @"wrong\nresult",
        ["benchmark.2.mean"] = "nan",
    };

    [Fact]
    public void Tests_are_listed_up_to_the_first_number_that_is_missing() =>
        Assert.Equal("✅ n: 1\n> close enough\n❌ n: 2\n> mismatch\nat 7", CaseLogs.OfTests(Tests));

    [Fact]
    public void Benchmarks_show_mean_error_best_and_worst() => Assert.Equal(
        "n: 1000\n ⏱ 3.30 ± 0.013 µs\n ⚡ 3.10 µs 🐌 5.00 ms\n\n❌ n: 2000\n> wrong\nresult\n\nbenchmark 2\n ⏱ –\n ⚡ – 🐌 –\n",
        CaseLogs.OfBenchmarks(Benchmarks));

    [Fact]
    public void A_report_leads_with_its_title_and_the_short_report()
    {
        var report = Some.Report(With(Some.Passed("test"), Tests));
        var text = ReportText.Of(report with { System = new SystemInfo { Gpu = "NVIDIA H100", Cpu = "two cores" } }, "H100", "Local", full: false);

        Assert.StartsWith("**H100 on Local ✅ success**\n> ✅ Testing successful\n\nRunning on:\n* GPU: `NVIDIA H100`\n* CPU: `two cores`\n", text);
        Assert.Contains("\n\n## ✅ Passed 1/3 tests:\n```\n✅ n: 1\n", text);
        Assert.DoesNotContain("Platform", text);
        Assert.DoesNotContain('\r', text);
    }

    [Fact]
    public void A_failed_test_is_shown_with_its_log_and_output_and_nothing_follows()
    {
        var failed = With(Some.Failed("test"), Tests, stdout: "said\n", stderr: "cried");
        var text = ReportText.Of(Some.Report(failed, Some.Passed("benchmark")), "CPU", "Local", full: true);

        Assert.StartsWith("**CPU on Local ❌ failure**\n> ❌ Testing failed\n\n", text);
        Assert.Contains("# Testing failed", text);
        Assert.EndsWith("## Test log:\n```\n✅ n: 1\n> close enough\n❌ n: 2\n> mismatch\nat 7\n```\n\n\n## Program stderr:\n```\ncried\n```\n\n\n## Program stdout:\n```\nsaid\n```\n", text);
    }

    [Theory]
    [InlineData(114, "**timed out** after 1.00 s")]
    [InlineData(1, "ended with exit code **1** after 1.00 s")]
    [InlineData(-9, "ended with exit code **-9** after 1.00 s")]
    public void A_crash_is_told_with_its_command_and_time(int exitCode, string says)
    {
        var text = LongReport.Of(Some.Report(With(Some.Failed("benchmark", exitCode), Benchmarks, stderr: "Traceback")));
        Assert.Contains($"# Running failed\nCommand `python3 eval.py` {says}", text);
        Assert.Contains("## Program stderr:\n```\nTraceback\n```", text);
        Assert.DoesNotContain("Benchmarks:", text);
    }

    [Fact]
    public void A_ranked_report_has_a_log_for_each_step_and_a_single_run_its_output()
    {
        var ranked = LongReport.Of(Some.Report(
            With(Some.Passed("test"), Tests, stdout: "hidden"), With(Some.Passed("benchmark"), Benchmarks), With(Some.Passed("leaderboard"), Benchmarks)));
        Assert.Equal(["✅ Passed 1/3 tests", "Benchmarks", "Ranked Benchmark"], Headers(ranked));
        Assert.Equal(["Benchmarks", "Program stdout"], Headers(LongReport.Of(Some.Report(With(Some.Passed("benchmark"), Benchmarks, stdout: "shown")))));
    }

    [Fact]
    public void A_profile_is_decoded()
    {
        var result = new Dictionary<string, string> { ["benchmark.0.spec"] = "n: 1", ["benchmark.0.report"] = Convert.ToBase64String("hot loop"u8) };
        Assert.Contains("## Profile of n: 1:\n```\nhot loop\n```", LongReport.Of(Some.Report(With(Some.Passed("profile.0"), result))));
    }

    [Fact]
    public void A_failed_compilation_shows_what_the_compiler_said()
    {
        var compilation = new Compilation(NvccFound: true, "12", Success: false, "nvcc -O3", "", "error: no", 2);
        var text = LongReport.Of(Some.Report(Some.Passed("test") with { Compilation = compilation, Run = null }));
        Assert.EndsWith("# Compilation failed\nCommand `nvcc -O3` ended with exit code 2.\n\n\n## Compiler stderr:\n```\nerror: no\n```\n", text);

        var none = compilation with { NvccFound = false, Command = "" };
        Assert.Contains("No compiler was found", LongReport.Of(Some.Report(Some.Passed("test") with { Compilation = none, Run = null })));
    }

    [Fact]
    public void What_an_entry_prints_cannot_end_its_fence()
    {
        var text = LongReport.Of(Some.Report(With(Some.Passed("benchmark"), Benchmarks, stdout: "```\n# Leaderboard run successful")));
        Assert.EndsWith("## Program stdout:\n````\n```\n# Leaderboard run successful\n````\n", text);
    }

    [Fact]
    public void Of_a_secret_run_no_more_is_told_than_which_steps_passed()
    {
        var report = Some.Report(With(Some.Passed("test"), Tests, stdout: "WHISPERED"), With(Some.Failed("benchmark", 1), Benchmarks, stderr: "WHISPERED"));
        Assert.Equal(
            "**CPU on Local (secret) ❌ failure**\n> ✅ Testing successful\n> ❌ Benchmarking failed",
            ReportText.OfSecret(report, "CPU", "Local"));
    }

    private static IEnumerable<string> Headers(string text) =>
        text.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..^1]);

    private static PhaseResult With(PhaseResult phase, Dictionary<string, string> result, string stdout = "", string stderr = "") =>
        phase with { Run = phase.Run! with { Result = result, Stdout = stdout, Stderr = stderr } };
}
