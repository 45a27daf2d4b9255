using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;

namespace Agon.Domain.Tests.Scoring;

public sealed class ClaimRulesTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("test-count: 2", null)]
    [InlineData("test-count: 3", "the harness reported test-count '3', but 2 were sent")]
    [InlineData("test-count: two", "the harness reported test-count 'two', but 2 were sent")]
    public void A_count_of_tests_may_be_missing_but_not_wrong(string claims, string? refusal) =>
        Assert.Equal(refusal, ClaimRules.Refusal(Phase.Test, Lines(claims), caseCount: 2));

    [Theory]
    [InlineData("benchmark-count: 2|benchmark.0.mean: 1.5|benchmark.1.mean: 1e9", null)]
    [InlineData("benchmark.0.mean: 1|benchmark.1.mean: 1", "the harness reported no benchmark-count")]
    [InlineData("benchmark-count: 0", "the harness reported benchmark-count '0', but 2 were sent")]
    [InlineData("benchmark-count: 2|benchmark.0.mean: 1", "the harness reported no benchmark.1.mean")]
    [InlineData("benchmark-count: 2|benchmark.0.mean: 0|benchmark.1.mean: 1", "benchmark.0.mean is '0', not a finite positive number of nanoseconds")]
    public void Timed_phases_need_their_count_and_a_time_for_each_case(string claims, string? refusal)
    {
        Assert.Equal(refusal, ClaimRules.Refusal(Phase.Benchmark, Lines(claims), caseCount: 2));
        Assert.Equal(refusal, ClaimRules.Refusal(Phase.Leaderboard, Lines(claims), caseCount: 2));
    }

    [Fact]
    public void A_phase_without_cases_has_nothing_to_tell() =>
        Assert.Null(ClaimRules.Refusal(Phase.Benchmark, Lines("benchmark-count: 0"), caseCount: 0));

    [Fact]
    public void An_entry_that_failed_needs_no_times() =>
        Assert.Null(ClaimRules.Refusal(Some.Refused(Phase.Benchmark, new() { ["check"] = "fail", ["benchmark-count"] = "0" })));

    [Fact]
    public void A_refused_benchmark_is_why_there_is_no_score() =>
        Assert.Equal(
            new ScoreOutcome.Refused("the harness reported benchmark-count '0', but 1 were sent"),
            ScoringRules.Of(RankingBy.Last, Some.Report(
                Some.Passed(Phase.Test), Some.Refused(Phase.Benchmark, new() { ["check"] = "pass", ["benchmark-count"] = "0" }))));

    private static Dictionary<string, string> Lines(string claims) =>
        claims.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ")).ToDictionary(pair => pair[0], pair => pair[1]);
}
