using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Storage.Baselines;

namespace Agon.Storage.Tournaments;

/// <summary>How far a promotion is.</summary>
public enum PromotionState
{
    /// <summary>Nothing was done yet, or it is tried again.</summary>
    Waiting,

    /// <summary>The winner's commit is in the baseline's repository; the row is building.</summary>
    Pushed,
    Built,
    Done,

    /// <summary>It waits for an operator.</summary>
    Held,
    Skipped,
}

/// <summary>A promotion as it is stored.</summary>
/// <param name="TournamentId">Whose winner it is.</param>
/// <param name="State">How far it is.</param>
/// <param name="Confirmed">Whether an operator said that it is right all the same (D14).</param>
/// <param name="BaselineId">The row that is building, or was promoted; null before, and while it is held.</param>
/// <param name="Reason">Why it is held or skipped, or what the last try failed of.</param>
public sealed record StoredPromotion(Guid TournamentId, PromotionState State, bool Confirmed, Guid? BaselineId, string? Reason);

/// <summary>The right to take a promotion's next steps until the lease expires.</summary>
/// <param name="TournamentId">Whose winner it is.</param>
/// <param name="Worker">Unlike any other that ever claimed.</param>
/// <param name="Tries">This one included, since a person last asked for it.</param>
/// <param name="State">How far it was.</param>
public sealed record PromotionLease(Guid TournamentId, string Worker, int Tries, PromotionState State);

/// <summary>Promotions, step by step (S055), under a lease; whoever takes a step may die after it, and another takes it up there. Rows are locked in one order: tournament, baselines, promotion.</summary>
public sealed class PromotionStore(Database database)
{
    /// <summary>The tournaments whose promotion is under way, the oldest first.</summary>
    public async Task<IReadOnlyList<Guid>> OpenAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<Guid>(
            "SELECT tournament_id FROM agon_promotion WHERE state IN ('waiting', 'pushed', 'built') ORDER BY updated_at, tournament_id", null, cancellationToken);
    }

    public async Task<StoredPromotion?> FindAsync(Guid tournamentId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await FindAsync(session, tournamentId, cancellationToken);
    }

    /// <summary>Step 1, asked for by a person: whether the winner may be promoted at all. A skip or a hold is stored with its reason; what was held waits no longer.</summary>
    /// <param name="tournamentId">Whose winner it is.</param>
    /// <param name="confirm">An operator says that it is right all the same.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>Null: no such tournament.</returns>
    public async Task<PromotionDecision?> AskForAsync(Guid tournamentId, bool confirm, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        if (!await TournamentReader.LockAsync(session, tournamentId, cancellationToken)
            || await TournamentReader.FindAsync(session, tournamentId, cancellationToken) is not { } stored)
            return null;
        var decision = await DecideAsync(session, stored, confirm, cancellationToken);
        if (stored.Tournament.Status != TournamentStatus.Completed)
            return decision;
        await BeginAsync(session, tournamentId, now, cancellationToken);
        await session.ExecuteAsync("""
            UPDATE agon_promotion
            SET confirmed = confirmed OR @confirm, tries = 0, run_after = NULL, state = CASE WHEN state IN ('held', 'skipped') THEN 'waiting' ELSE state END
            WHERE tournament_id = @tournamentId AND state <> 'done'
            """, new { tournamentId, confirm }, cancellationToken);
        await StoreAsync(session, tournamentId, decision, now, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return decision;
    }

    /// <summary>Step 1 again, by who takes the next steps: another baseline may have become active since. A skip or a hold is stored, fails the building row and ends the lease. Null: the lease is lost.</summary>
    public async Task<PromotionDecision?> CheckAsync(PromotionLease lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        PromotionDecision? decision = null;
        await UnderLeaseAsync(lease, now, async session =>
        {
            var stored = await TournamentReader.FindAsync(session, lease.TournamentId, cancellationToken);
            decision = await DecideAsync(session, stored!, confirm: false, cancellationToken);
            await StoreAsync(session, lease.TournamentId, decision, now, cancellationToken);
        }, cancellationToken);
        return decision;
    }

    /// <summary>What <see cref="AskForAsync"/> would say, with nothing written.</summary>
    public async Task<PromotionDecision?> AskAsync(Guid tournamentId, bool confirm, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await TournamentReader.FindAsync(session, tournamentId, cancellationToken) is { } stored
            ? await DecideAsync(session, stored, confirm, cancellationToken)
            : null;
    }

    /// <summary>The promotion that has waited longest, now leased: one process at a time takes its steps. Null: there is none whose pause is over.</summary>
    /// <param name="worker">Unlike any other that ever claimed.</param>
    /// <param name="tournamentId">Only that one; null for any.</param>
    /// <param name="now">The time.</param>
    /// <param name="until">When the lease expires if it is not renewed.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<PromotionLease?> ClaimAsync(string worker, Guid? tournamentId, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var row = await session.QueryOneAsync<LeaseRow>($"""
            UPDATE agon_promotion SET worker = @worker, lease_until = @until, tries = tries + 1, updated_at = @now
            WHERE tournament_id = (
                SELECT tournament_id FROM agon_promotion
                WHERE state IN ('waiting', 'pushed', 'built') AND (lease_until IS NULL OR lease_until <= @now) AND (run_after IS NULL OR run_after <= @now)
                  {(tournamentId is null ? "" : "AND tournament_id = @tournamentId")}
                ORDER BY updated_at, tournament_id LIMIT 1 {session.Dialect.SkipLocked})
            RETURNING tournament_id, state, tries
            """, new { worker, tournamentId, now, until }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return row is null ? null : new PromotionLease(row.TournamentId, worker, row.Tries, ContractWord.Parse<PromotionState>(row.State)!.Value);
    }

    /// <summary>Heartbeat. False: the lease is lost.</summary>
    public Task<bool> RenewAsync(PromotionLease lease, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, session => session.ExecuteAsync(
            "UPDATE agon_promotion SET lease_until = @until WHERE tournament_id = @TournamentId", new { lease.TournamentId, until }, cancellationToken), cancellationToken);

    /// <summary>Hands it back unharmed, at a clean shutdown: the try does not count.</summary>
    public Task ReleaseAsync(PromotionLease lease, DateTimeOffset now, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, session => session.ExecuteAsync(
            "UPDATE agon_promotion SET tries = tries - 1, worker = NULL, lease_until = NULL WHERE tournament_id = @TournamentId", new { lease.TournamentId }, cancellationToken), cancellationToken);

    /// <summary>Step 2: a row for the new version, building; the same row when it comes twice.</summary>
    /// <param name="lease">Of the promotion.</param>
    /// <param name="tournament">Whose winner it is.</param>
    /// <param name="winner">Its entry.</param>
    /// <param name="source">What the winner ran.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>The row, and what it is to be built from.</returns>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    public async Task<(Baseline Baseline, ParticipantSource Source)> RecordBuildingAsync(
        PromotionLease lease, Tournament tournament, Participant winner, ParticipantSource source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await BaselineStore.LockAsync(session, tournament.ImageType, cancellationToken);
        await RequireAsync(session, lease, now, cancellationToken);
        var promotion = await FindAsync(session, lease.TournamentId, cancellationToken);
        if (promotion?.BaselineId is { } known && await BaselineStore.FindAsync(session, known, cancellationToken) is { Status: BaselineStatus.Building } building)
            return (building, await BaselineStore.SourceAsync(session, known, cancellationToken) ?? source);
        var current = await BaselineStore.ActiveAsync(session, tournament.ImageType, cancellationToken);
        var version = BaselineRules.VersionAfter(current?.Version, await BaselineStore.VersionsAsync(session, tournament.ImageType, cancellationToken));
        var baseline = new Baseline
        {
            BaselineId = Guid.CreateVersion7(now),
            ImageType = tournament.ImageType,
            Version = version,
            GithubRepository = source.Repository ?? "",
            DockerImageTag = BaselineRules.ImageTag(tournament.ImageType, version),
            CommitHash = source.CommitHash ?? "",
            Status = BaselineStatus.Building,
            OriginatedFromHotkey = winner.Hotkey,
            OriginatedFromTournamentId = tournament.TournamentId,
            CreatedAt = now,
        };
        await BaselineStore.InsertAsync(session, baseline, source, cancellationToken);
        await session.ExecuteAsync("UPDATE agon_promotion SET baseline_id = @BaselineId, updated_at = @now WHERE tournament_id = @TournamentId",
            new { baseline.BaselineId, lease.TournamentId, now }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return (baseline, source);
    }

    /// <summary>Says how far it is.</summary>
    /// <param name="lease">Of the promotion.</param>
    /// <param name="state">Where it is now.</param>
    /// <param name="pushed">The place in the repository of baselines, from which the new one comes from now on; null: nothing was pushed.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    public async Task AdvanceAsync(PromotionLease lease, PromotionState state, ParticipantSource? pushed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await RequireAsync(session, lease, now, cancellationToken);
        await session.ExecuteAsync("UPDATE agon_promotion SET state = @state, reason = NULL, updated_at = @now WHERE tournament_id = @TournamentId",
            new { lease.TournamentId, state = ContractWord.Of(state), now }, cancellationToken);
        if (pushed is not null)
        {
            var place = new { lease.TournamentId, pushed.Repository, pushed.CommitHash, pushed.ImageTag };
            await session.ExecuteAsync("""
                UPDATE baseline_registry SET github_repository = @Repository, commit_hash = @CommitHash
                WHERE originated_from_tournament_id = @TournamentId AND status = 'building'
                """, place, cancellationToken);
            await session.ExecuteAsync("""
                UPDATE agon_baseline_source
                SET repository = @Repository, commit_hash = @CommitHash, image_id = NULL, image_tag = @ImageTag, folder = NULL, folder_hash = NULL
                WHERE baseline_id = (SELECT baseline_id FROM baseline_registry WHERE originated_from_tournament_id = @TournamentId AND status = 'building')
                """, place, cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>A try failed: the reason stays to be read, the old baseline stays active.</summary>
    /// <param name="lease">Of the promotion.</param>
    /// <param name="reason">What it failed of, and what is to be done.</param>
    /// <param name="runAfter">When it is tried again; null: when an operator says so, and then as the next version.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public Task FailAsync(PromotionLease lease, string reason, DateTimeOffset? runAfter, DateTimeOffset now, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, async session =>
        {
            await session.ExecuteAsync($"""
                UPDATE agon_promotion SET reason = @reason, run_after = @runAfter, worker = NULL, lease_until = NULL, updated_at = @now
                    {(runAfter is null ? ", state = 'held'" : "")}
                WHERE tournament_id = @TournamentId
                """, new { lease.TournamentId, reason = StoredText.Clean(reason), runAfter, now }, cancellationToken);
            if (runAfter is null)
                await GiveRowUpAsync(session, lease.TournamentId, cancellationToken);
        }, cancellationToken);

    /// <summary>Step 5: the new one active, the old one deprecated, in one transaction (D35). False: another one became active meanwhile, and nothing was changed.</summary>
    /// <exception cref="OperationCanceledException">The lease is lost.</exception>
    /// <exception cref="InvalidOperationException">A row is not what it was; nothing was changed.</exception>
    public async Task<bool> ActivateAsync(PromotionLease lease, Tournament tournament, Baseline baseline, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await BaselineStore.LockAsync(session, tournament.ImageType, cancellationToken);
        await RequireAsync(session, lease, now, cancellationToken);
        if ((await BaselineStore.ActiveAsync(session, tournament.ImageType, cancellationToken))?.BaselineId != tournament.BaselineId)
            return false;
        // The old one first: at no moment may there be two.
        var old = await session.ExecuteAsync("UPDATE baseline_registry SET status = 'deprecated', deprecated_at = @now WHERE baseline_id = @BaselineId AND status = 'active'",
            new { tournament.BaselineId, now }, cancellationToken);
        var fresh = await session.ExecuteAsync("UPDATE baseline_registry SET status = 'active', activated_at = @now WHERE baseline_id = @BaselineId AND status = 'building'",
            new { baseline.BaselineId, now }, cancellationToken);
        var done = await session.ExecuteAsync("""
            UPDATE agon_promotion SET state = 'done', reason = NULL, run_after = NULL, worker = NULL, lease_until = NULL, updated_at = @now
            WHERE tournament_id = @TournamentId AND baseline_id = @BaselineId
            """, new { lease.TournamentId, baseline.BaselineId, now }, cancellationToken);
        if ((old, fresh, done) != (1, 1, 1))
            throw new InvalidOperationException($"the promotion of tournament {lease.TournamentId} met {old} active and {fresh} building rows, where it needs one of each");
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>A completed tournament's promotion waits from now on; twice is once.</summary>
    internal static Task BeginAsync(Session session, Guid tournamentId, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.ExecuteAsync("""
            INSERT INTO agon_promotion (tournament_id, state, updated_at) VALUES (@tournamentId, 'waiting', @now)
            ON CONFLICT (tournament_id) DO NOTHING
            """, new { tournamentId, now }, cancellationToken);

    private static async Task StoreAsync(Session session, Guid tournamentId, PromotionDecision decision, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (decision is not (PromotionDecision.Hold or PromotionDecision.Skip))
            return;
        await session.ExecuteAsync("""
            UPDATE agon_promotion SET state = @state, reason = @reason, worker = NULL, lease_until = NULL, updated_at = @now
            WHERE tournament_id = @tournamentId AND state <> 'done'
            """, new
        {
            tournamentId,
            now,
            state = decision is PromotionDecision.Hold ? "held" : "skipped",
            reason = decision switch { PromotionDecision.Hold hold => hold.Reason, PromotionDecision.Skip skip => skip.Reason, _ => null },
        }, cancellationToken);
        await GiveRowUpAsync(session, tournamentId, cancellationToken);
    }

    // What waits for a person builds nothing meanwhile. Its tag may be out in the world, or be another commit's: whoever tries again takes the next version.
    private static async Task GiveRowUpAsync(Session session, Guid tournamentId, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("UPDATE agon_promotion SET baseline_id = NULL WHERE tournament_id = @tournamentId AND state <> 'done'", new { tournamentId }, cancellationToken);
        await session.ExecuteAsync("UPDATE baseline_registry SET status = 'failed' WHERE originated_from_tournament_id = @tournamentId AND status = 'building'",
            new { tournamentId }, cancellationToken);
    }

    private static async Task<bool> HoldsAsync(Session session, PromotionLease lease, DateTimeOffset now, CancellationToken cancellationToken) =>
        await session.QueryOneAsync<string>($"""
            SELECT state FROM agon_promotion WHERE tournament_id = @TournamentId AND worker = @Worker AND lease_until > @now {session.Dialect.ForUpdate}
            """, new { lease.TournamentId, lease.Worker, now }, cancellationToken) is not null;

    private static async Task RequireAsync(Session session, PromotionLease lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!await HoldsAsync(session, lease, now, cancellationToken))
            throw new OperationCanceledException($"the lease of the promotion of tournament {lease.TournamentId} is lost");
    }

    private Task<bool> UnderLeaseAsync(PromotionLease lease, DateTimeOffset now, Func<Session, Task> work, CancellationToken cancellationToken) =>
        database.UnderLeaseAsync(session => HoldsAsync(session, lease, now, cancellationToken), work, cancellationToken);

    private static async Task<PromotionDecision> DecideAsync(Session session, StoredTournament stored, bool confirm, CancellationToken cancellationToken)
    {
        var tournament = stored.Tournament;
        var promotion = await FindAsync(session, tournament.TournamentId, cancellationToken);
        return PromotionRules.Decide(new PromotionFacts(
            tournament.Status,
            stored.Verdict,
            stored.Participants.FirstOrDefault(one => one.Hotkey == tournament.WinnerHotkey),
            tournament.BaselineId,
            (await BaselineStore.ActiveAsync(session, tournament.ImageType, cancellationToken))?.BaselineId,
            promotion is { State: PromotionState.Done } ? promotion.BaselineId : null,
            confirm || promotion is { Confirmed: true }));
    }

    private static async Task<StoredPromotion?> FindAsync(Session session, Guid tournamentId, CancellationToken cancellationToken)
    {
        var row = await session.QueryOneAsync<PromotionRow>(
            "SELECT tournament_id, state, confirmed, baseline_id, reason FROM agon_promotion WHERE tournament_id = @tournamentId", new { tournamentId }, cancellationToken);
        return row is null
            ? null
            : new StoredPromotion(row.TournamentId, ContractWord.Parse<PromotionState>(row.State)!.Value, row.Confirmed, row.BaselineId, row.Reason);
    }

    private sealed record LeaseRow
    {
        public required Guid TournamentId { get; init; }
        public required string State { get; init; }
        public required int Tries { get; init; }
    }

    private sealed record PromotionRow
    {
        public required Guid TournamentId { get; init; }
        public required string State { get; init; }
        public required bool Confirmed { get; init; }
        public Guid? BaselineId { get; init; }
        public string? Reason { get; init; }
    }
}
