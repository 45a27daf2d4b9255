using Agon.Domain.Jobs;
using Agon.Storage.Jobs;

namespace Agon.Storage.Submissions;

/// <summary>Where a submission's first waiting job stands in its device's queue.</summary>
/// <param name="Gpu">The device.</param>
/// <param name="Ahead">How many jobs go before it, if nobody hands in anything else.</param>
/// <param name="Of">How many wait.</param>
/// <param name="Wait">How long it will take; null where that cannot be told.</param>
public sealed record QueuePlace(string Gpu, int Ahead, int Of, WaitEstimate? Wait)
{
    /// <summary>1 is next.</summary>
    public int Position => Ahead + 1;
}

/// <summary>The statements behind <see cref="QueuePlace"/>.</summary>
internal static class QueuePosition
{
    // So many recent jobs of a device say how long its jobs take.
    private const int Measured = 200;

    /// <summary>How many jobs wait for each of these devices; of a longer queue than <paramref name="most"/> only so many are counted.</summary>
    public static IReadOnlyList<long?> Count(Trip trip, IEnumerable<string> gpus, int most) => trip.Query("""
        SELECT COUNT(*) FROM (SELECT id FROM agon_job WHERE lower(gpu) = lower(@gpu) AND state = 'queued' LIMIT @most) waiting
        """, gpus.Select(gpu => new { gpu, most }));

    /// <summary>The place; null if no job waits, or more than <paramref name="most"/> do: a long queue is not counted through for every arrival.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="submissionId">Whose place.</param>
    /// <param name="most">How many are counted.</param>
    /// <param name="slots">Whether a wait is estimated, and from slots that were seen since when.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<QueuePlace?> QueryAsync(
        Session session, long submissionId, int most, DateTimeOffset? slots, CancellationToken cancellationToken)
    {
        var mine = await session.QueryOneAsync<JobRow>("""
            SELECT job.id, job.gpu, job.ranked, job.start_tag,
                   COALESCE(queue.test_share, 0) AS test_share, COALESCE(queue.test_time, 0) AS test_time,
                   COALESCE(queue.ranked_share, 0) AS ranked_share, COALESCE(queue.ranked_time, 0) AS ranked_time,
                   (SELECT weight FROM agon_queue_weight WHERE NOT ranked) AS test_weight,
                   (SELECT weight FROM agon_queue_weight WHERE ranked) AS ranked_weight
            FROM agon_job job LEFT JOIN agon_queue queue ON queue.gpu = lower(job.gpu)
            WHERE job.submission_id = @submissionId AND job.state = 'queued' ORDER BY job.start_tag, job.id LIMIT 1
            """, new { submissionId }, cancellationToken);
        if (mine is null)
            return null;

        var kinds = await session.QueryAsync<KindRow>("""
            SELECT ranked, leaderboard_id, COUNT(*) AS queued, SUM(CASE WHEN (start_tag, id) < (@StartTag, @Id) THEN 1 ELSE 0 END) AS before
            FROM (SELECT ranked, leaderboard_id, start_tag, id FROM agon_job WHERE lower(gpu) = lower(@Gpu) AND state = 'queued' LIMIT @limit) waiting
            GROUP BY ranked, leaderboard_id
            """, new { mine.Gpu, mine.StartTag, mine.Id, limit = most + 1 }, cancellationToken);
        var queued = kinds.Sum(kind => kind.Queued);
        if (queued > most)
            return null;

        var inClass = kinds.Where(kind => kind.Ranked == mine.Ranked).Sum(kind => kind.Before);
        var others = kinds.Where(kind => kind.Ranked != mine.Ranked).Sum(kind => kind.Queued);
        var first = FairQueue.OthersFirst(
            mine.ToQueue(), mine.Ranked, inClass, others, new QueueWeights(mine.TestWeight, mine.RankedWeight));
        // Of the other class the first ones are a fair sample of all.
        var ahead = kinds.Select(kind => (kind.Ranked, kind.LeaderboardId,
            Jobs: kind.Ranked == mine.Ranked ? kind.Before : (int)Math.Round((double)kind.Queued * first / others))).ToList();
        return new QueuePlace(mine.Gpu, inClass + first, queued,
            slots is { } seenSince ? await EstimateAsync(session, mine.Gpu, ahead, seenSince, cancellationToken) : null);
    }

    private static async Task<WaitEstimate?> EstimateAsync(
        Session session, string gpu, IReadOnlyList<(bool Ranked, long? LeaderboardId, int Jobs)> ahead, DateTimeOffset seenSince, CancellationToken cancellationToken)
    {
        var device = await session.QueryOneAsync<DeviceRow>("""
            SELECT (SELECT COUNT(*) FROM agon_device_slot WHERE gpu = lower(@gpu) AND job_id IS NOT NULL) AS running,
                   (SELECT COUNT(*) FROM agon_device_slot WHERE gpu = lower(@gpu) AND NOT leaving AND held_by_run IS NULL AND seen_at >= @seenSince) AS slots
            """, new { gpu, seenSince }, cancellationToken);
        var recent = await session.QueryAsync<MeasuredRow>("""
            SELECT ranked, leaderboard_id, started_at, ended_at FROM agon_job
            WHERE lower(gpu) = lower(@gpu) AND state = 'done' AND started_at IS NOT NULL
            ORDER BY ended_at DESC LIMIT @Measured
            """, new { gpu, Measured }, cancellationToken);
        var byKind = recent.ToLookup(job => (job.Ranked, job.LeaderboardId), job => job.Seconds);
        return WaitingTime.Of(
            ahead.Select(kind => (kind.Jobs, JobDurations.Of([.. byKind[(kind.Ranked, kind.LeaderboardId)]]))),
            JobDurations.Of([.. recent.Select(job => job.Seconds)]), device!.Running, device.Slots);
    }

    private sealed record JobRow : DeviceQueueRow
    {
        public required long Id { get; init; }
        public required string Gpu { get; init; }
        public required bool Ranked { get; init; }
        public required long StartTag { get; init; }
        public required int TestWeight { get; init; }
        public required int RankedWeight { get; init; }
    }

    private sealed record KindRow
    {
        public required bool Ranked { get; init; }
        public long? LeaderboardId { get; init; }
        public required int Queued { get; init; }
        public required int Before { get; init; }
    }

    private sealed record DeviceRow
    {
        public required int Running { get; init; }
        public required int Slots { get; init; }
    }

    private sealed record MeasuredRow
    {
        public required bool Ranked { get; init; }
        public long? LeaderboardId { get; init; }
        public required DateTimeOffset StartedAt { get; init; }
        public required DateTimeOffset EndedAt { get; init; }

        public double Seconds => Math.Max(0, (EndedAt - StartedAt).TotalSeconds);
    }
}
