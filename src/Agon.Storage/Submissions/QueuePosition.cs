namespace Agon.Storage.Submissions;

/// <summary>Where a submission's first waiting job stands in its device's queue.</summary>
internal sealed record QueuePosition
{
    public required string Gpu { get; init; }

    /// <summary>1 is next.</summary>
    public required int Position { get; init; }

    public static Task<QueuePosition?> QueryAsync(Session session, long submissionId, CancellationToken cancellationToken) =>
        session.QueryOneAsync<QueuePosition>("""
            SELECT mine.gpu, 1 + (SELECT COUNT(*) FROM agon_job other
                                  WHERE other.state = 'queued' AND lower(other.gpu) = lower(mine.gpu)
                                    AND (other.run_after, other.id) < (mine.run_after, mine.id)) AS position
            FROM agon_job mine
            WHERE mine.submission_id = @submissionId AND mine.state = 'queued'
            ORDER BY mine.run_after, mine.id LIMIT 1
            """, new { submissionId }, cancellationToken);
}
