using Agon.Storage.Jobs;
using Agon.Storage.Leaderboards;

namespace Agon.Storage.Submissions;

/// <summary>Takes a submission out, in the caller's transaction: runs, events, jobs and status go, the code stays (contract section 12), and so does a trace.</summary>
internal static class SubmissionRemoval
{
    /// <returns>Whether there was one.</returns>
    public static async Task<bool> RemoveAsync(Session session, long id, CancellationToken cancellationToken)
    {
        // In the order of JobStore: a job that ends just now is waited for, and its runs are then seen below.
        var jobs = await session.QueryAsync<JobRow>($"""
            SELECT id, lease_until FROM agon_job WHERE submission_id = @id ORDER BY id {session.Dialect.ForUpdate}
            """, new { id }, cancellationToken);
        // Whoever runs one of them finds the lease gone at the next heartbeat, and ends the runner.
        foreach (var job in jobs)
        {
            if (job.LeaseUntil is { } until)
                await DeviceSlots.FreeLaterAsync(session, job.Id, until, cancellationToken);
        }
        await SubmissionEnd.LockAsync(session, id, cancellationToken);
        await session.ExecuteAsync($"""
            INSERT INTO agon_deleted_submission (submission_id, leaderboard_id, user_id, mode_category, submission_time, counts)
            SELECT s.id, s.leaderboard_id, s.user_id, s.mode_category, s.submission_time, {RateLimits.Counts}
            FROM submission s WHERE s.id = @id
            """, new { id }, cancellationToken);
        await DeviceQueues.GiveBackAsync(session, id, cancellationToken);
        await session.ExecuteAsync("DELETE FROM runs WHERE submission_id = @id", new { id }, cancellationToken);
        await RankTable.RefreshAsync(session, id, cancellationToken);
        return await session.ExecuteAsync("DELETE FROM submission WHERE id = @id", new { id }, cancellationToken) > 0;
    }

    private sealed record JobRow
    {
        public required long Id { get; init; }
        public DateTimeOffset? LeaseUntil { get; init; }
    }
}
