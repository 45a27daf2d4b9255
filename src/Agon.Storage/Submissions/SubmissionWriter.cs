using System.Security.Cryptography;
using System.Text;
using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Submissions;
using Agon.Storage.Jobs;

namespace Agon.Storage.Submissions;

/// <summary>The statements that accept a submission, in the caller's transaction.</summary>
internal static class SubmissionWriter
{
    private const int MostCounted = 100;

    public static async Task<AcceptedSubmission> WriteAsync(
        Session session, NewSubmission submission, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var code = await CodeAsync(session, submission.Code, cancellationToken);
        var id = await session.QueryOneAsync<long>("""
            INSERT INTO submission (leaderboard_id, file_name, user_id, code_id, submission_time, done, status, mode_category)
            VALUES (@leaderboard, @fileName, @UserId, @code, @now, FALSE, 'active', @category)
            RETURNING id
            """, new
        {
            leaderboard = submission.Leaderboard.Id,
            fileName = StoredText.Clean(submission.FileName),
            submission.UserId,
            code,
            now,
            category = ModeCategory.Of(submission.Mode),
        }, cancellationToken);
        var mode = submission.Mode.ToString().ToLowerInvariant();
        var jobStatus = await session.QueryOneAsync<long>($"""
            INSERT INTO agon_submission (submission_id, mode) VALUES (@id, @mode);
            INSERT INTO submission_job_status (submission_id, status, created_at, last_heartbeat)
            VALUES (@id, '{JobStatus.Pending}', @now, @now)
            RETURNING id
            """, new { id, mode, now }, cancellationToken);
        if (submission.Gpus.Count > 1)
            await DeviceQueues.LockAsync(session, submission.UserId, cancellationToken);
        foreach (var gpu in submission.Gpus)
        {
            var ranked = submission.Mode == SubmissionMode.Leaderboard;
            var tag = await DeviceQueues.TakeTagsAsync(session, gpu, ranked, submission.UserId, jobs: ranked ? 2 : 1, cancellationToken);
            var job = new JobRow(id, submission.Leaderboard.Id, gpu, mode, Secret: false, ranked, tag, submission.Trace, now);
            await AddJobAsync(session, job, cancellationToken);
            if (ranked)
                await AddJobAsync(session, job with { Mode = "private", Secret = true, Tag = tag + 1 }, cancellationToken);
        }
        await AddQueuedEventAsync(session, id, now, cancellationToken);
        return new AcceptedSubmission(id, jobStatus);
    }

    /// <summary>Tells where the submission waits now; nothing if none of its jobs does.</summary>
    /// <remarks>The wait, and a place far behind, are told to who watches: accepting an entry costs the same in a long queue.</remarks>
    public static async Task AddQueuedEventAsync(Session session, long id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var place = await QueuePosition.QueryAsync(session, id, MostCounted, slots: null, cancellationToken);
        var gpu = place?.Gpu ?? await session.QueryOneAsync<string>(
            "SELECT gpu FROM agon_job WHERE submission_id = @id AND state = 'queued' ORDER BY id LIMIT 1", new { id }, cancellationToken);
        if (gpu is null)
            return;
        var queued = StoredText.ToJson(new QueuedEventView { Gpu = gpu, Position = place?.Position, Ahead = place?.Ahead, Of = place?.Of })!;
        await EventLog.AppendAsync(session, id, EventKind.Queued, [queued], now, cancellationToken);
    }

    private static Task<int> AddJobAsync(Session session, JobRow job, CancellationToken cancellationToken) =>
        session.ExecuteAsync("""
            INSERT INTO agon_job (submission_id, leaderboard_id, gpu, secret, mode, ranked, start_tag, run_after, created_at, trace)
            VALUES (@SubmissionId, @LeaderboardId, @Gpu, @Secret, @Mode, @Ranked, @Tag, @Now, @Now, @Trace)
            """, job, cancellationToken);

    private static async Task<long> CodeAsync(Session session, string text, CancellationToken cancellationToken)
    {
        var code = Encoding.UTF8.GetBytes(text);
        var hash = Convert.ToHexStringLower(SHA256.HashData(code));
        // Known content gives no row back, so the id is asked for in any case.
        return await session.QueryOneAsync<long>(
            $"{session.Dialect.InsertCode}; SELECT id FROM code_files WHERE hash = @hash", new { code, hash }, cancellationToken);
    }

    private sealed record JobRow(
        long SubmissionId, long LeaderboardId, string Gpu, string Mode, bool Secret, bool Ranked, long Tag, string? Trace, DateTimeOffset Now);
}
