using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Storage.Baselines;

namespace Agon.Storage.Tournaments;

/// <summary>What readers ask of tournaments. Each answer takes a few statements, however many tournaments, participants or runs are in it (W42).</summary>
public sealed class TournamentReadStore(Database database)
{
    private static readonly TimeSpan TimeUntilMissed = TimeSpan.FromMinutes(1);

    /// <summary>By competition_start, the latest first, then by id. Null filters let everything pass.</summary>
    public async Task<ListedTournaments> PageAsync(ImageType? type, TournamentStatus? status, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var filter = $"WHERE TRUE {(type is null ? "" : "AND t.image_type = @type")} {(status is null ? "" : "AND t.status = @status")}";
        var page = $"{filter} ORDER BY t.competition_start DESC, t.tournament_id LIMIT @limit OFFSET @offset";
        var wanted = new
        {
            type = type is { } one ? ContractWord.Of(one) : null,
            status = status is { } other ? ContractWord.Of(other) : null,
            limit,
            offset,
        };
        var total = await session.QueryOneAsync<int>($"SELECT COUNT(*) FROM tournament_tournaments t {filter}", wanted, cancellationToken);
        var rows = await session.QueryAsync<TournamentRow>($"{TournamentRow.Select} {page}", wanted, cancellationToken);
        var miners = (await session.QueryAsync<MinersRow>($"""
            SELECT tournament_id, COUNT(*) AS miners FROM tournament_participants
            WHERE participant_type = 'miner' AND tournament_id IN (SELECT t.tournament_id FROM tournament_tournaments t {page})
            GROUP BY tournament_id
            """, wanted, cancellationToken)).ToDictionary(row => row.TournamentId, row => row.Miners);
        return new ListedTournaments(total, [.. rows.Select(row => new ListedTournament(row.ToTournament(), miners.GetValueOrDefault(row.TournamentId)))]);
    }

    public async Task<Tournament?> FindAsync(Guid tournamentId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await FindAsync(session, tournamentId, cancellationToken);
    }

    public async Task<TournamentOverview?> OverviewAsync(Guid tournamentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        if (await FindAsync(session, tournamentId, cancellationToken) is not { } tournament)
            return null;
        var miners = await session.QueryOneAsync<MinerCounts>("""
            SELECT COUNT(*) AS total,
                   COALESCE(SUM(CASE WHEN status = 'active' AND NOT is_disqualified THEN 1 ELSE 0 END), 0) AS active,
                   COALESCE(SUM(CASE WHEN is_disqualified THEN 1 ELSE 0 END), 0) AS disqualified
            FROM tournament_participants WHERE tournament_id = @tournamentId AND participant_type = 'miner'
            """, new { tournamentId }, cancellationToken);
        var days = await session.QueryOneAsync<int>($"""
            SELECT COUNT(*) FROM (
                SELECT test_date FROM {RunRow.Table(tournament.ImageType)} WHERE tournament_id = @tournamentId
                GROUP BY test_date HAVING SUM(CASE WHEN status IN ('pending', 'running') THEN 1 ELSE 0 END) = 0) finished
            """, new { tournamentId }, cancellationToken);
        return new TournamentOverview
        {
            Tournament = tournament,
            Baseline = (await BaselineStore.FindAsync(session, tournament.BaselineId, cancellationToken))!,
            Miners = miners!,
            DaysCompleted = days,
            WaitsForMachine = (await WaitingAsync(session, tournamentId, now, cancellationToken)).SingleOrDefault()?.Machine,
        };
    }

    /// <summary>
    /// Those whose runs are due and not made: the machine that makes them shows no sign of life in this database, be it down or of another name by now.
    /// </summary>
    /// <param name="tournamentId">Only that one; null: all.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<WaitingTournament>> WaitingAsync(Guid? tournamentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await WaitingAsync(session, tournamentId, now, cancellationToken);
    }

    // A machine that is there takes a run within seconds of the last one's end, or makes those of another tournament.
    private static Task<IReadOnlyList<WaitingTournament>> WaitingAsync(Session session, Guid? tournamentId, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.QueryAsync<WaitingTournament>($"""
            SELECT place.tournament_id, place.machine
            FROM agon_tournament place JOIN tournament_tournaments t ON t.tournament_id = place.tournament_id
            WHERE t.status = 'in_progress' AND place.machine IS NOT NULL {(tournamentId is null ? "" : "AND place.tournament_id = @tournamentId")}
              AND EXISTS (SELECT 1 FROM agon_tournament_run run WHERE run.tournament_id = place.tournament_id AND run.state <> 'done')
              AND NOT EXISTS (SELECT 1 FROM agon_tournament_run run WHERE run.tournament_id = place.tournament_id AND run.state = 'queued' AND run.run_after > @since)
              AND NOT EXISTS (
                  SELECT 1 FROM agon_tournament_run run
                  WHERE (run.machine = place.machine OR run.tournament_id = place.tournament_id) AND (run.lease_until > @since OR run.ended_at > @since))
            ORDER BY place.tournament_id
            """, new { tournamentId, since = now - TimeUntilMissed }, cancellationToken);

    /// <summary>By registration_order; none of a tournament that there is not.</summary>
    public async Task<IReadOnlyList<Participant>> ParticipantsAsync(Guid tournamentId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await TournamentReader.ParticipantsAsync(session, tournamentId, cancellationToken);
    }

    /// <summary>Null: nobody of that name takes part.</summary>
    public async Task<Participant?> ParticipantAsync(Guid tournamentId, string hotkey, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await ParticipantAsync(session, tournamentId, hotkey, cancellationToken);
    }

    /// <summary>One participant with its runs and its result; null: nobody of that name takes part.</summary>
    public async Task<ParticipantHistory?> HistoryAsync(Tournament tournament, string hotkey, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var who = new { tournament.TournamentId, hotkey = StoredText.Clean(hotkey) };
        if (await ParticipantAsync(session, tournament.TournamentId, hotkey, cancellationToken) is not { } participant)
            return null;
        var runs = await session.QueryAsync<RunRow>($"""
            {RunRow.Select(tournament.ImageType)}
            WHERE run.tournament_id = @TournamentId AND run.hotkey = @hotkey ORDER BY run.test_date, run.run_order
            """, who, cancellationToken);
        var result = await session.QueryOneAsync<ResultRow>(
            $"{ResultRow.Select} WHERE result.tournament_id = @TournamentId AND result.hotkey = @hotkey", who, cancellationToken);
        return new ParticipantHistory(participant, [.. runs.Select(run => run.ToRecorded())], Scored(result));
    }

    /// <summary>All runs, or those of one date, by day and run_order.</summary>
    public async Task<IReadOnlyList<RecordedRun>> RunsAsync(Tournament tournament, DateOnly? testDate, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var rows = await session.QueryAsync<RunRow>($"""
            {RunRow.Select(tournament.ImageType)}
            WHERE run.tournament_id = @TournamentId {(testDate is null ? "" : "AND run.test_date = @testDate")}
            ORDER BY run.test_date, run.run_order
            """, new { tournament.TournamentId, testDate }, cancellationToken);
        return [.. rows.Select(row => row.ToRecorded())];
    }

    /// <summary>The last of what that run printed, for its participant and operator; null: there is no such run, or it printed nothing yet.</summary>
    public async Task<string?> LogTailAsync(Guid runId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryOneAsync<string>("SELECT log_tail FROM agon_tournament_run WHERE run_id = @runId", new { runId }, cancellationToken);
    }

    /// <summary>By rank; empty before scoring.</summary>
    public async Task<IReadOnlyList<ScoredResult>> ResultsAsync(Guid tournamentId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var rows = await session.QueryAsync<ResultRow>(
            $"{ResultRow.Select} WHERE result.tournament_id = @tournamentId ORDER BY result.rank", new { tournamentId }, cancellationToken);
        return [.. rows.Select(row => Scored(row)!)];
    }

    private static async Task<Tournament?> FindAsync(Session session, Guid tournamentId, CancellationToken cancellationToken) =>
        (await session.QueryOneAsync<TournamentRow>($"{TournamentRow.Select} WHERE t.tournament_id = @tournamentId", new { tournamentId }, cancellationToken))?.ToTournament();

    private static async Task<Participant?> ParticipantAsync(Session session, Guid tournamentId, string hotkey, CancellationToken cancellationToken) =>
        (await session.QueryOneAsync<ParticipantRow>($"{ParticipantRow.Select} WHERE p.tournament_id = @tournamentId AND p.hotkey = @hotkey",
            new { tournamentId, hotkey = StoredText.Clean(hotkey) }, cancellationToken))?.ToParticipant();

    private static ScoredResult? Scored(ResultRow? row) => row is null ? null : new ScoredResult(row.ToResult(), row.CalculatedAt);

    private sealed record MinersRow
    {
        public required Guid TournamentId { get; init; }
        public required int Miners { get; init; }
    }
}

/// <summary>A page of the list, and how many there are in all.</summary>
public sealed record ListedTournaments(int Total, IReadOnlyList<ListedTournament> Tournaments);

/// <summary>A tournament, and how many miners take part.</summary>
public sealed record ListedTournament(Tournament Tournament, int Miners);

/// <summary>A tournament with what has to be beaten, and how far it is.</summary>
public sealed record TournamentOverview
{
    public required Tournament Tournament { get; init; }
    public required Baseline Baseline { get; init; }
    public required MinerCounts Miners { get; init; }

    /// <summary>Days that have begun and whose every run has its result.</summary>
    public required int DaysCompleted { get; init; }

    /// <summary>Which machine would have to make its runs and does not; null: none is due, or they are made.</summary>
    public required string? WaitsForMachine { get; init; }
}

/// <summary>A tournament whose machine does not make its runs.</summary>
public sealed record WaitingTournament
{
    public required Guid TournamentId { get; init; }

    /// <summary>Its name, as <c>Jobs:Machine</c> had it.</summary>
    public required string Machine { get; init; }
}

/// <summary>Miners; the baseline does not count.</summary>
public sealed record MinerCounts
{
    public required int Total { get; init; }
    public required int Active { get; init; }
    public required int Disqualified { get; init; }
}

/// <summary>All that one participant did; its result is null before scoring.</summary>
public sealed record ParticipantHistory(Participant Participant, IReadOnlyList<RecordedRun> Runs, ScoredResult? Result);

/// <summary>A result, and when it was calculated.</summary>
public sealed record ScoredResult(TournamentResult Result, DateTimeOffset CalculatedAt);
