using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Admin;
using Agon.Contracts.Runs;
using Agon.Contracts.Submissions;
using Agon.Domain.Leaderboards;
using Agon.Domain.Submissions;

namespace Agon.Storage.Submissions;

/// <summary>Submissions, their code, their runs and their events.</summary>
public sealed class SubmissionStore(Database database)
{
    private const int MostCounted = 100_000;

    private readonly GroupCommit<Arrival, (AcceptedSubmission? Accepted, RateUse? UsedUp)> accepting = new(database, AcceptAsync);

    /// <summary>
    /// One transaction, which others may share: code (once per content), submission, job status (pending), one public job per device and, in
    /// leaderboard mode, one secret job per device behind it, and the first event, <c>queued</c>.
    /// </summary>
    /// <returns>Its ids; or the rate limit that leaves no room for it, and nothing was written.</returns>
    public Task<(AcceptedSubmission? Accepted, RateUse? UsedUp)> AcceptAsync(NewSubmission submission, DateTimeOffset now, CancellationToken cancellationToken) =>
        accepting.WriteAsync(new Arrival(submission, now), cancellationToken);

    // Not to be called off: there are others' in it.
    private static async Task<IReadOnlyList<(AcceptedSubmission? Accepted, RateUse? UsedUp)>> AcceptAsync(Session session, IReadOnlyList<Arrival> arrivals)
    {
        var usedUp = await RateLimits.UsedUpAsync(session, arrivals, CancellationToken.None);
        var welcome = arrivals.Where((_, n) => usedUp[n] is null).ToList();
        var accepted = new Queue<AcceptedSubmission>(await SubmissionWriter.WriteAsync(session, welcome, CancellationToken.None));
        return [.. usedUp.Select(use => (use is null ? accepted.Dequeue() : null, use))];
    }

    /// <summary>The rate limit that leaves the user no room for one more just now; null if there is room.</summary>
    public async Task<RateUse?> UsedUpAsync(
        Leaderboard leaderboard, string userId, SubmissionMode mode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await RateLimits.UsedUpAsync(session, leaderboard.Id, userId, mode, now, cancellationToken);
    }

    /// <summary>The submission; null if there is none.</summary>
    public async Task<StoredSubmission?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return (await session.QueryOneAsync<SubmissionRow>("""
            SELECT s.id, s.leaderboard_id, l.name AS leaderboard_name, s.file_name, s.user_id, s.submission_time,
                   s.done IS TRUE AS done, c.code, j.status AS job_status, j.error AS job_error, j.last_heartbeat
            FROM submission s
            JOIN leaderboard l ON l.id = s.leaderboard_id
            JOIN code_files c ON c.id = s.code_id
            LEFT JOIN submission_job_status j ON j.submission_id = s.id
            WHERE s.id = @id
            """, new { id }, cancellationToken))?.ToSubmission();
    }

    /// <summary>A user's submissions, newest first, each with its public runs that passed, of devices whose secret run passed, too.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="leaderboard">Only those to the leaderboard of this name, in any case; null for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="offset">How many newer ones are passed over.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<IReadOnlyList<ListedSubmission>> ListAsync(
        string userId, string? leaderboard, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await SubmissionList.QueryAsync(session, userId, leaderboard, limit, offset, cancellationToken);
    }

    /// <summary>
    /// Deletes the submission with its runs, events and jobs; its code stays, which others may have sent, too. The lease of a
    /// job that runs is lost.
    /// </summary>
    /// <returns>False: there is none.</returns>
    public async Task<bool> DeleteAsync(long id, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var removed = await SubmissionRemoval.RemoveAsync(session, id, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return removed;
    }

    /// <summary>Whether the submission has ended; null if there is none.</summary>
    public async Task<bool?> IsDoneAsync(long id, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryOneAsync<bool?>("SELECT done IS TRUE FROM submission WHERE id = @id", new { id }, cancellationToken);
    }

    /// <summary>How far these submissions are; those that are not there are left out.</summary>
    public async Task<IReadOnlyList<SubmissionHead>> HeadsAsync(IEnumerable<long> ids, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<SubmissionHead>($"""
            SELECT s.id, COALESCE(a.last_event, 0) AS last_event, s.done IS TRUE AS done
            FROM submission s LEFT JOIN agon_submission a ON a.submission_id = s.id
            WHERE s.id IN ({string.Join(',', ids)})
            """, null, cancellationToken);
    }

    /// <summary>Its recorded phases, oldest first, secret ones too.</summary>
    public async Task<IReadOnlyList<StoredRun>> RunsAsync(long id, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var rows = await session.QueryAsync<RunRow>("""
            SELECT start_time, end_time, mode, secret, runner, CAST(score AS TEXT) AS score, passed, result, system_info,
                   CASE WHEN NOT secret AND NOT passed THEN COALESCE(meta, compilation) END AS failure
            FROM runs WHERE submission_id = @id
            ORDER BY start_time, id
            """, new { id }, cancellationToken);
        return [.. rows.Select(row => row.ToRun())];
    }

    /// <summary>Deletes all submissions of the users of that name to the leaderboard, as <see cref="DeleteAsync"/> does one.</summary>
    /// <returns>How much went; null if there is no such leaderboard.</returns>
    public async Task<DeletedSubmissions?> DeleteOfUserAsync(long leaderboardId, string userName, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        if (await session.QueryOneAsync<long?>("SELECT id FROM leaderboard WHERE id = @leaderboardId", new { leaderboardId }, cancellationToken) is null)
            return null;
        var ids = await session.QueryAsync<long>("""
            SELECT s.id FROM submission s JOIN user_info u ON u.id = s.user_id
            WHERE s.leaderboard_id = @leaderboardId AND u.user_name = @name ORDER BY s.id
            """, new { leaderboardId, name = StoredText.Clean(userName) }, cancellationToken);
        var deleted = new DeletedSubmissions(0, 0, 0);
        foreach (var id in ids)
        {
            var statuses = await session.QueryOneAsync<long>("SELECT COUNT(*) FROM submission_job_status WHERE submission_id = @id", new { id }, cancellationToken);
            var runs = await session.QueryOneAsync<long>("SELECT COUNT(*) FROM runs WHERE submission_id = @id", new { id }, cancellationToken);
            if (await SubmissionRemoval.RemoveAsync(session, id, cancellationToken))
                deleted = new DeletedSubmissions(deleted.Submissions + 1, deleted.Runs + (int)runs, deleted.JobStatuses + (int)statuses);
        }
        await session.CommitAsync(cancellationToken);
        return deleted;
    }

    /// <summary>Submissions to a leaderboard, newest first.</summary>
    public async Task<IReadOnlyList<long>> IdsAsync(long leaderboardId, int limit, int offset, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<long>("""
            SELECT id FROM submission WHERE leaderboard_id = @leaderboardId
            ORDER BY submission_time DESC, id DESC LIMIT @limit OFFSET @offset
            """, new { leaderboardId, limit, offset }, cancellationToken);
    }

    /// <summary>Its recorded phases with all that is stored of them, oldest first: for operators.</summary>
    public async Task<IReadOnlyList<AdminRunView>> WholeRunsAsync(long id, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var rows = await session.QueryAsync<WholeRunRow>("""
            SELECT start_time, end_time, mode, secret, runner, CAST(score AS TEXT) AS score, passed, compilation, meta, result, system_info
            FROM runs WHERE submission_id = @id
            ORDER BY start_time, id
            """, new { id }, cancellationToken);
        return [.. rows.Select(row => row.ToView())];
    }

    /// <summary>Events behind <paramref name="after"/>, in order, at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<SubmissionEvent>> EventsAsync(long id, long after, int limit, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<SubmissionEvent>("""
            SELECT sequence, kind, data FROM agon_event
            WHERE submission_id = @id AND sequence > @after
            ORDER BY sequence LIMIT @limit
            """, new { id, after, limit }, cancellationToken);
    }

    /// <summary>The public runs' full reports, oldest first.</summary>
    public async Task<IReadOnlyList<ResultEventView>> ResultsAsync(long id, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var results = await session.QueryAsync<string>($"""
            SELECT data FROM agon_event WHERE submission_id = @id AND kind = '{EventKind.Result}' ORDER BY sequence
            """, new { id }, cancellationToken);
        return [.. results.Select(data => JsonSerializer.Deserialize(data, AgonJson.Default.ResultEventView)!)];
    }

    /// <summary>Its jobs, a device's public one before its secret one.</summary>
    public async Task<IReadOnlyList<StoredJob>> JobsAsync(long id, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<StoredJob>(
            "SELECT gpu, secret, error FROM agon_job WHERE submission_id = @id ORDER BY id", new { id }, cancellationToken);
    }

    /// <summary>Where the submission's first waiting job stands; null if none waits, or more than 100,000 jobs do.</summary>
    /// <param name="id">The submission.</param>
    /// <param name="seenSince">Slots count of machines that were seen since.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<QueuePlace?> QueuePlaceAsync(long id, DateTimeOffset seenSince, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await QueuePosition.QueryAsync(session, id, MostCounted, seenSince, cancellationToken);
    }
}

/// <summary>An admitted submission. <paramref name="Code"/> is the text as it was sent.</summary>
public sealed record NewSubmission(Leaderboard Leaderboard, string UserId, string FileName, string Code, SubmissionMode Mode, IReadOnlyList<string> Gpus)
{
    /// <summary>The span that accepts it, as a W3C <c>traceparent</c>, so that a trace goes on in whatever process runs it; null if nobody traces.</summary>
    public string? Trace { get; init; }
}

/// <summary>How many rows were deleted.</summary>
public sealed record DeletedSubmissions(int Submissions, int Runs, int JobStatuses);

/// <summary>The ids of what was accepted.</summary>
public sealed record AcceptedSubmission(long Id, long JobStatusId);

/// <summary>A submission as it stands.</summary>
public sealed record StoredSubmission
{
    public required long Id { get; init; }
    public required long LeaderboardId { get; init; }
    public required string LeaderboardName { get; init; }
    public required string FileName { get; init; }
    public required string UserId { get; init; }
    public required DateTimeOffset SubmissionTime { get; init; }
    public required bool Done { get; init; }
    public required string Code { get; init; }

    /// <summary>Null where no job row exists, as for rows of another system.</summary>
    public string? JobStatus { get; init; }
    public string? JobError { get; init; }
    public DateTimeOffset? LastHeartbeat { get; init; }
}

/// <summary>How far a submission is: whatever is told of it changes this.</summary>
public sealed record SubmissionHead
{
    public required long Id { get; init; }

    /// <summary>The number of its last event; 0 where there is none.</summary>
    public required long LastEvent { get; init; }
    public required bool Done { get; init; }
}

/// <summary>A submission in its author's list; without a status where another system made no job row.</summary>
public sealed record ListedSubmission(
    long Id, string LeaderboardName, string FileName, DateTimeOffset SubmissionTime, bool Done, string? Status, IReadOnlyList<ListedRun> Runs);

/// <summary>A run that counts. The score is in seconds; null where there is none, or one that no decimal can hold.</summary>
public sealed record ListedRun(string Gpu, decimal? Score);

/// <summary>One evaluation of a submission.</summary>
public sealed record StoredJob
{
    public required string Gpu { get; init; }
    public required bool Secret { get; init; }

    /// <summary>For the author; null unless it ended badly.</summary>
    public string? Error { get; init; }
}

/// <summary>A row of <c>runs</c>.</summary>
public sealed record StoredRun
{
    public required DateTimeOffset StartTime { get; init; }
    public required DateTimeOffset EndTime { get; init; }
    public required string Mode { get; init; }
    public required bool Secret { get; init; }
    public required string Runner { get; init; }

    /// <summary>Seconds; null also where another system stored what no decimal can hold.</summary>
    public required decimal? Score { get; init; }
    public required bool Passed { get; init; }
    public IReadOnlyDictionary<string, string>? Result { get; init; }
    public SystemDocument? System { get; init; }

    /// <summary>How a public run failed; null for every other one, and where the row does not say.</summary>
    public RunFailure? Failure { get; init; }
}

/// <summary>The end of a harness or, where there was nothing to run, of its compiler.</summary>
public sealed record RunFailure(int ExitCode, string Stderr);
