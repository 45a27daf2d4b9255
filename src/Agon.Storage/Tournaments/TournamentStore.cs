using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Storage.Baselines;

namespace Agon.Storage.Tournaments;

/// <summary>Tournaments on their way from draft to completed. Every change of state is one transaction that holds the tournament's row.</summary>
public sealed class TournamentStore(Database database)
{
    /// <summary>Inserts a draft, and the active baseline as its participant 0 (S030, S031).</summary>
    /// <returns>Null: no baseline of that type is active.</returns>
    public async Task<Tournament?> CreateAsync(NewTournament request, ImageType type, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await BaselineStore.LockAsync(session, type, cancellationToken);
        if (await BaselineStore.ActiveAsync(session, type, cancellationToken) is not { } baseline)
            return null;
        var tournament = Draft(request, type, baseline, now);
        await InsertAsync(session, tournament, cancellationToken);
        var source = await BaselineStore.SourceAsync(session, baseline.BaselineId, cancellationToken);
        await ParticipantStore.InsertAsync(session, Entry(tournament, baseline, now), source ?? new ParticipantSource(), cancellationToken);
        await session.CommitAsync(cancellationToken);
        return tournament;
    }

    public async Task<StoredTournament?> FindAsync(Guid tournamentId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await TournamentReader.FindAsync(session, tournamentId, cancellationToken);
    }

    /// <summary>The tournaments that the orchestrator has to look at, the oldest competition first; null: of all types.</summary>
    public async Task<IReadOnlyList<Guid>> UnfinishedAsync(ImageType? type, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<Guid>($"""
            SELECT tournament_id FROM tournament_tournaments
            WHERE status NOT IN ('completed', 'cancelled') {(type is null ? "" : "AND image_type = @type")}
            ORDER BY competition_start, tournament_id
            """, new { type = type is { } one ? ContractWord.Of(one) : null }, cancellationToken);
    }

    /// <summary>
    /// One call of the orchestrator (<see cref="TournamentRules.Next"/>): the new state and all that follows from it, days' runs included, in one
    /// transaction. Scoring and promotion are left to the caller, who may die: the next call says so again. Null: no such tournament.
    /// </summary>
    public Task<TournamentStep?> TickAsync(Guid tournamentId, DateOnly today, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(tournamentId, stored => TournamentRules.Next(stored.ToState(), today), now, cancellationToken);

    /// <summary>Plans what that day still lacks, whatever day it is (D25); of a tournament in progress. Null: no such tournament, or no such day of it.</summary>
    public async Task<TournamentStep?> PlanDayAsync(Guid tournamentId, DateOnly testDate, DateTimeOffset now, CancellationToken cancellationToken) =>
        await ChangeAsync(tournamentId, stored => stored.Tournament is { Status: TournamentStatus.InProgress, Schedule: var schedule } && schedule.IsCompetitionDay(testDate)
            ? new TournamentStep(
                stored.ToState() with { CurrentDay = Math.Max(stored.Tournament.CurrentDay, schedule.DaysBegunBy(testDate)) },
                [new TournamentAction.ExecuteDay(schedule.NumberOf(testDate), testDate)])
            : null, now, cancellationToken);

    /// <summary>Ends a competition that still runs, because an operator wants the scores now (D03); runs that are not made by then are not made.</summary>
    /// <returns>What became of the wish; null: no such tournament.</returns>
    public async Task<EarlyClose?> CloseAsync(Guid tournamentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        EarlyClose? close = null;
        await ChangeAsync(tournamentId, stored =>
        {
            close = TournamentRules.Close(stored.ToState());
            return (close as EarlyClose.Proceed)?.Step;
        }, now, cancellationToken);
        return close;
    }

    /// <summary>Calls it off (D39). False: it is completed; null: there is none.</summary>
    public async Task<bool?> CancelAsync(Guid tournamentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        bool? cancelled = null;
        await ChangeAsync(tournamentId, stored =>
        {
            var state = TournamentRules.Cancel(stored.ToState());
            cancelled = state is not null;
            return state is null ? null : new TournamentStep(state, []);
        }, now, cancellationToken);
        return cancelled;
    }

    /// <summary>
    /// Scores a tournament that is scoring, replaces its results, and completes it (S042, D22, D42); a promotion is left waiting. In one transaction.
    /// </summary>
    /// <returns>Null: there is none, or it is not scoring.</returns>
    public async Task<TournamentOutcome?> ScoreAsync(Guid tournamentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        if (!await TournamentReader.LockAsync(session, tournamentId, cancellationToken)
            || await TournamentReader.FindAsync(session, tournamentId, cancellationToken) is not { Tournament.Status: TournamentStatus.Scoring } stored)
            return null;
        var outcome = TournamentScoring.Score(stored.ToScoring());
        await ResultWriter.ReplaceAsync(session, tournamentId, outcome, now, cancellationToken);
        await session.ExecuteAsync("""
            UPDATE tournament_tournaments
            SET status = 'completed', winner_hotkey = @WinnerHotkey, baseline_beaten = @BaselineBeaten, completed_at = @now
            WHERE tournament_id = @tournamentId
            """, new { tournamentId, outcome.WinnerHotkey, outcome.BaselineBeaten, now }, cancellationToken);
        await session.ExecuteAsync("UPDATE agon_tournament SET promotion = @promotion WHERE tournament_id = @tournamentId",
            new { tournamentId, promotion = ContractWord.Of(outcome.Promotion) }, cancellationToken);
        await PromotionStore.BeginAsync(session, tournamentId, now, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return outcome;
    }

    // Null from the rule changes nothing.
    private async Task<TournamentStep?> ChangeAsync(Guid tournamentId, Func<StoredTournament, TournamentStep?> rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        if (!await TournamentReader.LockAsync(session, tournamentId, cancellationToken)
            || await TournamentReader.FindAsync(session, tournamentId, cancellationToken) is not { } stored
            || rule(stored) is not { } step)
            return null;
        await StepWriter.ApplyAsync(session, stored, step, now, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return step;
    }

    private static Tournament Draft(NewTournament request, ImageType type, Baseline baseline, DateTimeOffset now) => new()
    {
        TournamentId = Guid.CreateVersion7(now),
        Name = request.Name,
        ImageType = type,
        Schedule = request.Schedule,
        MaxParticipants = request.MaxParticipants,
        TestNetworks = request.TestNetworks,
        TestWindowDays = request.TestWindowDays,
        MaxExecutionTimeSeconds = request.MaxExecutionTimeSeconds,
        Policy = request.Policy,
        BaselineId = baseline.BaselineId,
        Status = TournamentStatus.Draft,
        CreatedAt = now,
    };

    private static Participant Entry(Tournament tournament, Baseline baseline, DateTimeOffset now) => new()
    {
        TournamentId = tournament.TournamentId,
        Hotkey = BaselineRules.Hotkey(baseline.Version),
        Type = ParticipantType.Baseline,
        RegisteredAt = now,
        RegistrationOrder = 0,
        GithubRepository = baseline.GithubRepository is { Length: > 0 } repository ? repository : null,
        DockerImageTag = baseline.DockerImageTag,
        MinerDatabaseName = BaselineRules.DatabaseName(tournament.ImageType),
        BaselineId = baseline.BaselineId,
        Status = ParticipantStatus.Registered,
        UpdatedAt = now,
    };

    private static async Task InsertAsync(Session session, Tournament tournament, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("""
            INSERT INTO tournament_tournaments (tournament_id, name, image_type, registration_start, registration_end, competition_start, competition_end,
                max_participants, epoch_days, test_networks, test_window_days, baseline_id, status, created_at)
            VALUES (@TournamentId, @name, @type, @RegistrationStart, @RegistrationEnd, @CompetitionStart, @CompetitionEnd,
                @MaxParticipants, @EpochDays, @networks, @windows, @BaselineId, 'draft', @CreatedAt)
            """, new
        {
            tournament.TournamentId,
            name = StoredText.Clean(tournament.Name),
            type = ContractWord.Of(tournament.ImageType),
            tournament.Schedule.RegistrationStart,
            tournament.Schedule.RegistrationEnd,
            tournament.Schedule.CompetitionStart,
            tournament.Schedule.CompetitionEnd,
            tournament.MaxParticipants,
            tournament.Schedule.EpochDays,
            networks = new TextList([.. tournament.TestNetworks]),
            windows = new NumberList([.. tournament.TestWindowDays]),
            tournament.BaselineId,
            tournament.CreatedAt,
        }, cancellationToken);
        await session.ExecuteAsync("""
            INSERT INTO agon_tournament (tournament_id, max_execution_time_seconds, pattern_accuracy_weight, data_correctness_weight, performance_weight, speed_cap)
            VALUES (@TournamentId, @MaxExecutionTimeSeconds, @PatternAccuracyWeight, @DataCorrectnessWeight, @PerformanceWeight, @SpeedCap)
            """, new
        {
            tournament.TournamentId,
            tournament.MaxExecutionTimeSeconds,
            tournament.Policy.PatternAccuracyWeight,
            tournament.Policy.DataCorrectnessWeight,
            tournament.Policy.PerformanceWeight,
            tournament.Policy.SpeedCap,
        }, cancellationToken);
    }
}
