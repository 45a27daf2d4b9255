using System.Collections.Immutable;
using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;
using Agon.Storage.Submissions;

namespace Agon.Storage.Leaderboards;

/// <summary>Leaderboards and their rankings.</summary>
public sealed class LeaderboardStore(Database database)
{
    private const string ByName = "WHERE lower(l.name) = lower(@name) ORDER BY l.name = @name DESC, l.id LIMIT 1";

    /// <summary>Creates the leaderboard with a random secret seed, or brings an existing one up to date (its seed stays).</summary>
    /// <remarks>An existing one is found as <see cref="FindAsync"/> does, and keeps its spelling.</remarks>
    public async Task<SaveOutcome> SaveAsync(NewLeaderboard leaderboard, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.LockAsync("leaderboard.name", cancellationToken);
        var existing = await FindRowAsync(session, leaderboard.Name, cancellationToken);
        var outcome = existing is null
            ? await LeaderboardWriter.CreateAsync(session, leaderboard, cancellationToken)
            : await LeaderboardWriter.UpdateAsync(session, existing, await LoadAsync(session, existing, cancellationToken), leaderboard, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return outcome;
    }

    /// <summary>As <see cref="SaveAsync"/>, for a name that must be new: false, and nothing is changed, if a leaderboard has it in any case.</summary>
    public async Task<bool> TryCreateAsync(NewLeaderboard leaderboard, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.LockAsync("leaderboard.name", cancellationToken);
        if (await FindRowAsync(session, leaderboard.Name, cancellationToken) is not null)
            return false;
        await LeaderboardWriter.CreateAsync(session, leaderboard, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>All leaderboards, oldest first; those of another system whose task this version cannot read are left out.</summary>
    public async Task<IReadOnlyList<Leaderboard>> ListAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var rows = await session.QueryAsync<LeaderboardRow>($"{LeaderboardRow.Select} ORDER BY l.id", null, cancellationToken);
        var gpus = (await session.QueryAsync<GpuRow>("SELECT leaderboard_id, gpu_type FROM gpu_type", null, cancellationToken))
            .ToLookup(row => row.LeaderboardId, row => row.GpuType);
        var templates = (await session.QueryAsync<TemplateRow>("SELECT leaderboard_id, lang, code FROM templates ORDER BY id", null, cancellationToken))
            .ToLookup(row => row.LeaderboardId);

        var leaderboards = new List<Leaderboard>(rows.Count);
        foreach (var row in rows)
        {
            try
            {
                leaderboards.Add(row.ToLeaderboard(gpus[row.Id], TemplatesOf(templates[row.Id])));
            }
            catch (InvalidDataException)
            {
                // One foreign row must not close every board; FindAsync on it says what is wrong.
            }
        }
        return leaderboards;
    }

    /// <summary>The leaderboard of that name, in any case (the exact one first); null if there is none.</summary>
    /// <exception cref="InvalidDataException">Its task is not one that this version can read.</exception>
    public async Task<Leaderboard?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await FindRowAsync(session, name, cancellationToken) is { } row ? await LoadAsync(session, row, cancellationToken) : null;
    }

    /// <summary>As <see cref="FindAsync"/>, without its templates, and whether submissions are taken in at all: what every entry has to know, in one statement.</summary>
    /// <exception cref="InvalidDataException">Its task is not one that this version can read.</exception>
    public async Task<(Leaderboard Leaderboard, bool IsOpen)?> FindForIntakeAsync(string name, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var row = await session.QueryOneAsync<IntakeRow>($"""
            SELECT {LeaderboardRow.Columns}, (SELECT is_open FROM agon_intake) AS is_open,
                   (SELECT string_agg(gpu_type, '{IntakeRow.Separator}') FROM gpu_type WHERE leaderboard_id = l.id) AS gpus
            {LeaderboardRow.From} {ByName}
            """, new { name = StoredText.Clean(name) }, cancellationToken);
        return row is null ? null : (row.ToLeaderboard(row.Gpus?.Split(IntakeRow.Separator) ?? [], ImmutableSortedDictionary<string, string>.Empty), row.IsOpen);
    }

    /// <summary>The leaderboard of that id; null if there is none.</summary>
    /// <exception cref="InvalidDataException">Its task is not one that this version can read.</exception>
    public async Task<Leaderboard?> FindByIdAsync(long id, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var row = await session.QueryOneAsync<LeaderboardRow>($"{LeaderboardRow.Select} WHERE l.id = @id", new { id }, cancellationToken);
        return row is null ? null : await LoadAsync(session, row, cancellationToken);
    }

    /// <summary>Opens the leaderboard to everybody, or closes it to all but who have an invite.</summary>
    /// <param name="name">In any case.</param>
    /// <param name="visibility">One of <see cref="Visibility"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Its name as it is spelled; null if there is none.</returns>
    public async Task<string?> SetVisibilityAsync(string name, string visibility, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        if (await FindRowAsync(session, name, cancellationToken) is not { } row)
            return null;
        await session.ExecuteAsync("UPDATE leaderboard SET visibility = @visibility WHERE id = @Id", new { visibility, row.Id }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return row.Name;
    }

    /// <summary>Deletes the leaderboard with all that belongs to it; one with submissions only by <paramref name="force"/>, and then they go, too.</summary>
    public async Task<DeleteOutcome> DeleteAsync(string name, bool force, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.LockAsync("leaderboard.name", cancellationToken);
        var outcome = await DeleteAsync(session, name, force, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return outcome;
    }

    /// <summary>In one transaction deletes the leaderboard of that name, if there is one, with its submissions, and creates it anew, with a new seed.</summary>
    /// <returns>Its id.</returns>
    public async Task<long> ReplaceAsync(NewLeaderboard leaderboard, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.LockAsync("leaderboard.name", cancellationToken);
        await DeleteAsync(session, leaderboard.Name, force: true, cancellationToken);
        await LeaderboardWriter.CreateAsync(session, leaderboard, cancellationToken);
        var created = await FindRowAsync(session, leaderboard.Name, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return created!.Id;
    }

    private static async Task<DeleteOutcome> DeleteAsync(Session session, string name, bool force, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(session, name, cancellationToken) is not { } row)
            return DeleteOutcome.Missing;
        // Kept from here on: a submission that comes just now waits, and then finds no leaderboard.
        await session.QueryOneAsync<long>($"SELECT id FROM leaderboard WHERE id = @Id {session.Dialect.ForUpdate}", new { row.Id }, cancellationToken);
        var submissions = await session.QueryAsync<long>("SELECT id FROM submission WHERE leaderboard_id = @Id ORDER BY id", new { row.Id }, cancellationToken);
        if (submissions.Count > 0 && !force)
            return DeleteOutcome.InUse;
        // All jobs before anything behind them in JobStore's order: no job of the board ends from here on, and wants its rank.
        await session.QueryAsync<long>($"""
            SELECT id FROM agon_job WHERE submission_id IN (SELECT id FROM submission WHERE leaderboard_id = @Id) ORDER BY id {session.Dialect.ForUpdate}
            """, new { row.Id }, cancellationToken);
        // Nobody's next best is looked for.
        await session.ExecuteAsync("DELETE FROM agon_rank WHERE leaderboard_id = @Id", new { row.Id }, cancellationToken);
        foreach (var submission in submissions)
            await SubmissionRemoval.RemoveAsync(session, submission, cancellationToken);
        await session.ExecuteAsync("DELETE FROM templates WHERE leaderboard_id = @Id", new { row.Id }, cancellationToken);
        await session.ExecuteAsync("DELETE FROM leaderboard WHERE id = @Id", new { row.Id }, cancellationToken);
        return DeleteOutcome.Deleted;
    }

    /// <summary>The general ranking (contract section 9): each user's best eligible run on the device, best first.</summary>
    /// <remarks>Equal scores share a rank, the earlier submission is listed first, and the next rank is skipped.</remarks>
    public async Task<IReadOnlyList<RankedEntry>> RankAsync(
        Leaderboard leaderboard, string gpu, int? limit, int offset, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await Ranking.QueryAsync(session, leaderboard, gpu, limit, offset, cancellationToken);
    }

    /// <summary>All eligible runs of one user on the device, ranked among themselves (contract section 9, "personal list").</summary>
    public async Task<IReadOnlyList<RankedEntry>> RankOwnAsync(
        Leaderboard leaderboard, string gpu, string userId, int? limit, int offset, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await Ranking.QueryOwnAsync(session, leaderboard, gpu, StoredText.Clean(userId), limit, offset, cancellationToken);
    }

    /// <summary>How many users are ranked on the device or, of one user, how many eligible runs there are.</summary>
    public async Task<long> CountAsync(Leaderboard leaderboard, string gpu, string? userId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return userId is null
            ? await Ranking.CountAsync(session, leaderboard, gpu, cancellationToken)
            : await Ranking.CountOwnAsync(session, leaderboard, gpu, StoredText.Clean(userId), cancellationToken);
    }

    /// <summary>A number for each leaderboard that changes with whatever its page could show, and with whether everybody may see it.</summary>
    public async Task<IReadOnlyDictionary<long, long>> VersionsAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var rows = await session.QueryAsync<VersionRow>("""
            SELECT l.id AS leaderboard_id, CASE WHEN COALESCE(l.visibility, 'public') = 'public' THEN COALESCE(b.version, 0) ELSE -1 END AS version
            FROM leaderboard l LEFT JOIN agon_board b ON b.leaderboard_id = l.id
            """, null, cancellationToken);
        return rows.ToDictionary(row => row.LeaderboardId, row => row.Version);
    }

    /// <summary>Ranks everybody anew from the runs, for a database that others have written to.</summary>
    /// <returns>How many places there are on all boards.</returns>
    public async Task<long> ReindexAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var places = await RankTable.RebuildAsync(session, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return places;
    }

    private static Task<LeaderboardRow?> FindRowAsync(Session session, string name, CancellationToken cancellationToken) =>
        session.QueryOneAsync<LeaderboardRow>($"{LeaderboardRow.Select} {ByName}", new { name = StoredText.Clean(name) }, cancellationToken);

    private static async Task<Leaderboard> LoadAsync(Session session, LeaderboardRow row, CancellationToken cancellationToken)
    {
        var gpus = await session.QueryAsync<string>("SELECT gpu_type FROM gpu_type WHERE leaderboard_id = @Id", new { row.Id }, cancellationToken);
        var templates = await session.QueryAsync<TemplateRow>(
            "SELECT leaderboard_id, lang, code FROM templates WHERE leaderboard_id = @Id ORDER BY id", new { row.Id }, cancellationToken);
        return row.ToLeaderboard(gpus, TemplatesOf(templates));
    }

    private static ImmutableSortedDictionary<string, string> TemplatesOf(IEnumerable<TemplateRow> rows) =>
        rows.GroupBy(row => row.Lang).ToImmutableSortedDictionary(same => same.Key, same => same.Last().Code);

    private sealed record VersionRow
    {
        public required long LeaderboardId { get; init; }
        public required long Version { get; init; }
    }

    private sealed record IntakeRow : LeaderboardRow
    {
        public const char Separator = '\t';

        public required bool IsOpen { get; init; }
        public string? Gpus { get; init; }
    }

    private sealed record GpuRow
    {
        public required long LeaderboardId { get; init; }
        public required string GpuType { get; init; }
    }

    private sealed record TemplateRow
    {
        public required long LeaderboardId { get; init; }
        public required string Lang { get; init; }
        public required string Code { get; init; }
    }
}

/// <summary>What an organiser states of a leaderboard.</summary>
public sealed record NewLeaderboard(string Name, DateTimeOffset Deadline, TaskDefinition Task, IReadOnlyList<string> Gpus, string Visibility = "public")
{
    /// <summary>Whether saving it over that leaderboard would change nothing.</summary>
    public bool IsSame(Leaderboard stored) => LeaderboardWriter.IsSame(stored, this);
}

/// <summary>What deleting came to.</summary>
public enum DeleteOutcome
{
    Deleted,
    Missing,

    /// <summary>It has submissions, and nothing was deleted.</summary>
    InUse,
}

/// <summary>What saving came to.</summary>
public enum SaveOutcome
{
    Created,
    Updated,
    Unchanged,
}
