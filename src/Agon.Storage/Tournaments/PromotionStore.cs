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
/// <param name="BaselineId">The row that is building, or was promoted; null before.</param>
/// <param name="Reason">Why it is held or skipped, or what the last try failed of.</param>
public sealed record StoredPromotion(Guid TournamentId, PromotionState State, bool Confirmed, Guid? BaselineId, string? Reason);

/// <summary>Promotions, step by step (S055); whoever takes a step may die after it, and it is taken up there.</summary>
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

    /// <summary>Step 1: whether the winner may be promoted at all. A skip or a hold is stored with its reason.</summary>
    /// <param name="tournamentId">Whose winner it is.</param>
    /// <param name="confirm">An operator says that it is right all the same.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>Null: no such tournament.</returns>
    public async Task<PromotionDecision?> DecideAsync(Guid tournamentId, bool confirm, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        if (!await TournamentReader.LockAsync(session, tournamentId, cancellationToken)
            || await TournamentReader.FindAsync(session, tournamentId, cancellationToken) is not { } stored)
            return null;
        var decision = await DecideAsync(session, stored, confirm, cancellationToken);
        if (stored.Tournament.Status == TournamentStatus.Completed)
        {
            await BeginAsync(session, tournamentId, now, cancellationToken);
            await session.ExecuteAsync("""
                UPDATE agon_promotion SET confirmed = confirmed OR @confirm, reason = @reason, updated_at = @now,
                    state = CASE WHEN @word IS NULL AND state IN ('held', 'skipped') THEN 'waiting' ELSE COALESCE(@word, state) END
                WHERE tournament_id = @tournamentId AND state <> 'done'
                """, new
            {
                tournamentId,
                confirm,
                now,
                reason = decision switch { PromotionDecision.Hold hold => hold.Reason, PromotionDecision.Skip skip => skip.Reason, _ => null },
                word = decision switch { PromotionDecision.Hold => "held", PromotionDecision.Skip => "skipped", _ => (string?)null },
            }, cancellationToken);
            await session.CommitAsync(cancellationToken);
        }
        return decision;
    }

    /// <summary>What <see cref="DecideAsync(Guid, bool, DateTimeOffset, CancellationToken)"/> would say, with nothing written.</summary>
    public async Task<PromotionDecision?> AskAsync(Guid tournamentId, bool confirm, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await TournamentReader.FindAsync(session, tournamentId, cancellationToken) is { } stored
            ? await DecideAsync(session, stored, confirm, cancellationToken)
            : null;
    }

    /// <summary>Step 3: a row for the new version, building; the same row when it comes twice.</summary>
    /// <param name="tournament">Whose winner it is.</param>
    /// <param name="winner">Its entry.</param>
    /// <param name="source">What the winner ran.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    public async Task<Baseline> RecordBuildingAsync(
        Tournament tournament, Participant winner, ParticipantSource source, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await BaselineStore.LockAsync(session, tournament.ImageType, cancellationToken);
        var promotion = await FindAsync(session, tournament.TournamentId, cancellationToken);
        if (promotion?.BaselineId is { } known && await BaselineStore.FindAsync(session, known, cancellationToken) is { Status: BaselineStatus.Building } building)
            return building;
        var current = await BaselineStore.ActiveAsync(session, tournament.ImageType, cancellationToken);
        var version = BaselineRules.VersionAfter(current?.Version, await BaselineStore.VersionsAsync(session, tournament.ImageType, cancellationToken));
        var baseline = new Baseline
        {
            BaselineId = Guid.CreateVersion7(now),
            ImageType = tournament.ImageType,
            Version = version,
            GithubRepository = winner.GithubRepository ?? source.Place,
            DockerImageTag = BaselineRules.ImageTag(tournament.ImageType, version),
            CommitHash = source.CommitHash ?? "",
            Status = BaselineStatus.Building,
            OriginatedFromHotkey = winner.Hotkey,
            OriginatedFromTournamentId = tournament.TournamentId,
            CreatedAt = now,
        };
        await BaselineStore.InsertAsync(session, baseline, source, cancellationToken);
        await session.ExecuteAsync("UPDATE agon_promotion SET baseline_id = @BaselineId, updated_at = @now WHERE tournament_id = @TournamentId",
            new { baseline.BaselineId, tournament.TournamentId, now }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return baseline;
    }

    /// <summary>Says how far it is. A repository and commit, where given, are what the new baseline's row names from now on.</summary>
    public async Task AdvanceAsync(
        Guid tournamentId, PromotionState state, ParticipantSource? pushed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.ExecuteAsync("UPDATE agon_promotion SET state = @state, reason = NULL, updated_at = @now WHERE tournament_id = @tournamentId AND state <> 'done'",
            new { tournamentId, state = ContractWord.Of(state), now }, cancellationToken);
        if (pushed is not null)
        {
            await session.ExecuteAsync("""
                UPDATE baseline_registry SET github_repository = @Repository, commit_hash = @CommitHash
                WHERE originated_from_tournament_id = @tournamentId AND status = 'building'
                """, new { tournamentId, pushed.Repository, pushed.CommitHash }, cancellationToken);
        }
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>A try failed: the reason stays to be read, the old baseline stays active. A row that cannot be built is failed, and the next try takes the next version.</summary>
    public async Task FailAsync(Guid tournamentId, string reason, bool buildFailed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        if (buildFailed)
        {
            await session.ExecuteAsync("UPDATE baseline_registry SET status = 'failed' WHERE originated_from_tournament_id = @tournamentId AND status = 'building'",
                new { tournamentId }, cancellationToken);
        }
        await session.ExecuteAsync($"""
            UPDATE agon_promotion SET reason = @reason, updated_at = @now {(buildFailed ? ", state = 'held', baseline_id = NULL" : "")}
            WHERE tournament_id = @tournamentId AND state <> 'done'
            """, new { tournamentId, reason = StoredText.Clean(reason), now }, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>Step 5: the new one active, the old one deprecated, in one transaction (D35). False: another one became active meanwhile, and nothing was changed.</summary>
    public async Task<bool> ActivateAsync(Tournament tournament, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await BaselineStore.LockAsync(session, tournament.ImageType, cancellationToken);
        if ((await BaselineStore.ActiveAsync(session, tournament.ImageType, cancellationToken))?.BaselineId != tournament.BaselineId)
            return false;
        // The old one first: at no moment may there be two.
        await session.ExecuteAsync("UPDATE baseline_registry SET status = 'deprecated', deprecated_at = @now WHERE baseline_id = @BaselineId",
            new { tournament.BaselineId, now }, cancellationToken);
        await session.ExecuteAsync("""
            UPDATE baseline_registry SET status = 'active', activated_at = @now
            WHERE originated_from_tournament_id = @TournamentId AND status = 'building'
            """, new { tournament.TournamentId, now }, cancellationToken);
        await session.ExecuteAsync("UPDATE agon_promotion SET state = 'done', reason = NULL, updated_at = @now WHERE tournament_id = @TournamentId",
            new { tournament.TournamentId, now }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>A completed tournament's promotion waits from now on; twice is once.</summary>
    internal static Task BeginAsync(Session session, Guid tournamentId, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.ExecuteAsync("""
            INSERT INTO agon_promotion (tournament_id, state, updated_at) VALUES (@tournamentId, 'waiting', @now)
            ON CONFLICT (tournament_id) DO NOTHING
            """, new { tournamentId, now }, cancellationToken);

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

    private sealed record PromotionRow
    {
        public required Guid TournamentId { get; init; }
        public required string State { get; init; }
        public required bool Confirmed { get; init; }
        public Guid? BaselineId { get; init; }
        public string? Reason { get; init; }
    }
}
