using Agon.Domain.Tournaments;
using static Agon.Domain.Tests.Tournaments.Contest;
using static Agon.Domain.Tournaments.ParticipantStatus;
using static Agon.Domain.Tournaments.TournamentStatus;

namespace Agon.Domain.Tests.Tournaments;

public sealed class TournamentRulesTests
{
    private static string Words(TournamentStep step) => string.Join(' ', step.Actions.Select(action => action.Word));

    private static DateOnly March(int day) => new(2026, 3, day);

    [Theory]
    [InlineData(Draft, -1, Draft, "")]
    [InlineData(Draft, 1, Registration, "open_registration")]
    [InlineData(Draft, 4, Registration, "open_registration")]
    [InlineData(Registration, 3, Registration, "")]
    [InlineData(Registration, 4, InProgress, "create_epoch activate_participants")]
    [InlineData(InProgress, 10, InProgress, "")]
    [InlineData(InProgress, 11, TournamentStatus.Scoring, "complete_epoch trigger_scoring")]
    [InlineData(TournamentStatus.Scoring, 11, TournamentStatus.Scoring, "")]
    [InlineData(TournamentStatus.Completed, 30, TournamentStatus.Completed, "")]
    [InlineData(Cancelled, 30, Cancelled, "")]
    public void One_step_is_at_most_one_row_of_the_table(TournamentStatus from, int day, TournamentStatus to, string actions)
    {
        var step = TournamentRules.OneRow(State(from), day < 0 ? March(1).AddDays(day) : March(day));
        Assert.Equal((to, actions), (step.State.Status, Words(step)));
    }

    [Theory]
    [InlineData(Draft, 4, InProgress, 1, "open_registration create_epoch activate_participants execute_day")]
    [InlineData(Draft, 11, TournamentStatus.Scoring, 7, "open_registration create_epoch activate_participants complete_epoch trigger_scoring")]
    [InlineData(Registration, 6, InProgress, 3, "create_epoch activate_participants execute_day")]
    [InlineData(InProgress, 10, InProgress, 7, "execute_day")]
    [InlineData(InProgress, 30, TournamentStatus.Scoring, 7, "complete_epoch trigger_scoring")]
    [InlineData(TournamentStatus.Scoring, 30, TournamentStatus.Scoring, 0, "trigger_scoring")]
    [InlineData(Cancelled, 30, Cancelled, 0, "")]
    public void A_tick_goes_on_until_nothing_applies_and_then_runs_the_day(TournamentStatus from, int day, TournamentStatus to, int current, string actions)
    {
        var step = TournamentRules.Next(State(from), March(day));
        Assert.Equal((to, current, actions), (step.State.Status, step.State.CurrentDay, Words(step)));
    }

    [Fact]
    public void Only_who_is_registered_is_activated()
    {
        var step = TournamentRules.Next(State(Registration, Registered, Failed, Disqualified), March(4));
        Assert.Equal([Active, Active, Failed, Disqualified], step.State.Participants.Select(one => one.Status));
        Assert.Equal<string>(["baseline_v1.0.0", "miner1"], step.Actions.OfType<TournamentAction.ActivateParticipants>().Single().Hotkeys);
        Assert.Equal(EpochStatus.Running, step.State.EpochStatus);
        Assert.Contains(new TournamentAction.CreateEpoch(March(4), March(10)), step.Actions);
    }

    [Fact]
    public void Before_the_competition_starts_no_day_is_run()
    {
        var gap = State(Registration) with { Schedule = new Schedule(March(1), March(3), March(6), March(12), 7) };
        var step = TournamentRules.Next(gap, March(5));
        Assert.Equal((InProgress, 0, "create_epoch activate_participants"), (step.State.Status, step.State.CurrentDay, Words(step)));
    }

    [Fact]
    public void A_started_day_is_finished_first_under_its_own_date_and_one_that_was_never_started_is_not_made_up()
    {
        var state = State(InProgress) with { StartedDays = [new DayProgress(March(4), 4, 4), new DayProgress(March(5), 1, 4)] };
        Assert.Equal<TournamentAction>([new TournamentAction.ExecuteDay(2, March(5)), new TournamentAction.ExecuteDay(4, March(7))], TournamentRules.Next(state, March(7)).Actions);
    }

    [Fact]
    public void A_finished_day_is_not_run_again()
    {
        var state = State(InProgress) with { StartedDays = [new DayProgress(March(4), 4, 4)] };
        Assert.Empty(TournamentRules.Next(state, March(4)).Actions);
    }

    [Fact]
    public void Scoring_waits_for_a_day_that_was_started()
    {
        var state = State(InProgress) with { StartedDays = [new DayProgress(March(10), 3, 4)] };
        var late = TournamentRules.Next(state, March(15));
        Assert.Equal((InProgress, 7), (late.State.Status, late.State.CurrentDay));
        Assert.Equal<TournamentAction>([new TournamentAction.ExecuteDay(7, March(10))], late.Actions);
        var done = TournamentRules.Next(late.State with { StartedDays = [new DayProgress(March(10), 4, 4)] }, March(15));
        Assert.Equal(TournamentStatus.Scoring, done.State.Status);
    }

    [Fact]
    public void The_current_day_is_never_lowered() =>
        Assert.Equal(6, TournamentRules.Next(State(InProgress) with { CurrentDay = 6 }, March(5)).State.CurrentDay);

    [Theory]
    [InlineData("miner1", Promotion.Promote, "complete_tournament trigger_promotion")]
    [InlineData("miner1", Promotion.SkipNotBeaten, "complete_tournament")]
    [InlineData("miner1", Promotion.HoldBaselineInvalid, "complete_tournament")]
    [InlineData(null, Promotion.SkipNoWinner, "complete_tournament")]
    public void Recorded_results_complete_the_tournament_even_without_a_winner(string? winner, Promotion verdict, string actions)
    {
        var step = TournamentRules.Next(State(TournamentStatus.Scoring) with { Results = new RecordedResults(winner, verdict == Promotion.Promote, verdict) }, March(11));
        Assert.Equal((TournamentStatus.Completed, actions), (step.State.Status, Words(step)));
    }

    [Theory]
    [InlineData(Draft, "refused")]
    [InlineData(Registration, "refused")]
    [InlineData(Cancelled, "refused")]
    [InlineData(InProgress, "complete_epoch trigger_scoring")]
    [InlineData(TournamentStatus.Scoring, "trigger_scoring")]
    [InlineData(TournamentStatus.Completed, "stored")]
    public void An_operator_may_close_a_competition_early(TournamentStatus status, string what) => Assert.Equal(what, TournamentRules.Close(State(status)) switch
    {
        EarlyClose.Proceed(var step) => Words(step),
        EarlyClose.AlreadyScored => "stored",
        _ => "refused",
    });

    [Fact]
    public void All_but_a_completed_tournament_can_be_called_off_and_then_nothing_moves_it()
    {
        foreach (var status in Enum.GetValues<TournamentStatus>())
        {
            if (TournamentRules.Cancel(State(status)) is not { } cancelled)
            {
                Assert.Equal(TournamentStatus.Completed, status);
                continue;
            }
            Assert.Equal(Cancelled, cancelled.Status);
            Assert.NotEqual(EpochStatus.Running, cancelled.EpochStatus);
            Assert.Equal(cancelled, TournamentRules.Cancel(cancelled));
            Assert.Equal((cancelled, ""), (TournamentRules.Next(cancelled, March(20)).State, Words(TournamentRules.Next(cancelled, March(20)))));
        }
    }
}
