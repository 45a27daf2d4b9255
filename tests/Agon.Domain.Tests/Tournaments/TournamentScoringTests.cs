using Agon.Domain.Tournaments;
using static Agon.Domain.Tests.Tournaments.Contest;

namespace Agon.Domain.Tests.Tournaments;

public sealed class TournamentScoringTests
{
    private static TournamentResult Of(TournamentOutcome outcome, string hotkey) => outcome.Results.Single(result => result.Hotkey == hotkey);

    private static TournamentResult Scored(params ScoredRun[] runs) => Of(TournamentScoring.Score(Input(Baseline(FourRuns(0.5, 100)), Miner(1, runs))), "miner1");

    [Fact]
    public void The_score_is_half_accuracy_three_tenths_correctness_and_a_fifth_speed()
    {
        var outcome = TournamentScoring.Score(Input(Baseline(FourRuns(0.5, 100)), Miner(1, FourRuns(0.8, 125))));
        var miner = Of(outcome, "miner1");
        Assert.Equal(0.8, miner.PatternAccuracyScore, 1e-12);
        Assert.Equal(1, miner.DataCorrectnessScore);
        Assert.Equal(0.8, miner.PerformanceScore, 1e-12);
        Assert.Equal(0.40 + 0.30 + 0.16, miner.FinalScore, 1e-12);
        Assert.Equal(0.25 + 0.30 + 0.20, Of(outcome, "baseline_v1.0.0").FinalScore, 1e-12);
        Assert.Equal((1, true, true, 0), (miner.Rank, miner.IsWinner, miner.BeatBaseline, miner.MinersBeaten));
        Assert.Equal((2, 4, 125.0), (miner.DaysCompleted, miner.TotalRunsCompleted, miner.AverageExecutionTimeSeconds));
        Assert.Equal(("miner1", true, Promotion.Promote), (outcome.WinnerHotkey, outcome.BaselineBeaten, outcome.Promotion));
        Assert.Equal(1.0, Of(outcome, "baseline_v1.0.0").BaselineComparisonRatio);
    }

    [Fact]
    public void Being_faster_only_ties_under_the_default_policy_and_wins_where_the_cap_is_higher()
    {
        var input = Input(Baseline(FourRuns(0.5, 100)), Miner(1, FourRuns(0.5, 50)));
        var capped = TournamentScoring.Score(input);
        Assert.Equal(("miner1", false, Promotion.SkipNotBeaten), (capped.WinnerHotkey, capped.BaselineBeaten, capped.Promotion));
        Assert.Equal((2, 1.0, 2.0), (Of(capped, "miner1").Rank, Of(capped, "miner1").PerformanceScore, Of(capped, "miner1").BaselineComparisonRatio));

        Assert.Equal(2.0, Of(TournamentScoring.Score(input with { Policy = ScoringPolicy.Uncapped }), "miner1").PerformanceScore);
        var higher = TournamentScoring.Score(input with { Policy = ScoringPolicy.Default with { SpeedCap = 1.5 } });
        Assert.Equal((1.5, Promotion.Promote), (Of(higher, "miner1").PerformanceScore, higher.Promotion));
    }

    [Theory]
    [InlineData(3600, RunStatus.Completed, true)]
    [InlineData(3600.0000000001, RunStatus.Completed, true)]
    [InlineData(3600.001, RunStatus.Completed, false)]
    [InlineData(1, RunStatus.Timeout, false)]
    public void A_run_may_take_exactly_the_limit_and_a_timeout_is_always_over_it(double seconds, RunStatus status, bool inTime)
    {
        var miner = Scored(FourRuns(0.9, 100).But(2, run => run with { ExecutionTimeSeconds = seconds, Status = status }));
        Assert.Equal((inTime, !inTime, true), (miner.AllRunsWithinTimeLimit, miner.IsDisqualified, miner.DataCorrectnessAllDays));
        Assert.Equal(inTime ? (null, null) : (Disqualification.TooSlow, (int?)2), (miner.DisqualificationReason, miner.DisqualifiedOnDay));
    }

    [Fact]
    public void A_failed_run_counts_as_wrong_whatever_it_claims_and_disqualifies()
    {
        var miner = Scored(FourRuns(0.9, 100).But(1, run => run with { Status = RunStatus.Failed }));
        Assert.Equal((true, Disqualification.WrongData, (int?)1), (miner.IsDisqualified, miner.DisqualificationReason, miner.DisqualifiedOnDay));
        Assert.Equal((false, true), (miner.DataCorrectnessAllDays, miner.AllRunsWithinTimeLimit));
        Assert.Equal((0.0, 0.0, 0.0, 0.0, 0.0), (miner.PatternAccuracyScore, miner.DataCorrectnessScore, miner.PerformanceScore, miner.FinalScore, miner.BaselineComparisonRatio));
        Assert.Equal((3, 2, 100.0), (miner.TotalRunsCompleted, miner.DaysCompleted, miner.AverageExecutionTimeSeconds));
        Assert.Equal(ParticipantStatus.Disqualified, miner.Status);
    }

    [Fact]
    public void The_earliest_fault_is_told_in_whatever_order_the_runs_come()
    {
        var runs = FourRuns(0.9, 100)
            .But(0, run => run with { ExecutionTimeSeconds = 4000 })
            .But(3, run => run with { DataCorrectnessPassed = false });
        var miner = Scored([.. runs.Reverse()]);
        Assert.Equal((Disqualification.TooSlow, (int?)1), (miner.DisqualificationReason, miner.DisqualifiedOnDay));
    }

    [Fact]
    public void Who_was_disqualified_before_stays_so_with_its_reason()
    {
        var earlier = Miner(1, FourRuns(0.9, 100)) with { IsDisqualified = true, DisqualificationReason = "copied", DisqualifiedOnDay = 2 };
        var outcome = TournamentScoring.Score(Input(Baseline(FourRuns(0.5, 100)), earlier));
        var miner = Of(outcome, "miner1");
        Assert.Equal(("copied", (int?)2, 0.0, true), (miner.DisqualificationReason, miner.DisqualifiedOnDay, miner.FinalScore, miner.DataCorrectnessAllDays));
        Assert.Equal((null, Promotion.SkipNoWinner), (outcome.WinnerHotkey, outcome.Promotion));
    }

    [Theory]
    [InlineData("copied", null, "copied", null)]   // has nothing to do with a bad run of day 2
    [InlineData("copied", 1, "copied", 1)]
    [InlineData(null, null, Disqualification.WrongData, 2)]
    [InlineData(Disqualification.WrongData, null, Disqualification.WrongData, 2)]
    public void A_reason_goes_with_its_own_day(string? known, int? knownDay, string reason, int? day)
    {
        var earlier = Miner(1, FourRuns(0.9, 100).But(3, run => run with { DataCorrectnessPassed = false }));
        var outcome = TournamentScoring.Score(Input(Baseline(FourRuns(0.5, 100)), earlier with { IsDisqualified = true, DisqualificationReason = known, DisqualifiedOnDay = knownDay }));
        Assert.Equal((reason, day), (Of(outcome, "miner1").DisqualificationReason, Of(outcome, "miner1").DisqualifiedOnDay));
    }

    [Fact]
    public void Without_runs_there_is_nothing_to_score_and_a_run_under_way_is_none()
    {
        foreach (var runs in (ScoredRun[][])[[], [new ScoredRun(AllSlots.First(), RunStatus.Running, 0, 0, false)]])
        {
            var miner = Scored(runs);
            Assert.Equal((true, Disqualification.NoRuns, (int?)null), (miner.IsDisqualified, miner.DisqualificationReason, miner.DisqualifiedOnDay));
            Assert.Equal((false, false, 0.0), (miner.DataCorrectnessAllDays, miner.AllRunsWithinTimeLimit, miner.FinalScore));
        }
    }

    [Fact]
    public void Who_lacks_a_run_is_scored_by_the_others_and_cannot_beat_the_baseline()
    {
        var outcome = TournamentScoring.Score(Input(Baseline(FourRuns(0.5, 100)), Miner(1, FourRuns(0.9, 100)[..3])));
        var miner = Of(outcome, "miner1");
        Assert.Equal((false, false, 1, true), (miner.IsDisqualified, miner.BeatBaseline, miner.Rank, miner.IsWinner));
        Assert.Equal(0.45 + 0.5, miner.FinalScore, 1e-12);
        Assert.Equal(Promotion.SkipNotBeaten, outcome.Promotion);
    }

    [Fact]
    public void Days_that_are_not_named_are_those_that_anybody_ran()
    {
        var input = Input(Baseline(FourRuns(0.5, 100)), Miner(1, FourRuns(0.9, 100)[..2])) with { ExecutedDates = null };
        Assert.False(Of(TournamentScoring.Score(input), "miner1").BeatBaseline);
        var oneDay = Input(Baseline(FourRuns(0.5, 100)[..2]), Miner(1, FourRuns(0.9, 100)[..2])) with { ExecutedDates = null };
        Assert.True(Of(TournamentScoring.Score(oneDay), "miner1").BeatBaseline);
    }

    [Fact]
    public void A_tie_goes_to_who_registered_first_so_a_copy_of_the_baseline_gains_nothing()
    {
        var outcome = TournamentScoring.Score(Input(Miner(2, FourRuns(0.5, 100)), Miner(1, FourRuns(0.5 + 1e-10, 100)), Miner(3, FourRuns(0.6, 100)), Baseline(FourRuns(0.5, 100))));
        Assert.Equal(["miner3", "baseline_v1.0.0", "miner1", "miner2"], outcome.Results.Select(result => result.Hotkey));
        Assert.Equal([1, 2, 3, 4], outcome.Results.Select(result => result.Rank));
        Assert.Equal([2, 0, 0, 0], outcome.Results.Select(result => result.MinersBeaten));
        Assert.Equal([true, false, false, false], outcome.Results.Select(result => result.BeatBaseline));
    }

    [Fact]
    public void The_baseline_is_never_the_winner_but_counts_who_it_beats()
    {
        var outcome = TournamentScoring.Score(Input(Baseline(FourRuns(0.9, 100)), Miner(1, FourRuns(0.5, 100)), Miner(2)));
        Assert.Equal(("miner1", Promotion.SkipNotBeaten), (outcome.WinnerHotkey, outcome.Promotion));
        Assert.Equal((1, 2, false), (Of(outcome, "baseline_v1.0.0").Rank, Of(outcome, "baseline_v1.0.0").MinersBeaten, Of(outcome, "baseline_v1.0.0").IsWinner));
        Assert.Equal(1, Of(outcome, "miner1").MinersBeaten);
    }

    [Fact]
    public void A_broken_yardstick_is_beaten_but_promotes_nobody()
    {
        var broken = FourRuns(0.9, 100).But(0, run => run with { DataCorrectnessPassed = false });
        foreach (var baseline in (ScoredParticipant[])[Baseline(broken), Baseline()])
        {
            var outcome = TournamentScoring.Score(Input(baseline, Miner(1, FourRuns(0.1, 100))));
            Assert.Equal(("miner1", true, Promotion.HoldBaselineInvalid), (outcome.WinnerHotkey, outcome.BaselineBeaten, outcome.Promotion));
        }
        Assert.Equal(Promotion.HoldBaselineInvalid, TournamentScoring.Score(Input(Miner(1, FourRuns(0.1, 100)))).Promotion);
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(0, 100)]
    [InlineData(0, 0)]
    public void A_time_of_zero_pays_nobody(double baseline, double miner)
    {
        var result = Of(TournamentScoring.Score(Input(Baseline(FourRuns(0.5, baseline)), Miner(1, FourRuns(0.5, miner)))), "miner1");
        Assert.Equal((0.0, 0.0), (result.PerformanceScore, result.BaselineComparisonRatio));
    }

    [Theory]
    [InlineData(0.5, 0.3, 0.3, 1.0, false)]
    [InlineData(-0.1, 0.9, 0.2, 1.0, false)]
    [InlineData(0.5, 0.3, double.NaN, 1.0, false)]
    [InlineData(0.5, 0.3, 0.2, 0.5, false)]
    [InlineData(0.5, 0.3, 0.2, double.PositiveInfinity, false)]
    [InlineData(0.1, 0.2, 0.7, 1.5, true)]
    public void Weights_add_up_to_one_and_a_cap_is_at_least_one(double accuracy, double correctness, double speed, double cap, bool isFine) =>
        Assert.Equal(isFine, new ScoringPolicy(accuracy, correctness, speed, cap).Refuse() is null);
}
