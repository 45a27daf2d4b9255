using System.Collections.Immutable;
using static Agon.Domain.Tournaments.TournamentAction;

namespace Agon.Domain.Tournaments;

/// <summary>The way of a tournament from draft to completed (S044 to S047, D02).</summary>
/// <remarks>
/// Pure, so it may be asked twice, late or after a crash. Whoever carries a step out stores its state and queues its actions in one
/// transaction; then no call is lost and none counts twice.
/// </remarks>
public static class TournamentRules
{
    /// <summary>A tick (D02): transitions until none applies, or until scoring is triggered; then the days that are to be run.</summary>
    public static TournamentStep Next(TournamentState state, DateOnly today)
    {
        var now = Counted(state, today);
        var actions = new List<TournamentAction>();
        while (Row(now, today) is { } row)
        {
            now = Counted(row.State, today);
            actions.AddRange(row.Actions);
            if (now.Status == TournamentStatus.Scoring)
                break;
        }
        // Scoring died before it wrote anything: once more.
        if (now is { Status: TournamentStatus.Scoring, Results: null } && !actions.OfType<TriggerScoring>().Any())
            actions.Add(new TriggerScoring());
        actions.AddRange(DaysToRun(now, today).Select(date => new ExecuteDay(now.Schedule.NumberOf(date), date)));
        return new TournamentStep(now, [.. actions]);
    }

    /// <summary>At most one row of the transition table, and no day.</summary>
    public static TournamentStep OneRow(TournamentState state, DateOnly today)
    {
        var now = Counted(state, today);
        return Row(now, today) is { } row ? row with { State = Counted(row.State, today) } : new TournamentStep(now, []);
    }

    /// <summary>An operator asks for the scores now (D03): a competition that still runs is closed early.</summary>
    public static EarlyClose Close(TournamentState state) => state.Status switch
    {
        TournamentStatus.InProgress => new EarlyClose.Proceed(EndCompetition(state)),
        TournamentStatus.Scoring => new EarlyClose.Proceed(new TournamentStep(state, [new TriggerScoring()])),
        TournamentStatus.Completed => new EarlyClose.AlreadyScored(),
        var status => new EarlyClose.Refused($"the tournament is {ContractWord.Of(status)}; only one that is in_progress or scoring can be scored"),
    };

    /// <summary>An operator calls it off (D39); twice is once. Null where it is completed, which nothing undoes.</summary>
    public static TournamentState? Cancel(TournamentState state) => state.Status switch
    {
        TournamentStatus.Completed => null,
        _ => state with
        {
            Status = TournamentStatus.Cancelled,
            EpochStatus = state.EpochStatus is EpochStatus.Pending or EpochStatus.Running ? EpochStatus.Failed : state.EpochStatus,
        },
    };

    /// <summary>The days with slots to run, in order: started and unfinished ones first, then today (D25). A day that was never started is not made up.</summary>
    public static IEnumerable<DateOnly> DaysToRun(TournamentState state, DateOnly today)
    {
        if (state.Status != TournamentStatus.InProgress)
            return [];
        var unfinished = state.StartedDays.Where(day => day.IsOpen && day.TestDate <= today).Select(day => day.TestDate);
        var isNew = state.Schedule.IsCompetitionDay(today) && state.RunsPerDay > 0 && state.StartedDays.All(day => day.TestDate != today);
        return isNew ? unfinished.Append(today) : unfinished;
    }

    private static TournamentStep? Row(TournamentState now, DateOnly today) => now.Status switch
    {
        TournamentStatus.Draft when today >= now.Schedule.RegistrationStart =>
            new(now with { Status = TournamentStatus.Registration }, [new OpenRegistration()]),
        TournamentStatus.Registration when today > now.Schedule.RegistrationEnd => Start(now),
        // Nothing that was started is left behind (D25).
        TournamentStatus.InProgress when today > now.Schedule.CompetitionEnd && !now.StartedDays.Any(day => day.IsOpen) => EndCompetition(now),
        TournamentStatus.Scoring when now.Results is { } results => Complete(now, results),
        _ => null,
    };

    private static TournamentStep Start(TournamentState now)
    {
        var started = now.Participants.Where(one => one.Status == ParticipantStatus.Registered).Select(one => one.Hotkey).ToImmutableArray();
        var participants = now.Participants.Select(one =>
            one.Status == ParticipantStatus.Registered ? one with { Status = ParticipantStatus.Active } : one);
        return new(
            now with { Status = TournamentStatus.InProgress, EpochStatus = EpochStatus.Running, Participants = [.. participants] },
            [new CreateEpoch(now.Schedule.CompetitionStart, now.Schedule.CompetitionEnd), new ActivateParticipants(started)]);
    }

    private static TournamentStep EndCompetition(TournamentState now) => new(
        now with { Status = TournamentStatus.Scoring, EpochStatus = EpochStatus.Completed },
        [new CompleteEpoch(), new TriggerScoring()]);

    private static TournamentStep Complete(TournamentState now, RecordedResults results)
    {
        var complete = new CompleteTournament(results.WinnerHotkey, results.BaselineBeaten);
        return new(
            now with { Status = TournamentStatus.Completed },
            results is { WinnerHotkey: { } winner, Promotion: Promotion.Promote } ? [complete, new TriggerPromotion(winner)] : [complete]);
    }

    // D24. Counted while the competition runs, before a transition too: its last call may come days after its end.
    private static TournamentState Counted(TournamentState now, DateOnly today) => now.Status == TournamentStatus.InProgress
        ? now with { CurrentDay = Math.Max(now.CurrentDay, now.Schedule.DaysBegunBy(today)) }
        : now;
}

/// <summary>What becomes of the wish to score now.</summary>
public abstract record EarlyClose
{
    private EarlyClose()
    {
    }

    public sealed record Proceed(TournamentStep Step) : EarlyClose;

    /// <summary>The stored results stand; nothing changes.</summary>
    public sealed record AlreadyScored : EarlyClose;

    public sealed record Refused(string Reason) : EarlyClose;
}
