using System.Collections.Immutable;
using Agon.Domain.Tournaments;
using FsCheck;
using FsCheck.Fluent;
using static Agon.Domain.Tests.Tournaments.Contest;

namespace Agon.Domain.Tests.Tournaments;

/// <summary>Whatever an orchestrator goes through (called twice, late, after skipped days, dead in the middle of a day) it comes to the same state.</summary>
public sealed class TournamentWayTests
{
    /// <summary>Days after the first of registration, and how many runs are made before the orchestrator dies in that call.</summary>
    private static Gen<(int Wait, int Runs)[]> Calls => (from wait in Gen.Choose(0, 3) from runs in Gen.Elements(0, 1, 5, 12, 99) select (wait, runs)).ArrayOf();

    private static void Holds<T>(Gen<T> cases, Func<T, bool> property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(cases.ToArbitrary(), property));

    [Fact]
    public void A_call_that_is_made_again_with_its_actions_done_finds_nothing_to_do() => Holds(Calls, calls =>
    {
        var (state, today) = Play(calls);
        var once = Done(TournamentRules.Next(state, today), int.MaxValue);
        // The last day was finished late: only now the competition can end.
        if (today > Week.CompetitionEnd && once.Status == TournamentStatus.InProgress)
            once = TournamentRules.Next(once, today).State;
        var again = TournamentRules.Next(once, today);
        // Scoring itself is somebody else's job: until its results are there it is asked for again.
        return Same(once, again.State) && again.Actions.All(action => action is TournamentAction.TriggerScoring);
    });

    [Fact]
    public void A_call_that_died_before_its_actions_were_done_gives_the_same_when_it_is_made_again() => Holds(Calls, calls =>
    {
        var (state, today) = Play(calls);
        var (first, second) = (TournamentRules.Next(state, today), TournamentRules.Next(state, today));
        return Same(first.State, second.State) && first.Actions.Select(action => action.Word).SequenceEqual(second.Actions.Select(action => action.Word));
    });

    [Fact]
    public void However_it_was_called_it_is_completed_with_every_started_day_finished() => Holds(Calls, calls =>
    {
        var (state, today) = Play(calls);
        var late = today > Week.CompetitionEnd ? today : Week.CompetitionEnd.AddDays(20);
        for (var n = 0; n < 4; n++)
            state = Scored(Done(TournamentRules.Next(state, late), int.MaxValue));
        return state is { Status: TournamentStatus.Completed, CurrentDay: 7, EpochStatus: EpochStatus.Completed }
            && state.StartedDays.All(day => !day.IsOpen)
            && state.Participants.Select(one => one.Status).SequenceEqual([ParticipantStatus.Active, ParticipantStatus.Active, ParticipantStatus.Failed]);
    });

    [Fact]
    public void Steps_of_one_row_each_come_where_a_tick_comes() => Holds(Calls, calls =>
    {
        var (state, today) = Play(calls);
        var tick = TournamentRules.Next(state, today).State;
        for (var n = 0; n < 4 && state.Status != TournamentStatus.Scoring; n++)
            state = TournamentRules.OneRow(state, today).State;
        return state.Status == TournamentStatus.Scoring || Same(state, tick);
    });

    [Fact]
    public void Status_and_day_never_go_back() => Holds(Calls, calls =>
    {
        var states = calls.Select((_, n) => Play(calls[..n]).State).ToList();
        return states.Zip(states.Skip(1)).All(pair => pair.First.Status <= pair.Second.Status && pair.First.CurrentDay <= pair.Second.CurrentDay);
    });

    private static (TournamentState State, DateOnly Today) Play((int Wait, int Runs)[] calls)
    {
        var (state, today) = (State(TournamentStatus.Draft, ParticipantStatus.Registered, ParticipantStatus.Failed), Week.RegistrationStart);
        foreach (var (wait, runs) in calls)
        {
            today = today.AddDays(wait);
            state = Done(TournamentRules.Next(state, today), runs);
        }
        return (state, today);
    }

    /// <summary>The state after the step's days ran, until <paramref name="runs"/> runs were made.</summary>
    private static TournamentState Done(TournamentStep step, int runs)
    {
        var days = step.State.StartedDays.ToDictionary(day => day.TestDate);
        foreach (var action in step.Actions.OfType<TournamentAction.ExecuteDay>())
        {
            if (runs == 0)
                break;
            var day = days.GetValueOrDefault(action.TestDate) ?? new DayProgress(action.TestDate, 0, step.State.RunsPerDay);
            var made = Math.Min(runs, day.Expected - day.Finished);
            runs -= made;
            days[action.TestDate] = day with { Finished = day.Finished + made };
        }
        return step.State with { StartedDays = [.. days.Values.OrderBy(day => day.TestDate)] };
    }

    private static TournamentState Scored(TournamentState state) => state.Status == TournamentStatus.Scoring
        ? state with { Results = new RecordedResults("miner1", true, Promotion.Promote) }
        : state;

    private static bool Same(TournamentState a, TournamentState b) =>
        (a.Status, a.CurrentDay, a.EpochStatus) == (b.Status, b.CurrentDay, b.EpochStatus)
        && Equal(a.Participants, b.Participants) && Equal(a.StartedDays, b.StartedDays);

    private static bool Equal<T>(ImmutableArray<T> a, ImmutableArray<T> b) => a.AsSpan().SequenceEqual(b.AsSpan());
}
