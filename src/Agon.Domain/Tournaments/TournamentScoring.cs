namespace Agon.Domain.Tournaments;

/// <summary>The seed's formula (S060 to S066) with the decisions D05 to D21 and D43.</summary>
public static class TournamentScoring
{
    /// <summary>Scores and ranks everybody. The same input gives the same outcome, whatever stood there before (D42).</summary>
    public static TournamentOutcome Score(ScoringInput input)
    {
        var slots = new SlotIndex(input);
        var entries = input.Participants.Select(participant => new Entry(participant, RunTally.Of(participant, input, slots))).ToArray();
        var baseline = entries.SingleOrDefault(entry => entry.IsBaseline);
        foreach (var entry in entries)
            entry.Score(input.Policy, baseline?.Tally.AverageSeconds ?? 0);
        foreach (var entry in entries)
            entry.BeatBaseline = !entry.IsBaseline && !entry.IsOut && entry.Tally.HasEverySlot && entry.Final > (baseline?.Final ?? 0) + Tolerance.Score;

        var ranked = Ranked(entries);
        var winner = ranked.FirstOrDefault(entry => !entry.IsBaseline && !entry.IsOut);
        var lowest = entries.Where(entry => !entry.IsBaseline).Select(entry => entry.Final).Order().ToArray();
        return new TournamentOutcome
        {
            Results = [.. ranked.Select((entry, place) => entry.ToResult(place + 1, ReferenceEquals(entry, winner), BelowIn(lowest, entry.Final)))],
            WinnerHotkey = winner?.Participant.Hotkey,
            BaselineBeaten = winner is { BeatBaseline: true },
            Promotion = Verdict(winner is not null, winner is { BeatBaseline: true }, baseline is { IsOut: false }),
        };
    }

    /// <summary>What follows for the baseline (D12 to D14).</summary>
    public static Promotion Verdict(bool hasWinner, bool baselineBeaten, bool baselineIsValid) => (hasWinner, baselineBeaten, baselineIsValid) switch
    {
        (false, _, _) => Promotion.SkipNoWinner,
        (_, false, _) => Promotion.SkipNotBeaten,
        (_, _, false) => Promotion.HoldBaselineInvalid,
        _ => Promotion.Promote,
    };

    /// <summary>By score; equal ones by registration (D11), and who is disqualified behind all others.</summary>
    private static List<Entry> Ranked(IEnumerable<Entry> entries)
    {
        var sorted = entries.OrderBy(entry => entry.IsOut).ThenByDescending(entry => entry.Final).ThenBy(entry => entry.Participant.RegistrationOrder).ToList();
        // "Equal" has a width, so the sort cannot see it: each group of equals, counted from its best, is put in order by itself.
        for (var from = 0; from < sorted.Count;)
        {
            var best = sorted[from];
            var to = from + 1;
            while (to < sorted.Count && sorted[to].IsOut == best.IsOut && best.Final - sorted[to].Final <= Tolerance.Score)
                to++;
            sorted.Sort(from, to - from, Comparer<Entry>.Create((a, b) => a.Participant.RegistrationOrder.CompareTo(b.Participant.RegistrationOrder)));
            from = to;
        }
        return sorted;
    }

    /// <summary>How many of the sorted scores are below this one, and not equal to it (D20, D43).</summary>
    private static int BelowIn(double[] sorted, double score)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < score - Tolerance.Score)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private sealed class Entry(ScoredParticipant participant, RunTally tally)
    {
        public ScoredParticipant Participant => participant;
        public RunTally Tally => tally;
        public bool IsBaseline => participant.Type == ParticipantType.Baseline;
        public bool IsOut => tally.Disqualification is not null;
        public double Final { get; private set; }
        public bool BeatBaseline { get; set; }
        private double Accuracy { get; set; }
        private double Correctness { get; set; }
        private double Performance { get; set; }
        private double Ratio { get; set; }

        public void Score(ScoringPolicy policy, double baselineSeconds)
        {
            if (IsOut)
                return;
            Accuracy = tally.MeanRecall;
            Correctness = tally.AllCorrect ? 1 : 0;
            // A zero is a broken clock, it must not pay (D15, D16).
            Ratio = tally.AverageSeconds > 0 ? baselineSeconds / tally.AverageSeconds : 0;
            Performance = policy.Performance(Ratio);
            Final = policy.Score(Accuracy, Correctness, Performance);
        }

        public TournamentResult ToResult(int rank, bool isWinner, int minersBeaten) => new()
        {
            Hotkey = participant.Hotkey,
            Type = participant.Type,
            PatternAccuracyScore = Accuracy,
            DataCorrectnessScore = Correctness,
            PerformanceScore = Performance,
            FinalScore = Final,
            DataCorrectnessAllDays = tally.AllCorrect,
            AllRunsWithinTimeLimit = tally.AllInTime,
            DaysCompleted = tally.DaysCompleted,
            TotalRunsCompleted = tally.Completed,
            AverageExecutionTimeSeconds = tally.AverageSeconds,
            BaselineComparisonRatio = Ratio,
            Rank = rank,
            IsWinner = isWinner,
            BeatBaseline = BeatBaseline,
            MinersBeaten = minersBeaten,
            IsDisqualified = IsOut,
            DisqualificationReason = tally.Disqualification?.Reason,
            DisqualifiedOnDay = tally.Disqualification?.Day,
        };
    }
}
