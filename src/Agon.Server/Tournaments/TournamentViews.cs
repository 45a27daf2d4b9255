using Agon.Contracts.Tournaments;
using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Storage.Tournaments;

namespace Agon.Server.Tournaments;

/// <summary>What is stored of tournaments, as everybody may see it (contract section 3).</summary>
internal static class TournamentViews
{
    public static ListedTournamentView Of(ListedTournament listed)
    {
        var (tournament, schedule) = (listed.Tournament, listed.Tournament.Schedule);
        return new ListedTournamentView
        {
            TournamentId = tournament.TournamentId,
            Name = tournament.Name,
            ImageType = ContractWord.Of(tournament.ImageType),
            Status = ContractWord.Of(tournament.Status),
            RegistrationStart = schedule.RegistrationStart,
            RegistrationEnd = schedule.RegistrationEnd,
            CompetitionStart = schedule.CompetitionStart,
            CompetitionEnd = schedule.CompetitionEnd,
            CurrentDay = tournament.CurrentDay,
            Configuration = Configuration(tournament),
            ParticipantCount = listed.Miners,
            Winner = tournament.WinnerHotkey is { } winner ? new WinnerView(winner, tournament.BaselineBeaten) : null,
            CreatedAt = tournament.CreatedAt,
            CompletedAt = tournament.CompletedAt,
        };
    }

    public static TournamentView Of(TournamentOverview overview)
    {
        var (tournament, schedule, baseline) = (overview.Tournament, overview.Tournament.Schedule, overview.Baseline);
        return new TournamentView
        {
            TournamentId = tournament.TournamentId,
            Name = tournament.Name,
            ImageType = ContractWord.Of(tournament.ImageType),
            Status = ContractWord.Of(tournament.Status),
            Schedule = new(schedule.RegistrationStart, schedule.RegistrationEnd, schedule.CompetitionStart, schedule.CompetitionEnd),
            Configuration = Configuration(tournament),
            Baseline = new(baseline.BaselineId, $"{baseline.Version}", BaselineRules.Hotkey(baseline.Version), baseline.OriginatedFromTournamentId),
            Participants = new(overview.Miners.Total, overview.Miners.Active, overview.Miners.Disqualified),
            Results = new(tournament.WinnerHotkey, tournament.BaselineBeaten, tournament.CurrentDay, overview.DaysCompleted),
            CreatedAt = tournament.CreatedAt,
            CompletedAt = tournament.CompletedAt,
            WaitsForMachine = overview.WaitsForMachine,
        };
    }

    private static ConfigurationView Configuration(Tournament tournament) =>
        new(tournament.MaxParticipants, tournament.Schedule.EpochDays, tournament.TestNetworks, tournament.TestWindowDays);

    public static ParticipantView Of(Participant participant) => new()
    {
        Hotkey = participant.Hotkey,
        ParticipantType = ContractWord.Of(participant.Type),
        RegistrationOrder = participant.RegistrationOrder,
        Status = ContractWord.Of(participant.Status),
        RegisteredAt = participant.RegisteredAt,
        GithubRepository = participant.GithubRepository,
        DockerImageTag = participant.DockerImageTag,
        CommitHash = participant.CommitHash,
        IsDisqualified = participant.IsDisqualified,
        DisqualificationReason = participant.DisqualificationReason,
        DisqualifiedOnDay = participant.DisqualifiedOnDay,
    };

    /// <summary>As the registration routes show it, with what only they tell.</summary>
    public static RegisteredParticipantView Registered(Participant participant) => new()
    {
        TournamentId = participant.TournamentId,
        Hotkey = participant.Hotkey,
        ParticipantType = ContractWord.Of(participant.Type),
        RegistrationOrder = participant.RegistrationOrder,
        Status = ContractWord.Of(participant.Status),
        RegisteredAt = participant.RegisteredAt,
        GithubRepository = participant.GithubRepository,
        DockerImageTag = participant.DockerImageTag,
        MinerDatabaseName = participant.MinerDatabaseName,
        IsDisqualified = participant.IsDisqualified,
        DisqualificationReason = participant.DisqualificationReason,
    };

    /// <summary>All that one participant did; <paramref name="runs"/> are its own.</summary>
    public static ParticipantHistoryView History(Tournament tournament, Participant participant, IEnumerable<RecordedRun> runs, ScoredResult? scored) => new()
    {
        TournamentId = tournament.TournamentId,
        Hotkey = participant.Hotkey,
        ParticipantType = ContractWord.Of(participant.Type),
        Registration = new(participant.RegisteredAt, participant.RegistrationOrder, participant.GithubRepository, participant.DockerImageTag),
        Status = new(ContractWord.Of(participant.Status), participant.IsDisqualified, participant.DisqualificationReason),
        Result = scored?.Result is { } result ? new(result.Rank, result.IsWinner, result.FinalScore, result.BeatBaseline, result.MinersBeaten) : null,
        DailyPerformance =
        [
            .. runs.Select(recorded => recorded.Run).Where(run => run.ToScored().IsFinished)
                .GroupBy(run => run.Slot.TestDate).OrderBy(day => day.Key)
                .Select(day => Performance(tournament.Schedule.NumberOf(day.Key), day.Key, [.. day])),
        ],
    };

    public static TournamentResultsView Results(Tournament tournament, IEnumerable<ScoredResult> results) => new()
    {
        TournamentId = tournament.TournamentId,
        Status = ContractWord.Of(tournament.Status),
        WinnerHotkey = tournament.WinnerHotkey,
        BaselineBeaten = tournament.BaselineBeaten,
        Results = [.. results.Select(one => TournamentResultView.Of(one.Result, tournament.TournamentId, one.CalculatedAt))],
    };

    public static TournamentLeaderboardView Leaderboard(Tournament tournament, IEnumerable<ScoredResult> results)
    {
        var view = Results(tournament, results);
        return new(view.TournamentId, view.Status, [.. view.Results.Select(LeaderboardPlaceView.Of)]);
    }

    private static DailyPerformanceView Performance(int number, DateOnly date, IReadOnlyList<TournamentRun> runs) => new(
        number,
        date,
        runs.GroupBy(run => run.Slot.Network).OrderBy(network => network.Key, StringComparer.Ordinal)
            .ToDictionary(network => network.Key, network => Performance([.. network.OrderBy(run => run.Slot.WindowDays)])),
        runs.Average(run => run.ToScored().CountedRecall));

    private static NetworkPerformanceView Performance(IReadOnlyList<TournamentRun> runs) => new()
    {
        SyntheticRecall = runs.Average(run => run.ToScored().CountedRecall),
        NoveltyValidated = runs.Average(Novelty),
        ExecutionTimeSeconds = runs.Average(run => run.ExecutionTimeSeconds),
        DataCorrectnessPassed = runs.All(run => run.ToScored().IsCorrect),
        Runs =
        [
            .. runs.Select(run => new WindowPerformanceView
            {
                WindowDays = run.Slot.WindowDays,
                SyntheticRecall = run.ToScored().CountedRecall,
                NoveltyValidated = Novelty(run),
                ExecutionTimeSeconds = run.ExecutionTimeSeconds,
                DataCorrectnessPassed = run.ToScored().IsCorrect,
            }),
        ],
    };

    private static int Novelty(TournamentRun run) => run.Patterns?.NoveltyPatternsValidated ?? 0;
}
