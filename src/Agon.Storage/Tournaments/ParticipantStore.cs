using Agon.Domain.Tournaments;

namespace Agon.Storage.Tournaments;

/// <summary>What became of a registration: the participant, or why not. Both null: there is no such tournament.</summary>
public sealed record Registered(Participant? Participant, RegistrationOutcome.Refused? Refused);

/// <summary>Who takes part. Each change is one transaction that holds the tournament's row, so that the limit is exact and no order is given twice (D30).</summary>
public sealed class ParticipantStore(Database database)
{
    /// <summary>Registers a miner with its pinned source; a draft that is due opens first (D01).</summary>
    /// <param name="tournamentId">Where.</param>
    /// <param name="request">By whom, and where the code is kept.</param>
    /// <param name="source">What is run.</param>
    /// <param name="imageTag">What stands in docker_image_tag; null for none.</param>
    /// <param name="databaseName">Kept and unused.</param>
    /// <param name="now">The time, whose UTC date is today unless <paramref name="today"/> stands in for it.</param>
    /// <param name="today">Decides whether a draft is due.</param>
    /// <param name="cancellationToken">Cancels before the commit, never after it.</param>
    public async Task<Registered> RegisterAsync(
        Guid tournamentId, RegistrationRequest request, ParticipantSource source, string? imageTag, string? databaseName,
        DateOnly today, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        if (!await TournamentReader.LockAsync(session, tournamentId, cancellationToken))
            return new Registered(null, null);
        var facts = await FactsAsync(session, tournamentId, request.Hotkey, cancellationToken);
        if (RegistrationRules.Register(request, facts, today) is not RegistrationOutcome.Admitted admitted)
            return new Registered(null, (RegistrationOutcome.Refused)RegistrationRules.Register(request, facts, today));
        if (admitted.OpensRegistration)
            await session.ExecuteAsync("UPDATE tournament_tournaments SET status = 'registration' WHERE tournament_id = @tournamentId", new { tournamentId }, cancellationToken);
        var participant = new Participant
        {
            TournamentId = tournamentId,
            Hotkey = request.Hotkey,
            Type = ParticipantType.Miner,
            RegisteredAt = now,
            RegistrationOrder = admitted.Order,
            GithubRepository = admitted.Repository,
            CommitHash = source.CommitHash,
            DockerImageTag = imageTag ?? source.ImageTag,
            MinerDatabaseName = databaseName,
            Status = ParticipantStatus.Registered,
            UpdatedAt = now,
        };
        await InsertAsync(session, participant, source, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return new Registered(participant, null);
    }

    /// <summary>What registering would say now, with nothing written. Null: there is no such tournament.</summary>
    public async Task<RegistrationOutcome?> AskAsync(Guid tournamentId, RegistrationRequest request, DateOnly today, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryOneAsync<string>("SELECT status FROM tournament_tournaments WHERE tournament_id = @tournamentId", new { tournamentId }, cancellationToken) is null
            ? null
            : RegistrationRules.Register(request, await FactsAsync(session, tournamentId, request.Hotkey, cancellationToken), today);
    }

    /// <summary>Takes a miner's row away while registration is open (D31).</summary>
    /// <returns>False: no such participant. The refusal, if it is refused.</returns>
    public async Task<(bool Found, RegistrationOutcome.Refused? Refused)> WithdrawAsync(Guid tournamentId, string hotkey, DateOnly today, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        if (!await TournamentReader.LockAsync(session, tournamentId, cancellationToken)
            || await FindAsync(session, tournamentId, hotkey, cancellationToken) is not { } participant)
            return (false, null);
        if (RegistrationRules.Withdraw(participant.Type, await FactsAsync(session, tournamentId, hotkey, cancellationToken), today) is { } refused)
            return (true, refused);
        await session.ExecuteAsync("DELETE FROM tournament_participants WHERE tournament_id = @tournamentId AND hotkey = @hotkey", new { tournamentId, hotkey }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return (true, null);
    }

    /// <summary>An operator's word on a participant (S077, D38); only who is active has more runs.</summary>
    /// <returns>The participant as it is then, or why it is refused; both null: no such participant.</returns>
    public async Task<(Participant? Participant, string? Refusal)> SetStatusAsync(
        Guid tournamentId, string hotkey, ParticipantStatus status, string? reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        if (!await TournamentReader.LockAsync(session, tournamentId, cancellationToken)
            || await FindAsync(session, tournamentId, hotkey, cancellationToken) is not { } participant)
            return (null, null);
        if (ParticipantRules.Refuse(participant.Status, status, reason) is { } refusal)
            return (null, refusal);
        var isOut = status == ParticipantStatus.Disqualified;
        await session.ExecuteAsync("""
            UPDATE tournament_participants
            SET status = @status, updated_at = @now, is_disqualified = is_disqualified OR @isOut,
                disqualification_reason = CASE WHEN @isOut THEN COALESCE(disqualification_reason, @reason) ELSE disqualification_reason END
            WHERE tournament_id = @tournamentId AND hotkey = @hotkey
            """, new { tournamentId, hotkey, status = ContractWord.Of(status), isOut, reason = reason is null ? null : StoredText.Clean(reason), now }, cancellationToken);
        if (status != ParticipantStatus.Active && participant.Type == ParticipantType.Miner)
        {
            var stored = await TournamentReader.FindAsync(session, tournamentId, cancellationToken);
            await RunPlan.DropQueuedAsync(session, stored!.Tournament, hotkey, now, cancellationToken);
        }
        var changed = await FindAsync(session, tournamentId, hotkey, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return (changed, null);
    }

    public async Task<IReadOnlyList<Participant>> ListAsync(Guid tournamentId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await TournamentReader.ParticipantsAsync(session, tournamentId, cancellationToken);
    }

    /// <summary>What of that participant is run; null: no such participant.</summary>
    public async Task<ParticipantSource?> SourceAsync(Guid tournamentId, string hotkey, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await SourceAsync(session, tournamentId, hotkey, cancellationToken);
    }

    /// <summary>The sources of all who still run somewhere: in a tournament that is not over, as a baseline that counts, or as a winner whose promotion is not.</summary>
    public async Task<IReadOnlyList<ParticipantSource>> SourcesInUseAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var rows = await session.QueryAsync<SourceRow>("""
            SELECT source.repository, source.commit_hash, source.image_id, source.image_tag, source.folder, source.folder_hash
            FROM agon_participant_source source JOIN tournament_tournaments t ON t.tournament_id = source.tournament_id
            WHERE t.status NOT IN ('completed', 'cancelled')
               OR (source.hotkey = t.winner_hotkey
                   AND EXISTS (SELECT 1 FROM agon_promotion promotion WHERE promotion.tournament_id = t.tournament_id AND promotion.state NOT IN ('done', 'skipped')))
            UNION
            SELECT source.repository, source.commit_hash, source.image_id, source.image_tag, source.folder, source.folder_hash
            FROM agon_baseline_source source JOIN baseline_registry baseline ON baseline.baseline_id = source.baseline_id
            WHERE baseline.status IN ('building', 'active')
            """, null, cancellationToken);
        return [.. rows.Select(row => row.ToSource())];
    }

    internal static async Task<ParticipantSource?> SourceAsync(Session session, Guid tournamentId, string hotkey, CancellationToken cancellationToken)
    {
        var row = await session.QueryOneAsync<SourceRow>("""
            SELECT repository, commit_hash, image_id, image_tag, folder, folder_hash FROM agon_participant_source
            WHERE tournament_id = @tournamentId AND hotkey = @hotkey
            """, new { tournamentId, hotkey }, cancellationToken);
        return row?.ToSource();
    }

    internal static async Task InsertAsync(Session session, Participant one, ParticipantSource source, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("""
            INSERT INTO tournament_participants (tournament_id, hotkey, participant_type, registered_at, registration_order, github_repository,
                docker_image_tag, miner_database_name, baseline_id, status, updated_at)
            VALUES (@TournamentId, @Hotkey, @type, @RegisteredAt, @RegistrationOrder, @GithubRepository,
                @DockerImageTag, @MinerDatabaseName, @BaselineId, @status, @UpdatedAt)
            """, new
        {
            one.TournamentId,
            one.Hotkey,
            type = ContractWord.Of(one.Type),
            one.RegisteredAt,
            one.RegistrationOrder,
            one.GithubRepository,
            one.DockerImageTag,
            one.MinerDatabaseName,
            one.BaselineId,
            status = ContractWord.Of(one.Status),
            one.UpdatedAt,
        }, cancellationToken);
        await session.ExecuteAsync("""
            INSERT INTO agon_participant_source (tournament_id, hotkey, repository, commit_hash, image_id, image_tag, folder, folder_hash)
            VALUES (@TournamentId, @Hotkey, @Repository, @CommitHash, @ImageId, @ImageTag, @Folder, @FolderHash)
            """, new
        {
            one.TournamentId,
            one.Hotkey,
            source.Repository,
            source.CommitHash,
            source.ImageId,
            source.ImageTag,
            source.Folder,
            source.FolderHash,
        }, cancellationToken);
    }

    private static async Task<Participant?> FindAsync(Session session, Guid tournamentId, string hotkey, CancellationToken cancellationToken)
    {
        var row = await session.QueryOneAsync<ParticipantRow>(
            $"{ParticipantRow.Select} WHERE p.tournament_id = @tournamentId AND p.hotkey = @hotkey", new { tournamentId, hotkey }, cancellationToken);
        return row?.ToParticipant();
    }

    private static async Task<RegistrationFacts> FactsAsync(Session session, Guid tournamentId, string hotkey, CancellationToken cancellationToken)
    {
        var row = await session.QueryOneAsync<FactsRow>("""
            SELECT t.status, t.registration_start, t.max_participants,
                   (SELECT COUNT(*) FROM tournament_participants p WHERE p.tournament_id = t.tournament_id AND p.participant_type = 'miner') AS miners,
                   (SELECT COALESCE(MAX(p.registration_order), 0) FROM tournament_participants p WHERE p.tournament_id = t.tournament_id) AS highest_order,
                   EXISTS (SELECT 1 FROM tournament_participants p WHERE p.tournament_id = t.tournament_id AND p.hotkey = @hotkey) AS has_hotkey
            FROM tournament_tournaments t WHERE t.tournament_id = @tournamentId
            """, new { tournamentId, hotkey = StoredText.Clean(hotkey) }, cancellationToken);
        // Agon keeps no registry of miners: the repository comes with the request (D40).
        return new RegistrationFacts(
            ContractWord.Parse<TournamentStatus>(row!.Status)!.Value, row.RegistrationStart, row.MaxParticipants, row.Miners, row.HighestOrder, row.HasHotkey, null);
    }

    private sealed record FactsRow
    {
        public required string Status { get; init; }
        public required DateOnly RegistrationStart { get; init; }
        public required int MaxParticipants { get; init; }
        public required int Miners { get; init; }
        public required int HighestOrder { get; init; }
        public required bool HasHotkey { get; init; }
    }
}
