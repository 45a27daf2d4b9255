using System.Security.Cryptography;
using System.Text;
using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Submissions;

namespace Agon.Storage.Submissions;

/// <summary>The statements that accept a submission, in the caller's transaction.</summary>
internal static class SubmissionWriter
{
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
        foreach (var gpu in submission.Gpus)
        {
            await AddJobAsync(session, id, gpu, mode, secret: false, submission.Trace, now, cancellationToken);
            if (submission.Mode == SubmissionMode.Leaderboard)
                await AddJobAsync(session, id, gpu, "private", secret: true, submission.Trace, now, cancellationToken);
        }
        await AddQueuedEventAsync(session, id, now, cancellationToken);
        return new AcceptedSubmission(id, jobStatus);
    }

    /// <summary>Tells where the submission waits now; nothing if none of its jobs does.</summary>
    public static async Task AddQueuedEventAsync(Session session, long id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await QueuePosition.QueryAsync(session, id, cancellationToken) is not { } place)
            return;
        var queued = StoredText.ToJson(new QueuedEventView { Gpu = place.Gpu, Position = place.Position })!;
        await EventLog.AppendAsync(session, id, EventKind.Queued, [queued], now, cancellationToken);
    }

    private static Task<int> AddJobAsync(
        Session session, long id, string gpu, string mode, bool secret, string? trace, DateTimeOffset now, CancellationToken cancellationToken) =>
        session.ExecuteAsync("""
            INSERT INTO agon_job (submission_id, gpu, secret, mode, run_after, created_at, trace)
            VALUES (@id, @gpu, @secret, @mode, @now, @now, @trace)
            """, new { id, gpu, secret, mode, now, trace }, cancellationToken);

    private static async Task<long> CodeAsync(Session session, string text, CancellationToken cancellationToken)
    {
        var code = Encoding.UTF8.GetBytes(text);
        var hash = Convert.ToHexStringLower(SHA256.HashData(code));
        // Known content gives no row back, so the id is asked for in any case.
        return await session.QueryOneAsync<long>(
            $"{session.Dialect.InsertCode}; SELECT id FROM code_files WHERE hash = @hash", new { code, hash }, cancellationToken);
    }
}
