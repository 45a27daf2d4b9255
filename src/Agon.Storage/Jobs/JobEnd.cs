using Agon.Domain.Jobs;
using Agon.Storage.Submissions;

namespace Agon.Storage.Jobs;

/// <summary>How a job leaves the state <c>running</c>, in the transaction that holds its row.</summary>
internal static class JobEnd
{
    /// <summary>The job's last word, its slot already free; with the submission's last job it is the submission's, too.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="job">Its row is held.</param>
    /// <param name="state"><c>done</c> with a report, <c>failed</c> without one.</param>
    /// <param name="outcome">For the author.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task EndAsync(
        Session session, HeldJob job, string state, JobOutcome outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Locked before the last job is looked for: of two that end at once, the second one sees the first.
        await SubmissionEnd.LockAsync(session, job.SubmissionId, cancellationToken);
        await session.ExecuteAsync("""
            UPDATE agon_job
            SET state = @state, outcome = @Status, error = @error, ended_at = @now,
                worker = NULL, machine = NULL, slot = NULL, lease_until = NULL, renewed_at = NULL
            WHERE id = @JobId
            """, new { job.JobId, state, outcome.Status, error = outcome.Error is null ? null : StoredText.Clean(outcome.Error), now }, cancellationToken);
        if (!job.Secret && outcome.Status != JobStatus.Succeeded)
            await CallOffSecretAsync(session, job, now, cancellationToken);
        await SubmissionEnd.EndWithLastJobAsync(session, job.SubmissionId, now, cancellationToken);
    }

    /// <summary>
    /// What failed in public cannot rank: the device is spared the secret run (contract sections 8.4 and 11, where both are started at once).
    /// </summary>
    /// <remarks>One that is claimed at this moment is passed over, and runs: its claim waits for the submission, which is locked here.</remarks>
    private static async Task CallOffSecretAsync(Session session, HeldJob job, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var calledOff = await session.QueryAsync<long>($"""
            UPDATE agon_job
            SET state = 'failed', outcome = '{JobStatus.Failed}', error = 'the secret run was not made, since the public one did not pass', ended_at = @now
            WHERE id IN (SELECT id FROM agon_job
                         WHERE submission_id = @SubmissionId AND secret AND state = 'queued'
                           AND gpu = (SELECT gpu FROM agon_job WHERE id = @JobId)
                         {session.Dialect.SkipLocked})
            RETURNING id
            """, new { job.JobId, job.SubmissionId, now }, cancellationToken);
        foreach (var secret in calledOff)
            await DeviceQueues.GiveBackOneAsync(session, secret, cancellationToken);
    }

    public static async Task FailAttemptAsync(Session session, HeldJob job, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var fault = StoredText.Clean(reason);
        await DeviceSlots.FreeAsync(session, job.JobId, cancellationToken);
        if (JobRules.IsRetried(job.Attempt))
        {
            await QueueAgainAsync(session, job, attemptsThatCount: job.Attempt, fault,
                // What went wrong around a secret run may quote it.
                again: job.Secret ? "the secret run did not come back" : fault, runAfter: now + JobRules.WaitBefore(job.Attempt + 1), now, cancellationToken);
            return;
        }
        await session.ExecuteAsync("UPDATE agon_job SET fault = @fault WHERE id = @JobId", new { job.JobId, fault }, cancellationToken);
        // What went wrong around a secret run may quote it.
        var told = job.Secret ? "the secret run did not come back" : fault;
        await EndAsync(session, job, "failed", JobOutcome.PlatformFailed(told), now, cancellationToken);
    }

    /// <summary>The attempt has not been, and the job keeps its place in the queue.</summary>
    public static async Task ReleaseAsync(Session session, HeldJob job, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await DeviceSlots.FreeAsync(session, job.JobId, cancellationToken);
        await QueueAgainAsync(session, job, attemptsThatCount: job.Attempt - 1, fault: null, again: "its machine handed it back", runAfter: null, now, cancellationToken);
    }

    /// <summary>Null for <paramref name="runAfter"/> keeps the job's place in the queue.</summary>
    private static async Task QueueAgainAsync(
        Session session, HeldJob job, int attemptsThatCount, string? fault, string again, DateTimeOffset? runAfter, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await session.ExecuteAsync($"""
            UPDATE agon_job
            SET state = 'queued', attempt = @attemptsThatCount, fault = COALESCE(@fault, fault),
                {(runAfter is null ? "" : "run_after = @runAfter,")}
                worker = NULL, machine = NULL, slot = NULL, lease_until = NULL, renewed_at = NULL
            WHERE id = @JobId
            """, new { job.JobId, attemptsThatCount, fault, runAfter }, cancellationToken);
        // Locked before running jobs are looked for: one that is claimed at the same moment is seen, or comes after this.
        await SubmissionEnd.LockAsync(session, job.SubmissionId, cancellationToken);
        await SubmissionWriter.AddQueuedEventAsync(session, job.SubmissionId, again, now, cancellationToken);
        await session.ExecuteAsync($"""
            UPDATE submission_job_status SET status = '{JobStatus.Pending}'
            WHERE submission_id = @SubmissionId AND status = '{JobStatus.Running}'
              AND NOT EXISTS (SELECT 1 FROM agon_job WHERE submission_id = @SubmissionId AND state = 'running')
            """, new { job.SubmissionId }, cancellationToken);
    }
}
