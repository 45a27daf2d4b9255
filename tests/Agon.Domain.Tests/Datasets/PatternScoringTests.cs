using Agon.Domain.Datasets;

namespace Agon.Domain.Tests.Datasets;

public sealed class PatternScoringTests
{
    /// <summary>A ring 0 → 1 → 2 → 3 → 4 → 0, a path 5 → 6 → 7, a star 8, 9, 10 → 11, and 12 that only knows itself; 13 occurs nowhere.</summary>
    private static readonly TransferGraph Graph = Of(14, (0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (5, 6), (6, 7), (8, 11), (9, 11), (10, 11), (8, 11), (12, 12));

    private static TransferGraph Of(int addresses, params (int From, int To)[] transfers) =>
        new(addresses, [.. transfers.Select(one => one.From)], [.. transfers.Select(one => one.To)]);

    private static GroundTruth Planted(params int[][] instances) => new(
        instances.Length,
        [.. instances.SelectMany(one => one)],
        [.. instances.SelectMany((one, n) => one.Select(_ => n))]);

    private static ReportedPattern Pattern(params int[] addresses) => new() { Type = PatternType.SmurfingNetwork, Addresses = addresses };

    private static PatternScore Score(GroundTruth truth, params ReportedPattern[] reported) => PatternScoring.Score(Graph, truth, reported);

    [Theory]
    [InlineData(new[] { 0, 1, 2, 3 }, 1, 1)]
    [InlineData(new[] { 0, 1, 2 }, 0, 0)]
    [InlineData(new[] { 0, 1, 2, 3, 3, 3, 0 }, 1, 1)]
    [InlineData(new[] { 0, 1, 2, 3, 5, 6, 7, 8 }, 1, 1)]
    [InlineData(new[] { 0, 1, 2, 3, 5, 6, 7, 8, 9 }, 0, 1)]
    [InlineData(new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 0, 1)]
    [InlineData(new int[0], 0, 0)]
    public void An_instance_is_found_by_four_fifths_of_it_that_are_half_of_the_pattern(int[] reported, int found, int unguarded)
    {
        var score = Score(Planted([0, 1, 2, 3, 4]), Pattern(reported));
        Assert.Equal((found, unguarded), (score.FoundCount, score.FoundUnguarded));
        Assert.Equal((found, unguarded), (score.Recall, score.RecallUnguarded));
    }

    [Fact]
    public void Halves_do_not_add_up_and_repeats_change_nothing()
    {
        var truth = Planted([0, 1, 2, 3, 4], [5, 6, 7]);
        Assert.Equal(0, Score(truth, Pattern(0, 1, 2), Pattern(2, 3, 4)).FoundCount);
        Assert.Equal(0.5, Score(truth, Pattern(5, 6, 7), Pattern(5, 6, 7), Pattern(7, 6, 5)).Recall);
    }

    [Fact]
    public void One_pattern_may_find_several_instances_and_a_row_that_is_planted_twice_counts_once()
    {
        Assert.Equal([true, true], Score(Planted([0, 1, 2, 3, 4], [3, 4, 0, 1, 2]), Pattern(0, 1, 2, 3)).Found);
        Assert.Equal([true], Score(new GroundTruth(1, [5, 6, 7, 7, 7], [0, 0, 0, 0, 0]), Pattern(5, 6, 7)).Found);
    }

    [Fact]
    public void Every_address_in_one_pattern_finds_nothing_but_is_shown_as_unguarded()
    {
        var score = Score(Planted([0, 1, 2, 3, 4], [5, 6, 7], [8, 9, 10, 11]), Pattern([.. Enumerable.Range(0, 13)]));
        Assert.Equal((0, 3, 0.0), (score.FoundCount, score.FoundUnguarded, score.Precision));
    }

    [Fact]
    public void Nothing_planted_is_recall_zero_and_no_credit()
    {
        var score = Score(Planted(), Pattern(5, 6, 7));
        Assert.Equal((0, 0.0, 0.0, 0.0), (score.Expected, score.Recall, score.RecallUnguarded, score.NoveltyCredit));
    }

    [Theory]
    [InlineData(12, true)]
    [InlineData(13, false)]
    [InlineData(99, false)]
    public void An_address_exists_when_it_occurs_in_a_transfer(int address, bool exists)
    {
        var score = Score(Planted([0, 1]), Pattern(5, 6, address));
        Assert.Equal((exists, exists), (score.AllAddressesExist, score.DataCorrectnessPassed));
    }

    [Theory]
    [InlineData(5, 6, true)]
    [InlineData(6, 5, false)]
    [InlineData(5, 7, false)]
    [InlineData(99, 5, false)]
    public void A_listed_transfer_exists_in_its_own_direction_only(int from, int to, bool exists)
    {
        var score = Score(Planted([0, 1]), Pattern(5, 6, 7) with { Transfers = [(6, 7), (from, to)] });
        Assert.Equal((exists, exists), (score.AllConnectionsExist, score.DataCorrectnessPassed));
    }

    [Theory]
    [InlineData(PatternType.MotifFanin, true, new[] { 8, 9, 10, 11 }, true)]
    [InlineData(PatternType.MotifFanin, true, new[] { 8, 9, 10 }, false)]
    [InlineData(PatternType.SmurfingNetwork, true, new[] { 5, 6, 7, 8, 11 }, false)]
    [InlineData(PatternType.SmurfingNetwork, true, new[] { 5 }, false)]
    [InlineData(PatternType.SmurfingNetwork, true, new[] { 12, 12 }, false)]
    [InlineData(PatternType.SmurfingNetwork, true, new int[0], false)]
    [InlineData(PatternType.SmurfingNetwork, true, new[] { 98, 99 }, false)]
    [InlineData(PatternType.Cycle, true, new[] { 0, 1, 2, 3, 4 }, true)]
    [InlineData(PatternType.Cycle, true, new[] { 0, 1, 2, 3, 4, 0 }, true)]
    [InlineData(PatternType.Cycle, true, new[] { 0, 1, 2, 3 }, false)]
    [InlineData(PatternType.Cycle, true, new[] { 4, 3, 2, 1, 0 }, false)]
    [InlineData(PatternType.Cycle, false, new[] { 4, 3, 2, 1, 0 }, true)]
    [InlineData(PatternType.Cycle, false, new[] { 0, 1, 2, 3 }, false)]
    [InlineData(PatternType.LayeringPath, true, new[] { 5, 6, 7 }, true)]
    [InlineData(PatternType.LayeringPath, true, new[] { 7, 6, 5 }, false)]
    [InlineData(PatternType.LayeringPath, false, new[] { 7, 6, 5 }, true)]
    [InlineData(PatternType.LayeringPath, true, new[] { 5, 7 }, false)]
    public void Flow_is_traced_as_one_piece_with_the_closing_edge_of_a_cycle_and_the_order_of_a_path(PatternType type, bool ordered, int[] addresses, bool traced) =>
        Assert.Equal(traced ? 1 : 0, Score(Planted([0, 1]), new ReportedPattern { Type = type, Addresses = addresses, IsOrdered = ordered }).FlowTraced);

    [Fact]
    public void Precision_is_the_share_of_patterns_that_say_something_true_once()
    {
        var score = Score(Planted([0, 1, 2, 3, 4]), Pattern(0, 1, 2, 3, 4), Pattern(0, 1, 2, 3), Pattern(5, 6, 7), Pattern(5, 8));
        Assert.Equal(2 / 4.0, score.Precision);
        Assert.Equal(0, Score(Planted([0, 1])).Precision);
    }

    [Fact]
    public void A_novelty_matches_nothing_is_true_and_is_new_and_half_the_expected_count_of_them_is_enough()
    {
        var truth = Planted([0, 1, 2, 3, 4], [1, 2], [2, 3], [3, 4]);
        var score = Score(truth, Pattern(0, 1, 2, 3, 4), Pattern(5, 6, 7), Pattern(7, 6, 5), Pattern(8, 11), Pattern(9, 11), Pattern(5, 8));
        Assert.Equal((5, 3, 1.0), (score.NoveltyReported, score.NoveltyValidated, score.NoveltyCredit));
        Assert.Equal(0.5, Score(truth, Pattern(5, 6, 7)).NoveltyCredit);
        Assert.Equal(0, Score(truth, Pattern(5, 6, 7) with { Transfers = [(7, 5)] }).NoveltyValidated);
    }

    [Fact]
    public void Which_patterns_repeat_others_agrees_with_comparing_all_of_them()
    {
        var random = new Random(7);
        var patterns = Enumerable.Range(0, 400).Select(_ =>
        {
            var start = random.Next(60);
            return Enumerable.Range(start, random.Next(1, 14)).Where(_ => random.Next(8) > 0).ToArray();
        }).ToList();
        var repetitions = new NearDuplicates(patterns);
        var kept = new List<HashSet<int>>();
        foreach (var pattern in patterns)
        {
            var own = pattern.ToHashSet();
            var near = kept.Any(other => own.Count > 0 && 5 * own.Intersect(other).Count() >= 4 * own.Union(other).Count());
            Assert.Equal(near, repetitions.IsRepetition(pattern));
            if (!near)
                kept.Add(own);
        }
        Assert.InRange(kept.Count, 50, 350);
    }

    [Fact]
    public void A_crowd_round_a_few_addresses_stays_cheap()
    {
        var random = new Random(3);
        var crowd = Enumerable.Range(0, 30_000).Select(_ => Enumerable.Range(0, 6).Select(_ => random.Next(40)).Distinct().Order().ToArray()).ToList();
        var repetitions = new NearDuplicates(crowd);
        var kept = crowd.Count(pattern => !repetitions.IsRepetition(pattern));
        // Each kept one stands in the list of its rarest address, and no list outgrows its limit by more than one.
        Assert.InRange(kept, 1, 40 * (NearDuplicates.MostRivals + 1));
    }
}
