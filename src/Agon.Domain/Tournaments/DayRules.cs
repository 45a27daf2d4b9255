namespace Agon.Domain.Tournaments;

/// <summary>One run that is to be made.</summary>
public sealed record PlannedRun(Participant Participant, Slot Slot);

/// <summary>Who runs what on a day, and in which order (S005, S006, S052, D04, D25).</summary>
public static class DayRules
{
    /// <summary>The runs that a day still needs, in the order in which they are made, one at a time. Runs of other days change nothing.</summary>
    public static IEnumerable<PlannedRun> Remaining(
        Tournament tournament, IEnumerable<Participant> participants, IEnumerable<TournamentRun> runs, DateOnly testDate)
    {
        var finished = runs.Where(run => run.ToScored().IsFinished).Select(run => (run.Hotkey, run.Slot)).ToHashSet();
        return from participant in participants.Where(Runs).OrderBy(participant => participant.RegistrationOrder)
               from slot in Slots(tournament, testDate)
               where !finished.Contains((participant.Hotkey, slot))
               select new PlannedRun(participant, slot);
    }

    /// <summary>How far that day is.</summary>
    public static DayProgress Progress(
        Tournament tournament, IReadOnlyCollection<Participant> participants, IReadOnlyCollection<TournamentRun> runs, DateOnly testDate)
    {
        var finished = runs.Count(run => run.Slot.TestDate == testDate && run.ToScored().IsFinished);
        return new DayProgress(testDate, finished, finished + Remaining(tournament, participants, runs, testDate).Count());
    }

    /// <summary>The <c>run_order</c> of the day's next run (D32).</summary>
    public static int NextOrder(IEnumerable<TournamentRun> runsOfTheDay) => runsOfTheDay.Select(run => run.RunOrder).DefaultIfEmpty(0).Max() + 1;

    /// <summary>All that the rules of the tournament's way look at, from what is stored.</summary>
    public static TournamentState StateOf(
        Tournament tournament,
        IReadOnlyCollection<Participant> participants,
        EpochStatus? epochStatus,
        IReadOnlyCollection<TournamentRun> runs,
        RecordedResults? results) => new()
        {
            Status = tournament.Status,
            Schedule = tournament.Schedule,
            CurrentDay = tournament.CurrentDay,
            EpochStatus = epochStatus,
            Participants = [.. participants.Select(one => new Standing(one.Hotkey, one.Type, one.Status))],
            StartedDays =
            [
                .. runs.GroupBy(run => run.Slot.TestDate).OrderBy(day => day.Key)
                .Select(day => Progress(tournament, participants, [.. day], day.Key)),
            ],
            RunsPerDay = participants.Count(one => Runs(one) || one.Status == ParticipantStatus.Registered)
                * tournament.TestNetworks.Length * tournament.TestWindowDays.Length,
            Results = results,
        };

    /// <summary>What every participant runs on that day, in this order.</summary>
    public static IEnumerable<Slot> Slots(Tournament tournament, DateOnly testDate) =>
        from network in tournament.TestNetworks
        from window in tournament.TestWindowDays
        select new Slot(testDate, network, window);

    // The baseline is the yardstick: it runs to the end, whatever it did (D04).
    private static bool Runs(Participant participant) => participant.Type == ParticipantType.Baseline
        || participant is { Status: ParticipantStatus.Active, IsDisqualified: false };
}
