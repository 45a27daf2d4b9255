using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;
using Agon.Storage.Tournaments;

namespace Agon.Server.Tournaments;

/// <summary>A competition day, from its runs (contract section 3).</summary>
internal static class DayViews
{
    // The worst of a participant's runs is told of its day.
    private static readonly RunStatus[] WorstFirst = [RunStatus.Failed, RunStatus.Timeout, RunStatus.Running, RunStatus.Pending];

    /// <summary>The days of which there are runs, in order.</summary>
    public static DailyMetricsView Metrics(Tournament tournament, IEnumerable<RecordedRun> runs) => new(
        tournament.TournamentId,
        [.. runs.GroupBy(run => run.Run.Slot.TestDate).OrderBy(day => day.Key).Select(day => Of(tournament, day.Key, [.. day]))]);

    /// <summary>One day; <paramref name="runs"/> are all of it.</summary>
    public static CompetitionDayView Of(Tournament tournament, DateOnly date, IReadOnlyCollection<RecordedRun> runs)
    {
        var yardstick = runs.Where(run => run.Run.ParticipantType == ParticipantType.Baseline).ToDictionary(run => run.Run.Slot, run => run.Run);
        return new CompetitionDayView
        {
            TournamentId = tournament.TournamentId,
            DayNumber = tournament.Schedule.NumberOf(date),
            TestDate = date,
            Dataset = new(
                [.. runs.Select(run => run.Run.Slot.Network).Distinct().Order(StringComparer.Ordinal)],
                [.. runs.Select(run => run.Run.Slot.WindowDays).Distinct().Order()],
                runs.Count),
            Runs = [.. runs.GroupBy(run => run.Run.Hotkey).Select(own => Of(tournament, [.. own], yardstick)).OrderBy(own => own.RunOrder)],
        };
    }

    /// <summary>What a reason says, in a sentence.</summary>
    public static string Message(string? reason, double limitSeconds) => reason switch
    {
        Disqualification.TooSlow => $"the run took longer than {limitSeconds:0.###} s, the most that is allowed",
        Disqualification.WrongData => "the run failed, or its output names addresses or transfers that are not in the data",
        Disqualification.NoRuns => "there is no completed run to score",
        null => "disqualified",
        _ => reason,
    };

    private static ParticipantDayView Of(Tournament tournament, IReadOnlyList<RecordedRun> runs, Dictionary<Slot, TournamentRun> yardstick) => new()
    {
        RunOrder = runs.Min(run => run.Run.RunOrder),
        ParticipantType = ContractWord.Of(runs[0].Run.ParticipantType),
        Hotkey = runs[0].Run.Hotkey,
        Status = StatusOf(runs),
        NetworkRuns =
        [
            .. runs.OrderBy(run => run.Run.Slot.Network, StringComparer.Ordinal).ThenBy(run => run.Run.Slot.WindowDays)
                .Select(run => Of(tournament, run, yardstick.GetValueOrDefault(run.Run.Slot))),
        ],
    };

    private static string StatusOf(IReadOnlyList<RecordedRun> runs)
    {
        if (runs.Any(run => run.Run.IsDisqualified))
            return ContractWord.Of(ParticipantStatus.Disqualified);
        foreach (var status in WorstFirst)
        {
            // What waits is under way, as far as its day goes.
            if (runs.Any(run => run.Run.Status == status))
                return ContractWord.Of(status == RunStatus.Pending ? RunStatus.Running : status);
        }
        return ContractWord.Of(RunStatus.Completed);
    }

    private static NetworkRunView Of(Tournament tournament, RecordedRun recorded, TournamentRun? baseline)
    {
        var (run, patterns) = (recorded.Run, recorded.Run.Patterns);
        return new NetworkRunView
        {
            Network = run.Slot.Network,
            WindowDays = run.Slot.WindowDays,
            RunId = run.RunId,
            RunOrder = run.RunOrder,
            SyntheticPatterns = new(patterns?.SyntheticPatternsExpected ?? 0, patterns?.SyntheticPatternsFound ?? 0, patterns?.SyntheticPatternsRecall ?? 0),
            NoveltyPatterns = new(
                patterns?.NoveltyPatternsReported ?? 0, patterns?.NoveltyPatternsValidated ?? 0,
                patterns?.NoveltyAddressesValid ?? false, patterns?.NoveltyConnectionsValid ?? false),
            RiskScores = run.Risk is { } risk ? new(risk.AucRoc, risk.PrecisionAtRecall80) : null,
            // Risk scores list no connections, so that none of them is missing.
            DataValidation = new(
                patterns?.AllAddressesExist ?? run.Risk?.AllAddressesExist ?? false, patterns?.AllConnectionsExist ?? run.Risk is not null, run.DataCorrectnessPassed),
            Performance = new(run.ExecutionTimeSeconds, run.ContainerExitCode, run.GpuMemoryPeakMb),
            BaselineComparison = Comparison(run, baseline),
            Disqualification = run.IsDisqualified
                ? new(true, run.DisqualificationReason, Message(run.DisqualificationReason, tournament.MaxExecutionTimeSeconds))
                : null,
            Status = ContractWord.Of(run.Status),
            StartedAt = recorded.StartedAt ?? run.CreatedAt,
            CompletedAt = recorded.EndedAt,
            ErrorMessage = run.ErrorMessage,
        };
    }

    private static BaselineComparisonView? Comparison(TournamentRun run, TournamentRun? baseline) =>
        run.ParticipantType == ParticipantType.Baseline || baseline is null || !run.ToScored().IsFinished || !baseline.ToScored().IsFinished
            ? null
            : new(
                Ratio(run.ToScored().CountedRecall, baseline.ToScored().CountedRecall),
                Ratio(run.Patterns?.NoveltyPatternsValidated ?? 0, baseline.Patterns?.NoveltyPatternsValidated ?? 0),
                Ratio(run.ExecutionTimeSeconds, baseline.ExecutionTimeSeconds));

    private static double Ratio(double own, double baseline) => baseline == 0 ? 0 : own / baseline;
}
