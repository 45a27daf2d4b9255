using Agon.Domain.Tournaments;

namespace Agon.Domain.Tests.Tournaments;

public sealed class DayRulesTests
{
    private static readonly DateOnly Day = Contest.Start;

    private static readonly Tournament Tournament = new()
    {
        TournamentId = Guid.NewGuid(),
        Name = "spring",
        ImageType = ImageType.Analytics,
        Schedule = Contest.Week,
        MaxParticipants = 10,
        TestNetworks = ["torus", "bittensor"],
        TestWindowDays = [30, 90],
        MaxExecutionTimeSeconds = 3600,
        BaselineId = Guid.NewGuid(),
        Status = TournamentStatus.InProgress,
        CreatedAt = Some.Noon,
    };

    private static Participant Who(string hotkey, int order, ParticipantStatus status = ParticipantStatus.Active) => new()
    {
        TournamentId = Tournament.TournamentId,
        Hotkey = hotkey,
        Type = order == 0 ? ParticipantType.Baseline : ParticipantType.Miner,
        RegisteredAt = Some.Noon,
        RegistrationOrder = order,
        Status = status,
        IsDisqualified = status == ParticipantStatus.Disqualified,
        UpdatedAt = Some.Noon,
    };

    private static TournamentRun Run(string hotkey, string network, int window, RunStatus status, int order) => new()
    {
        RunId = Guid.NewGuid(),
        EpochId = Guid.NewGuid(),
        Hotkey = hotkey,
        ParticipantType = ParticipantType.Miner,
        RunOrder = order,
        Slot = new Slot(Day, network, window),
        Status = status,
        CreatedAt = Some.Noon,
    };

    private static List<string> Planned(IEnumerable<Participant> participants, params TournamentRun[] runs) =>
        [.. DayRules.Remaining(Tournament, participants, runs, Day).Select(run => $"{run.Participant.Hotkey} {run.Slot.Network} {run.Slot.WindowDays}")];

    [Fact]
    public void The_baseline_is_first_then_miners_by_registration_each_on_networks_and_windows() => Assert.Equal(
        [
            "base torus 30", "base torus 90", "base bittensor 30", "base bittensor 90",
            "ada torus 30", "ada torus 90", "ada bittensor 30", "ada bittensor 90",
            "bob torus 30", "bob torus 90", "bob bittensor 30", "bob bittensor 90",
        ],
        Planned([Who("bob", 2), Who("base", 0), Who("ada", 1)]));

    [Fact]
    public void What_has_a_result_is_not_run_again_and_what_was_cut_off_is()
    {
        var runs = new[]
        {
            Run("base", "torus", 30, RunStatus.Completed, 1), Run("base", "torus", 90, RunStatus.Failed, 2),
            Run("base", "bittensor", 30, RunStatus.Timeout, 3), Run("base", "bittensor", 90, RunStatus.Running, 4),
        };
        Assert.Equal(["base bittensor 90"], Planned([Who("base", 0)], runs));
        Assert.Equal(new DayProgress(Day, 3, 4), DayRules.Progress(Tournament, [Who("base", 0)], runs, Day));
        Assert.Equal(5, DayRules.NextOrder(runs));
        Assert.Equal(1, DayRules.NextOrder([]));
    }

    [Theory]
    [InlineData(ParticipantStatus.Disqualified)]
    [InlineData(ParticipantStatus.Failed)]
    [InlineData(ParticipantStatus.Registered)]
    public void Only_active_miners_run_but_the_baseline_always_does(ParticipantStatus status) =>
        Assert.Equal(4, Planned([Who("base", 0, status), Who("ada", 1, status)]).Count(run => run.StartsWith("base", StringComparison.Ordinal)));

    [Fact]
    public void A_miner_disqualified_in_the_middle_of_a_day_leaves_no_slots_open_behind_it()
    {
        Participant[] participants = [Who("base", 0), Who("ada", 1, ParticipantStatus.Disqualified)];
        TournamentRun[] runs = [.. from network in Tournament.TestNetworks from window in Tournament.TestWindowDays select Run("base", network, window, RunStatus.Completed, 1),
            Run("ada", "torus", 30, RunStatus.Failed, 5)];
        var state = DayRules.StateOf(Tournament, participants, EpochStatus.Running, runs, null);
        Assert.Equal<DayProgress>([new DayProgress(Day, 5, 5)], state.StartedDays);
        Assert.Equal(4, state.RunsPerDay);
        Assert.Empty(TournamentRules.Next(state, Day).Actions);
    }

    [Theory]
    [InlineData(RunStatus.Completed, 10, true, null)]
    [InlineData(RunStatus.Completed, 10, false, Disqualification.WrongData)]
    [InlineData(RunStatus.Completed, 3601, false, Disqualification.TooSlow)]
    [InlineData(RunStatus.Failed, 10, true, Disqualification.WrongData)]
    [InlineData(RunStatus.Timeout, 10, true, Disqualification.TooSlow)]
    [InlineData(RunStatus.Running, 9999, false, null)]
    [InlineData(RunStatus.Pending, 0, false, null)]
    public void One_finished_run_that_is_wrong_or_too_slow_disqualifies_at_once(RunStatus status, double seconds, bool correct, string? reason) =>
        Assert.Equal(reason, Disqualification.ReasonOf(new ScoredRun(new Slot(Day, "torus", 30), status, seconds, 1, correct), 3600));
}
