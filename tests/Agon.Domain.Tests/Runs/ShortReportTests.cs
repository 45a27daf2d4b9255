using Agon.Domain.Runs;

namespace Agon.Domain.Tests.Runs;

public class ShortReportTests
{
    private static readonly Compilation Compiled = new(NvccFound: true, "12", Success: true, "nvcc", "", "", 0);

    /// <summary>Phases as "key" or "key=exit code", whether full, and the lines.</summary>
    public static TheoryData<string, bool, string> Reports => new()
    {
        { "test", false, "✅ Testing successful" },
        { "test=112", false, "❌ Testing failed" },
        { "test=1", false, "❌ Running tests failed (internal error 1)" },
        { "test=-11", false, "❌ Running tests failed (internal error -11)" },
        { "test=114", false, "❌ Running tests failed (timeout)" },
        { "test=110", false, "❌ Running tests failed (cuda api error)" },
        { "benchmark", false, "✅ Benchmarking successful" },
        { "benchmark=112", false, "❌ Benchmarking failed" },
        { "benchmark=114", false, "❌ Running benchmarks failed (timeout)" },
        { "profile.0 profile.1", false, "✅ Profiling successful|✅ Profiling successful" },
        { "profile.0=112 profile.1", false, "❌ Profiling failed" },
        { "profile.0=114", false, "❌ Running profile failed (timeout)" },
        { "test benchmark leaderboard", true, "✅ Testing successful|✅ Benchmarking successful|✅ Leaderboard run successful" },
        { "test benchmark leaderboard=112", true, "✅ Testing successful|✅ Benchmarking successful|❌ Leaderboard run failed" },
        { "test benchmark leaderboard=2", true, "✅ Testing successful|✅ Benchmarking successful|❌ Running leaderboard failed (internal error 2)" },
        { "test benchmark=112", true, "✅ Testing successful|❌ Benchmarking failed" },
        { "test", true, "✅ Testing successful|❌ Benchmarks missing|❌ Leaderboard missing" },
        { "leaderboard", true, "❌ Tests missing|❌ Benchmarks missing|✅ Leaderboard run successful" },
        { "", true, "❌ Tests missing|❌ Benchmarks missing|❌ Leaderboard missing" },
        { "", false, "❌ Nothing was run" },
    };

    [Theory]
    [MemberData(nameof(Reports))]
    public void Each_step_has_a_line_up_to_the_first_that_failed(string phases, bool full, string lines) =>
        Assert.Equal(lines.Split('|'), ShortReport.Of(Report(phases), full));

    [Theory]
    [InlineData("test", false, true)]
    [InlineData("test=112", false, false)]
    [InlineData("test", true, false)]
    [InlineData("test benchmark leaderboard", true, true)]
    [InlineData("test benchmark leaderboard=112", true, false)]
    public void The_sign_of_the_last_line_is_the_verdict(string phases, bool full, bool good) =>
        Assert.Equal(good, ShortReport.IsGood(ShortReport.Of(Report(phases), full)));

    [Fact]
    public void A_compilation_leads_and_a_failed_one_is_all_there_is()
    {
        var passed = Some.Passed("test") with { Compilation = Compiled };
        Assert.Equal(["✅ Compilation successful", "✅ Testing successful"], ShortReport.Of(Some.Report(passed), full: false));

        var failed = Some.Passed("test") with { Compilation = Compiled with { Success = false }, Run = null };
        Assert.Equal(["❌ Compilation failed"], ShortReport.Of(Some.Report(Some.Passed("test"), failed), full: true));
    }

    [Fact]
    public void An_evaluation_that_did_not_work_says_why_in_one_line()
    {
        Assert.Equal(["❌ the disk is full"], ShortReport.Of(Some.Report() with { Success = false, Error = "the disk\nis full" }, full: true));
        Assert.Equal(["❌ the evaluation failed"], ShortReport.Of(Some.Report() with { Success = false }, full: false));
        Assert.Equal(["❌ Running tests failed"], ShortReport.Of(Some.Report(Some.Passed("test") with { Run = null }), full: false));
    }

    private static Report Report(string phases) => Some.Report([.. phases.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(phase => phase.Split('='))
        .Select(phase => phase is [var key, var code] ? Some.Failed(key, int.Parse(code)) : Some.Passed(phase[0]))]);
}
