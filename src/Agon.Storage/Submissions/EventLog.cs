namespace Agon.Storage.Submissions;

/// <summary>Writes a submission's events, in the caller's transaction.</summary>
internal static class EventLog
{
    /// <summary>
    /// Numbers are taken by updating the submission's row, which stays locked until the commit: events become visible in
    /// the order of their numbers and without a gap, so a watcher that has seen number 7 never misses a late 6.
    /// </summary>
    /// <param name="session">The transaction.</param>
    /// <param name="submissionId">Whose events they are.</param>
    /// <param name="kind">One of <see cref="Domain.Submissions.EventKind"/>.</param>
    /// <param name="data">Each a JSON object.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task AppendAsync(
        Session session, long submissionId, string kind, IReadOnlyCollection<string> data, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var last = await session.QueryOneAsync<long>("""
            UPDATE agon_submission SET last_event = last_event + @Count
            WHERE submission_id = @submissionId
            RETURNING last_event
            """, new { submissionId, data.Count }, cancellationToken);
        var sequence = last - data.Count;
        foreach (var one in data)
        {
            await session.ExecuteAsync("""
                INSERT INTO agon_event (submission_id, sequence, kind, data, created_at)
                VALUES (@submissionId, @sequence, @kind, @one, @now)
                """, new { submissionId, sequence = ++sequence, kind, one, now }, cancellationToken);
        }
    }
}
