using Agon.Domain.Tournaments;
using FsCheck;
using FsCheck.Fluent;
using static Agon.Domain.Tests.Tournaments.Contest;

namespace Agon.Domain.Tests.Tournaments;

/// <summary>What follows from the formula (contract 1.5, "Consequences"), over random tournaments.</summary>
public sealed class ScoringPropertyTests
{
    private static readonly Gen<double> Recall = Gen.OneOf(Gen.Elements(0.0, 0.5, 1.0), Gen.Choose(0, 1000).Select(n => n / 1000.0));
    private static readonly Gen<double> Seconds = Gen.OneOf(Gen.Elements(0.0, 100.0, Limit, Limit + 1), Gen.Choose(1, 100_000).Select(n => n / 17.0));

    private static Gen<ScoredRun[]> RunsOf(Gen<RunStatus> status, Gen<bool> correct) => Gen.CollectToArray(AllSlots, slot =>
        from state in status
        from seconds in Seconds
        from recall in Recall
        from passed in correct
        select new ScoredRun(slot, state, seconds, recall, passed));

    // Mostly good runs, or nearly everybody would be disqualified.
    private static Gen<ScoringInput> Tournaments =>
        from good in Gen.Elements(true, true, false)
        let status = good ? Gen.Constant(RunStatus.Completed) : Gen.Frequency((6, Gen.Constant(RunStatus.Completed)), (1, Gen.Elements(Enum.GetValues<RunStatus>())))
        let correct = good ? Gen.Constant(true) : Gen.Frequency((9, Gen.Constant(true)), (1, Gen.Constant(false)))
        from runs in Gen.Choose(1, 6).SelectMany(count => RunsOf(status, correct).ArrayOf(count))
        from missing in Gen.Choose(0, 8)
        select Input([.. runs.Select((own, n) => n == 0 ? Baseline(own) : Miner(n, n == 1 && missing < 4 ? own[missing..] : own))]);

    private static void Holds(Func<ScoringInput, TournamentOutcome, bool> property) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(400),
        Prop.ForAll(Tournaments.ToArbitrary(), input => property(input, TournamentScoring.Score(input))));

    [Fact]
    public void Who_is_not_disqualified_scores_from_three_tenths_to_one_and_all_others_zero() => Holds((_, outcome) =>
        outcome.Results.All(result => result.IsDisqualified ? result.FinalScore == 0 : result.FinalScore is >= 0.3 - 1e-12 and <= 1 + 1e-12));

    [Fact]
    public void A_valid_baseline_with_times_has_full_speed() => Holds((_, outcome) =>
        outcome.Results.Where(result => result.Type == ParticipantType.Baseline && !result.IsDisqualified && result.AverageExecutionTimeSeconds > 0)
            .All(result => result.PerformanceScore == 1 && result.BaselineComparisonRatio == 1));

    [Fact]
    public void A_miner_beats_a_valid_baseline_exactly_when_its_recall_makes_up_for_its_time() => Holds((input, outcome) =>
    {
        var baseline = outcome.Results.Single(result => result.Type == ParticipantType.Baseline);
        if (baseline.IsDisqualified || baseline.AverageExecutionTimeSeconds == 0)
            return true;
        return outcome.Results.Where(result => result.Type == ParticipantType.Miner && !result.IsDisqualified && result.TotalRunsCompleted == 4).All(miner =>
        {
            var lead = miner.PatternAccuracyScore - baseline.PatternAccuracyScore - 0.4 * (1 - miner.PerformanceScore);
            return Math.Abs(lead) < 1e-8 || miner.BeatBaseline == (lead > 0);
        });
    });

    [Fact]
    public void Ranks_are_one_to_all_in_order_of_score_and_the_winner_is_the_first_miner_left() => Holds((input, outcome) =>
    {
        var ranks = outcome.Results.Select(result => result.Rank).SequenceEqual(Enumerable.Range(1, input.Participants.Count));
        var falling = outcome.Results.Zip(outcome.Results.Skip(1)).All(pair => pair.First.FinalScore >= pair.Second.FinalScore - Tolerance.Score);
        var first = outcome.Results.FirstOrDefault(result => result.Type == ParticipantType.Miner && !result.IsDisqualified);
        return ranks && falling && outcome.WinnerHotkey == first?.Hotkey && outcome.Results.Count(result => result.IsWinner) == (first is null ? 0 : 1)
            && outcome.BaselineBeaten == (first?.BeatBaseline ?? false);
    });

    [Fact]
    public void Neither_the_order_of_the_participants_nor_that_of_their_runs_matters() => Holds((input, outcome) =>
    {
        var turned = input with { Participants = [.. input.Participants.Reverse().Select(one => one with { Runs = [.. one.Runs.Reverse()] })] };
        return TournamentScoring.Score(turned).Results.Zip(outcome.Results).All(pair =>
            pair.First.Hotkey == pair.Second.Hotkey && Math.Abs(pair.First.FinalScore - pair.Second.FinalScore) <= Tolerance.Score
            && pair.First.MinersBeaten == pair.Second.MinersBeaten && pair.First.DisqualifiedOnDay == pair.Second.DisqualifiedOnDay);
    });
}
