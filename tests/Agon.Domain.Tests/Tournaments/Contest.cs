using Agon.Domain.Tournaments;

namespace Agon.Domain.Tests.Tournaments;

/// <summary>A tournament of two days, one network and two windows, and states of one with seven days.</summary>
internal static class Contest
{
    public static readonly DateOnly Start = new(2026, 3, 4);
    public const double Limit = 3600;

    /// <summary>Registration on the 1st to the 3rd, competition on the 4th to the 10th.</summary>
    public static readonly Schedule Week = Schedule.Of(new(2026, 3, 1), new(2026, 3, 3), 7);

    public static ScoringInput Input(params ScoredParticipant[] participants) => new()
    {
        CompetitionStart = Start,
        ExecutedDates = [Start, Start.AddDays(1)],
        TestNetworks = ["torus"],
        TestWindowDays = [30, 90],
        MaxExecutionTimeSeconds = Limit,
        Participants = participants,
    };

    public static ScoredParticipant Baseline(params ScoredRun[] runs) => Participant("baseline_v1.0.0", 0, runs) with { Type = ParticipantType.Baseline };

    public static ScoredParticipant Miner(int order, params ScoredRun[] runs) => Participant($"miner{order}", order, runs);

    /// <summary>The four slots, all alike.</summary>
    public static ScoredRun[] FourRuns(double recall, double seconds) => [.. AllSlots.Select(slot => new ScoredRun(slot, RunStatus.Completed, seconds, recall, true))];

    public static IEnumerable<Slot> AllSlots =>
        from day in Enumerable.Range(0, 2) from window in (int[])[30, 90] select new Slot(Start.AddDays(day), "torus", window);

    /// <summary>The runs with one of them changed.</summary>
    public static ScoredRun[] But(this ScoredRun[] runs, int at, Func<ScoredRun, ScoredRun> change) => [.. runs.Select((run, n) => n == at ? change(run) : run)];

    public static TournamentState State(TournamentStatus status, params ParticipantStatus[] miners) => new()
    {
        Status = status,
        Schedule = Week,
        RunsPerDay = 4 * (miners.Length + 1),
        EpochStatus = status is TournamentStatus.Draft or TournamentStatus.Registration ? null : EpochStatus.Running,
        Participants =
        [
            new Standing("baseline_v1.0.0", ParticipantType.Baseline, status is TournamentStatus.Draft or TournamentStatus.Registration ? ParticipantStatus.Registered : ParticipantStatus.Active),
            .. miners.Select((miner, n) => new Standing($"miner{n + 1}", ParticipantType.Miner, miner)),
        ],
    };

    private static ScoredParticipant Participant(string hotkey, int order, ScoredRun[] runs) =>
        new() { Hotkey = hotkey, Type = ParticipantType.Miner, RegistrationOrder = order, Runs = runs };
}
