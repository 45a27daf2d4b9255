using Agon.Domain.Datasets;
using FsCheck;
using FsCheck.Fluent;

namespace Agon.Domain.Tests.Datasets;

public sealed class RiskScoringTests
{
    /// <summary>A chain of addresses, of which all occur; one number more is given out and occurs nowhere.</summary>
    private static TransferGraph Chain(int addresses) =>
        new(addresses + 1, [.. Enumerable.Range(0, addresses - 1)], [.. Enumerable.Range(1, addresses - 1)]);

    private static RiskScore Score(bool[] positives, params double[] scores) =>
        RiskScoring.Score(Chain(positives.Length), [.. positives, true], [.. Enumerable.Range(0, scores.Length)], scores);

    private const bool P = true, N = false;

    [Theory]
    [InlineData(new[] { P, P, N, N }, new[] { 0.9, 0.8, 0.2, 0.1 }, 1.0, 1.0)]
    [InlineData(new[] { P, P, N, N }, new[] { 0.1, 0.2, 0.8, 0.9 }, 0.0, 0.5)]
    [InlineData(new[] { P, N, P, N }, new[] { 0.5, 0.5, 0.5, 0.5 }, 0.5, 0.5)]
    [InlineData(new[] { P, N, P, N }, new[] { 0.9, 0.5, 0.5, 0.1 }, 0.875, 2 / 3.0)]
    [InlineData(new[] { P, P, P, P, P, N }, new[] { 1, 1, 1, 1, 0, 0.5 }, 0.8, 1.0)]
    [InlineData(new[] { P, P }, new[] { 0.9, 0.8 }, 0.5, 0.0)]
    [InlineData(new[] { N, N }, new[] { 0.9, 0.8 }, 0.5, 0.0)]
    public void Ties_count_one_half_and_equal_scores_enter_together(bool[] positives, double[] scores, double auc, double precision)
    {
        var score = Score(positives, scores);
        Assert.Equal(auc, score.AucRoc, 1e-12);
        Assert.Equal(precision, score.PrecisionAtRecall80, 1e-12);
        Assert.True(score.DataCorrectnessPassed);
    }

    [Fact]
    public void Leaving_out_the_hard_addresses_helps_nobody_since_what_is_missing_ranks_last()
    {
        bool[] positives = [P, P, N, N];
        Assert.Equal(0.75, Score(positives, 0.9).AucRoc, 1e-12);
        Assert.Equal(0.5, Score(positives, 0.9).PrecisionAtRecall80, 1e-12);
        Assert.Equal(0.5, Score(positives).AucRoc, 1e-12);
        Assert.Equal(Score(positives, 0.9, 0, 0, 0), Score(positives, 0.9) with { });
    }

    [Theory]
    [InlineData(0, 1.0, true, true)]
    [InlineData(0, 1.0000001, false, true)]
    [InlineData(0, -0.1, false, true)]
    [InlineData(0, double.NaN, false, true)]
    [InlineData(1, 0.5, false, true)]
    [InlineData(4, 0.5, false, false)]
    [InlineData(77, 0.5, false, false)]
    public void A_score_out_of_range_of_a_stranger_or_repeated_fails_the_data(int address, double value, bool passes, bool exists)
    {
        var score = RiskScoring.Score(Chain(4), [P, P, N, N, N], [1, address], [0.5, value]);
        Assert.Equal((passes, exists), (score.DataCorrectnessPassed, score.AllAddressesExist));
    }

    [Fact]
    public void The_area_is_the_share_of_pairs_that_are_in_order()
    {
        var cases = (from positive in Gen.Elements(true, false) from score in Gen.Choose(0, 6) select (positive, score: score / 6.0)).ArrayOf(9);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(cases.ToArbitrary(), rows =>
        {
            var pairs = (from p in rows where p.positive from n in rows where !n.positive select p.score > n.score ? 1 : p.score == n.score ? 0.5 : 0).ToList();
            var expected = pairs.Count == 0 ? 0.5 : pairs.Average();
            return Math.Abs(Score([.. rows.Select(row => row.positive)], [.. rows.Select(row => row.score)]).AucRoc - expected) < 1e-12;
        }));
    }

    [Theory]
    [InlineData("attacker", "cycle", -1, true)]
    [InlineData("mixer_hop", "hourglass", -1, true)]
    [InlineData("layering_2", "linear_path", -1, true)]
    [InlineData("dormant_wallet", "dormant_activation", -1, true)]
    [InlineData("fanin_source", "star_inbound", -1, true)]
    [InlineData("burst_sender", "temporal_burst", -1, true)]
    [InlineData("peel_destination", "recursive_linear", -1, false)]
    [InlineData("rug_victim", "rug_pull", -1, false)]
    [InlineData("noise", "cycle", -1, false)]
    [InlineData("hot_wallet", "centralized_service", -1, false)]
    [InlineData("mule", "centralized_service", -1, false)]
    [InlineData("flagged", "proximity_risk", 0, true)]
    [InlineData("neighbour", "proximity_risk", 1, false)]
    [InlineData("peel_hop", "recursive_linear", -1, true)]
    public void Only_malicious_roles_are_positives(string role, string template, int hops, bool positive) =>
        Assert.Equal(positive, RoleRules.IsPositive(role, template, hops));
}
