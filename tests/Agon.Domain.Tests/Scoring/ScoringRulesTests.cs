using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;
using FsCheck;
using FsCheck.Fluent;

namespace Agon.Domain.Tests.Scoring;

public sealed class ScoringRulesTests
{
    private static Dictionary<string, string> Claims(params string[] means)
    {
        var claims = new Dictionary<string, string> { ["check"] = "pass", ["benchmark-count"] = $"{means.Length}" };
        for (var n = 0; n < means.Length; n++)
            claims[$"benchmark.{n}.mean"] = means[n];
        return claims;
    }

    private static double Score(RankingBy rankingBy, params string[] means) =>
        Assert.IsType<ScoreOutcome.Scored>(ScoringRules.Of(rankingBy, Claims(means), means.Length)).Seconds;

    private static string Reason(RankingBy rankingBy, Dictionary<string, string> claims, int caseCount) =>
        Assert.IsType<ScoreOutcome.Refused>(ScoringRules.Of(rankingBy, claims, caseCount)).Reason;

    [Fact]
    public void A_score_is_in_seconds_and_the_claims_are_in_nanoseconds()
    {
        Assert.Equal(0.25, Score(RankingBy.Last, "250000000.0"), 1e-15);
        Assert.Equal(2.5, Score(RankingBy.Mean, "1e9", "4e9"), 1e-12);
        Assert.Equal(2.0, Score(RankingBy.Geom, "1000000000", "4000000000"), 1e-12);
    }

    [Theory]
    [InlineData("1500", 1.5e-6)]
    [InlineData(" 1500.0 ", 1.5e-6)]
    [InlineData("+1.5e3", 1.5e-6)]
    [InlineData("1.5E+03", 1.5e-6)]
    [InlineData("1e-9", 1e-18)]
    [InlineData("1e-300", 1e-309)]
    [InlineData("1e300", 1e291)]
    public void A_claim_may_be_written_as_any_float(string mean, double seconds) =>
        Assert.Equal(1, Score(RankingBy.Last, mean) / seconds, 1e-9);

    [Theory]
    [InlineData("nan")]
    [InlineData("NaN")]
    [InlineData("inf")]
    [InlineData("Infinity")]
    [InlineData("-inf")]
    [InlineData("0")]
    [InlineData("0.0")]
    [InlineData("-0.0")]
    [InlineData("-1")]
    [InlineData("-1e-300")]
    [InlineData("1e999")]
    [InlineData("1e-999")]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("1,5")]
    [InlineData("1_000")]
    [InlineData("0x10")]
    [InlineData("1 2")]
    [InlineData("١٢")]
    public void A_claim_that_is_no_finite_positive_number_is_refused_by_name(string mean)
    {
        foreach (var rankingBy in Enum.GetValues<RankingBy>())
            Assert.Equal($"benchmark.1.mean is '{mean}', not a finite positive number of nanoseconds", Reason(rankingBy, Claims("5", mean), 2));
    }

    [Fact]
    public void Four_hundred_digits_are_infinite_and_shown_short()
    {
        var reason = Reason(RankingBy.Last, Claims(new string('9', 400)), 1);
        Assert.Equal($"benchmark.0.mean is '{new string('9', 40)}...', not a finite positive number of nanoseconds", reason);
    }

    [Fact]
    public void A_time_too_short_to_be_a_number_of_seconds_is_refused()
    {
        Assert.Equal("the score is not a finite positive number of seconds", Reason(RankingBy.Last, Claims("5e-324"), 1));
        Assert.Equal("the score is not a finite positive number of seconds", Reason(RankingBy.Mean, Claims("1e308", "1e308"), 2));
    }

    [Fact]
    public void The_geometric_mean_of_many_tiny_or_huge_values_neither_vanishes_nor_overflows()
    {
        Assert.Equal(1, Score(RankingBy.Geom, [.. Enumerable.Repeat("1e-12", 40)]) / 1e-21, 1e-9);
        Assert.Equal(1, Score(RankingBy.Geom, [.. Enumerable.Repeat("1e+300", 40)]) / 1e291, 1e-9);
    }

    [Theory]
    [InlineData("2", 3, "the harness reported benchmark-count '2', but 3 were sent")]
    [InlineData("4", 3, "the harness reported benchmark-count '4', but 3 were sent")]
    [InlineData("0", 3, "the harness reported benchmark-count '0', but 3 were sent")]
    [InlineData("-3", 3, "the harness reported benchmark-count '-3', but 3 were sent")]
    [InlineData("3.0", 3, "the harness reported benchmark-count '3.0', but 3 were sent")]
    [InlineData(" 3", 3, "the harness reported benchmark-count ' 3', but 3 were sent")]
    [InlineData("٣", 3, "the harness reported benchmark-count '٣', but 3 were sent")]
    [InlineData("99999999999", 3, "the harness reported benchmark-count '99999999999', but 3 were sent")]
    [InlineData("", 3, "the harness reported benchmark-count '', but 3 were sent")]
    [InlineData("0", 0, "the task has no benchmark to rank by")]
    public void A_count_other_than_that_of_the_cases_sent_is_refused(string count, int sent, string reason)
    {
        var claims = Claims("1", "2", "3");
        claims["benchmark-count"] = count;
        Assert.Equal(reason, Reason(RankingBy.Mean, claims, sent));
    }

    [Fact]
    public void A_claim_that_is_missing_is_named()
    {
        var claims = Claims("1", "2");
        claims.Remove("benchmark.1.mean");
        Assert.Equal("the harness reported no benchmark.1.mean", Reason(RankingBy.Geom, claims, 2));
        claims.Remove("benchmark-count");
        Assert.Equal("the harness reported no benchmark-count", Reason(RankingBy.Geom, claims, 2));
        Assert.Equal("the harness reported no benchmark-count", Reason(RankingBy.Last, [], 1));
    }

    [Fact]
    public void Whatever_a_harness_claims_a_score_is_finite_and_positive()
    {
        var words = Gen.Elements("nan", "inf", "-1", "0", "1", "1e308", "5e-324", "1e-12", "x", "");
        var claims =
            from means in Gen.OneOf(words, ArbMap.Default.GeneratorFor<double>().Select(number => $"{number:R}")).ListOf()
            from rankingBy in Gen.Elements(Enum.GetValues<RankingBy>())
            select (means, rankingBy);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(claims.ToArbitrary(), claim =>
            ScoringRules.Of(claim.rankingBy, Claims([.. claim.means]), claim.means.Count) is ScoreOutcome.Refused or ScoreOutcome.Scored { Seconds: > 0 and < double.PositiveInfinity }));
    }

    [Fact]
    public void Only_a_ranked_run_that_passed_is_scored()
    {
        Assert.IsType<ScoreOutcome.NotRanked>(ScoringRules.Of(RankingBy.Last, Some.Report()));
        Assert.IsType<ScoreOutcome.NotRanked>(ScoringRules.Of(RankingBy.Last, Some.Report(Some.Passed(Phase.Test), Some.Passed(Phase.Benchmark))));
        Assert.IsType<ScoreOutcome.NotRanked>(ScoringRules.Of(RankingBy.Last, Some.Report(Some.Failed(Phase.Leaderboard))));
        Assert.IsType<ScoreOutcome.NotRanked>(ScoringRules.Of(RankingBy.Last, Some.Report(Some.Passed(Phase.Leaderboard) with { Run = null })));
        Assert.Equal(new ScoreOutcome.Scored(1), ScoringRules.Of(RankingBy.Last, Some.Report(Some.Passed(Phase.Leaderboard))));
    }
}
