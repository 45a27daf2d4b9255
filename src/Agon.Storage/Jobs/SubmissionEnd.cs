using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Submissions;
using Agon.Storage.Submissions;

namespace Agon.Storage.Jobs;

/// <summary>The end of a submission: it happens once, with its last job, and nothing overwrites it.</summary>
internal static class SubmissionEnd
{
    /// <summary>The words of <see cref="JobStatus"/> that an end overwrites, for SQL; every other one is an end.</summary>
    public const string OpenStatuses = $"('{JobStatus.Initial}', '{JobStatus.Pending}', '{JobStatus.Running}')";

    /// <summary>Lets one transaction at a time end jobs of the submission.</summary>
    public static Task LockAsync(Session session, long submissionId, CancellationToken cancellationToken) =>
        session.QueryOneAsync<long>(LockSql(session), new { submissionId }, cancellationToken);

    /// <summary>As <see cref="LockAsync"/>, on a trip.</summary>
    public static void Lock(Session session, Trip trip, long submissionId) => trip.Query(LockSql(session), [new { submissionId }]);

    private static string LockSql(Session session) =>
        $"SELECT submission_id FROM agon_submission WHERE submission_id = @submissionId {session.Dialect.ForUpdate}";

    /// <summary>Whether runs may still be added.</summary>
    public static async Task<bool> IsOpenAsync(Session session, long submissionId, CancellationToken cancellationToken)
    {
        await LockAsync(session, submissionId, cancellationToken);
        return await session.QueryOneAsync<long?>(
            "SELECT id FROM submission WHERE id = @submissionId AND done IS NOT TRUE", new { submissionId }, cancellationToken) is not null;
    }

    public static async Task EndWithLastJobAsync(Session session, long submissionId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var jobs = await session.QueryAsync<EndedJobRow>(
            "SELECT state, outcome, error FROM agon_job WHERE submission_id = @submissionId ORDER BY secret, id", new { submissionId }, cancellationToken);
        if (jobs.Any(job => job.Outcome is null))
            return;

        var (status, error) = SubmissionOutcome.Of(jobs.Select(job => new JobOutcome(job.Outcome!, job.Error)));
        if (await session.ExecuteAsync("UPDATE submission SET done = TRUE WHERE id = @submissionId AND done IS NOT TRUE", new { submissionId }, cancellationToken) == 0)
            return;
        await session.ExecuteAsync($"""
            UPDATE submission_job_status SET status = @status, error = @error, last_heartbeat = @now
            WHERE submission_id = @submissionId AND status IN {OpenStatuses}
            """, new { submissionId, status, error, now }, cancellationToken);
        var final = await session.QueryOneAsync<StatusRow>(
            "SELECT status, error FROM submission_job_status WHERE submission_id = @submissionId", new { submissionId }, cancellationToken);
        var done = new DoneEventView { Status = final?.Status ?? status, Error = final is null ? error : final.Error };
        await EventLog.AppendAsync(session, submissionId, EventKind.Done, [StoredText.ToJson(done)!], now, cancellationToken);
    }

    private sealed record StatusRow
    {
        public required string Status { get; init; }
        public string? Error { get; init; }
    }
}
