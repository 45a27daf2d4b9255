using Agon.Domain.Tournaments;

namespace Agon.Storage.Tournaments;

/// <summary>All that is stored of one tournament.</summary>
public sealed record StoredTournament
{
    public required Tournament Tournament { get; init; }

    /// <summary>By registration_order: the baseline first.</summary>
    public required IReadOnlyList<Participant> Participants { get; init; }

    /// <summary>Null before the competition.</summary>
    public required Epoch? Epoch { get; init; }

    /// <summary>By day and run_order.</summary>
    public required IReadOnlyList<RecordedRun> Runs { get; init; }

    /// <summary>By rank; empty before scoring.</summary>
    public required IReadOnlyList<TournamentResult> Results { get; init; }

    /// <summary>Null before scoring.</summary>
    public required Promotion? Verdict { get; init; }

    public IReadOnlyCollection<TournamentRun> PlainRuns => [.. Runs.Select(run => run.Run)];

    public TournamentState ToState() => DayRules.StateOf(Tournament, Participants, Epoch?.Status, PlainRuns, RecordedResults());

    /// <summary>All that its score depends on.</summary>
    public ScoringInput ToScoring()
    {
        var runs = Runs.ToLookup(run => run.Run.Hotkey, run => run.Run.ToScored());
        return new ScoringInput
        {
            CompetitionStart = Tournament.Schedule.CompetitionStart,
            TestNetworks = Tournament.TestNetworks,
            TestWindowDays = Tournament.TestWindowDays,
            MaxExecutionTimeSeconds = Tournament.MaxExecutionTimeSeconds,
            Policy = Tournament.Policy,
            Participants =
            [
                .. Participants.Select(one => new ScoredParticipant
                {
                    Hotkey = one.Hotkey,
                    Type = one.Type,
                    RegistrationOrder = one.RegistrationOrder,
                    IsDisqualified = one.IsDisqualified,
                    DisqualificationReason = one.DisqualificationReason,
                    DisqualifiedOnDay = one.DisqualifiedOnDay,
                    Runs = [.. runs[one.Hotkey]],
                }),
            ],
        };
    }

    private RecordedResults? RecordedResults() => Results.Count == 0 || Verdict is not { } verdict
        ? null
        : new RecordedResults(Results.FirstOrDefault(one => one.IsWinner)?.Hotkey, Results.Any(one => one is { IsWinner: true, BeatBaseline: true }), verdict);
}

/// <summary>Reads tournaments, in the caller's session.</summary>
internal static class TournamentReader
{
    /// <summary>Keeps the tournament's row until the transaction ends: whoever changes a tournament comes alone. False: there is none.</summary>
    public static async Task<bool> LockAsync(Session session, Guid tournamentId, CancellationToken cancellationToken) =>
        await session.QueryOneAsync<string>($"SELECT status FROM tournament_tournaments WHERE tournament_id = @tournamentId {session.Dialect.ForUpdate}",
            new { tournamentId }, cancellationToken) is not null;

    public static async Task<StoredTournament?> FindAsync(Session session, Guid tournamentId, CancellationToken cancellationToken)
    {
        var id = new { tournamentId };
        if (await session.QueryOneAsync<TournamentRow>($"{TournamentRow.Select} WHERE t.tournament_id = @tournamentId", id, cancellationToken) is not { } row)
            return null;
        var tournament = row.ToTournament();
        return new StoredTournament
        {
            Tournament = tournament,
            Participants = await ParticipantsAsync(session, tournamentId, cancellationToken),
            Epoch = (await session.QueryOneAsync<EpochRow>($"{EpochRow.Select} WHERE tournament_id = @tournamentId", id, cancellationToken))?.ToEpoch(),
            Runs = [.. (await session.QueryAsync<RunRow>(
                $"{RunRow.Select(tournament.ImageType)} WHERE run.tournament_id = @tournamentId ORDER BY run.test_date, run.run_order", id, cancellationToken))
                .Select(run => run.ToRecorded())],
            Results = [.. (await session.QueryAsync<ResultRow>($"{ResultRow.Select} WHERE result.tournament_id = @tournamentId ORDER BY result.rank", id, cancellationToken))
                .Select(result => result.ToResult())],
            Verdict = row.Verdict,
        };
    }

    public static async Task<IReadOnlyList<Participant>> ParticipantsAsync(Session session, Guid tournamentId, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<ParticipantRow>(
            $"{ParticipantRow.Select} WHERE p.tournament_id = @tournamentId ORDER BY p.registration_order", new { tournamentId }, cancellationToken);
        return [.. rows.Select(row => row.ToParticipant())];
    }
}
