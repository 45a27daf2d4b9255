namespace Agon.Domain.Tournaments;

/// <summary>A participant's runs, added up.</summary>
internal sealed record RunTally
{
    public required int Finished { get; init; }
    public required int Completed { get; init; }
    public required int DaysCompleted { get; init; }

    /// <summary>Of the completed runs, in seconds; 0 without any (D15, D18).</summary>
    public required double AverageSeconds { get; init; }

    /// <summary>Of all finished runs (S061, D05).</summary>
    public required double MeanRecall { get; init; }
    public required bool AllCorrect { get; init; }
    public required bool AllInTime { get; init; }

    /// <summary>Whether every slot has a completed run (D07).</summary>
    public required bool HasEverySlot { get; init; }
    public required Disqualification? Disqualification { get; init; }

    public static RunTally Of(ScoredParticipant participant, ScoringInput input, SlotIndex slots)
    {
        var (finished, completed, seconds, recall, correct, inTime) = (0, 0, 0.0, 0.0, true, true);
        var covered = new bool[slots.Count];
        var days = new HashSet<DateOnly>();
        (DateOnly Date, string Reason)? first = null;
        foreach (var run in participant.Runs)
        {
            if (!run.IsFinished)
                continue;
            finished++;
            recall += run.CountedRecall;
            correct &= run.IsCorrect;
            inTime &= !run.IsOver(input.MaxExecutionTimeSeconds);
            if (Disqualification.ReasonOf(run, input.MaxExecutionTimeSeconds) is { } reason && (first is not { } known || run.Slot.TestDate < known.Date))
                first = (run.Slot.TestDate, reason);
            if (run.Status != RunStatus.Completed)
                continue;
            completed++;
            seconds += run.ExecutionTimeSeconds;
            days.Add(run.Slot.TestDate);
            if (slots.Find(run.Slot) is { } slot)
                covered[slot] = true;
        }
        return new RunTally
        {
            Finished = finished,
            Completed = completed,
            DaysCompleted = days.Count,
            AverageSeconds = completed == 0 ? 0 : seconds / completed,
            MeanRecall = finished == 0 ? 0 : recall / finished,
            AllCorrect = finished > 0 && correct,
            AllInTime = finished > 0 && inTime,
            HasEverySlot = finished > 0 && !covered.Contains(false),
            Disqualification = Judge(participant, input.CompetitionStart, finished, first),
        };
    }

    // What was known before stands (D10); what it leaves open is taken from the runs.
    private static Disqualification? Judge(ScoredParticipant participant, DateOnly start, int finished, (DateOnly Date, string Reason)? first)
    {
        var found = first is { } run ? new Disqualification(run.Reason, run.Date.DayNumber - start.DayNumber + 1)
            : finished == 0 ? new Disqualification(Disqualification.NoRuns, null)
            : null;
        if (!participant.IsDisqualified)
            return found;
        var reason = participant.DisqualificationReason ?? found?.Reason;
        // An operator's own reason has no day, whatever else a run did.
        return new Disqualification(reason, participant.DisqualifiedOnDay ?? (reason == found?.Reason ? found?.Day : null));
    }
}

/// <summary>Numbers the slots of a tournament: executed days × networks × windows (D07).</summary>
internal sealed class SlotIndex
{
    private readonly Dictionary<DateOnly, int> dates;
    private readonly Dictionary<string, int> networks;
    private readonly Dictionary<int, int> windows;

    public SlotIndex(ScoringInput input)
    {
        dates = Numbered(input.ExecutedDates ?? input.Participants
            .SelectMany(participant => participant.Runs).Where(run => run.IsFinished).Select(run => run.Slot.TestDate));
        networks = Numbered(input.TestNetworks);
        windows = Numbered(input.TestWindowDays);
    }

    public int Count => dates.Count * networks.Count * windows.Count;

    /// <summary>The slot's number; null if it is none of the tournament's.</summary>
    public int? Find(Slot slot) =>
        dates.TryGetValue(slot.TestDate, out var date) && networks.TryGetValue(slot.Network, out var network) && windows.TryGetValue(slot.WindowDays, out var window)
            ? (date * networks.Count + network) * windows.Count + window
            : null;

    private static Dictionary<T, int> Numbered<T>(IEnumerable<T> values) where T : notnull =>
        values.Distinct().Select((value, n) => (value, n)).ToDictionary(pair => pair.value, pair => pair.n);
}
