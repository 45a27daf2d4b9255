using Agon.Domain.Jobs;

namespace Agon.Storage.Jobs;

/// <summary>The rows that say whose turn it is (<see cref="FairQueue"/>), in the caller's transaction.</summary>
internal static class DeviceQueues
{
    /// <summary>Takes tags for users' next jobs: what it gives is the tag behind each one's last.</summary>
    /// <remarks>A user's row stays locked until the commit, so that two of his that come at once do not share a tag.</remarks>
    public static IReadOnlyList<long?> TakeTags(Session session, Trip trip, IReadOnlyList<TagsWanted> wanted)
    {
        // One row alone needs no lock. Who takes several has its users' locks first, and then no order of rows matters.
        if (wanted.Count > 1)
            session.LockEach(trip, wanted.Select(one => LockOf(one.UserId)));
        // FairQueue.StartTag, in one statement.
        return trip.Query("""
            INSERT INTO agon_queue_user (gpu, ranked, user_id, next_tag)
            VALUES (lower(@Gpu), @Ranked, @UserId, @Jobs + COALESCE((SELECT CASE WHEN @Ranked THEN ranked_time ELSE test_time END FROM agon_queue WHERE gpu = lower(@Gpu)), 0))
            ON CONFLICT (gpu, ranked, user_id) DO UPDATE
            SET next_tag = CASE WHEN agon_queue_user.next_tag + @Jobs > excluded.next_tag THEN agon_queue_user.next_tag + @Jobs ELSE excluded.next_tag END
            RETURNING next_tag
            """, wanted);
    }

    /// <summary>Gives back what the waiting jobs of a submission, which is to go, would have cost its user.</summary>
    public static async Task GiveBackAsync(Session session, long submissionId, CancellationToken cancellationToken)
    {
        if (await session.QueryOneAsync<string>("SELECT user_id FROM submission WHERE id = @submissionId", new { submissionId }, cancellationToken) is not { } userId)
            return;
        await session.LockAsync(LockOf(userId), cancellationToken);
        await session.ExecuteAsync("""
            UPDATE agon_queue_user SET credit = credit + (
                SELECT COUNT(*) FROM agon_job job
                WHERE job.submission_id = @submissionId AND job.state = 'queued'
                  AND lower(job.gpu) = agon_queue_user.gpu AND job.ranked = agon_queue_user.ranked)
            WHERE user_id = @userId
            """, new { submissionId, userId }, cancellationToken);
        await SettleAsync(session, userId, submissionId, cancellationToken);
    }

    /// <summary>Gives back what a job that will not run would have cost its user.</summary>
    public static async Task GiveBackOneAsync(Session session, long jobId, CancellationToken cancellationToken)
    {
        var userId = await session.QueryOneAsync<string>("""
            UPDATE agon_queue_user SET credit = credit + 1
            WHERE (gpu, ranked, user_id) = (SELECT lower(job.gpu), job.ranked, s.user_id
                                            FROM agon_job job JOIN submission s ON s.id = job.submission_id WHERE job.id = @jobId)
            RETURNING user_id
            """, new { jobId }, cancellationToken);
        if (userId is not null)
            await SettleAsync(session, userId, going: null, cancellationToken);
    }

    /// <summary>
    /// What was given back counts once none of the user's jobs waits: before, it would give a tag that waits already once more, and so
    /// let him put as many jobs as he likes in front of everybody else's, by taking back his first one and handing in another.
    /// </summary>
    private static Task<int> SettleAsync(Session session, string userId, long? going, CancellationToken cancellationToken) =>
        session.ExecuteAsync("""
            UPDATE agon_queue_user SET next_tag = next_tag - credit, credit = 0
            WHERE user_id = @userId AND credit > 0 AND NOT EXISTS (
                SELECT 1 FROM agon_job job JOIN submission s ON s.id = job.submission_id
                WHERE s.user_id = @userId AND job.state = 'queued' AND lower(job.gpu) = agon_queue_user.gpu AND job.ranked = agon_queue_user.ranked
                  AND job.submission_id <> COALESCE(@going, 0))
            """, new { userId, going }, cancellationToken);

    /// <summary>Writes down that a job was taken, where the queue still is as it was when it was looked at: else it gives null, and <see cref="TakenAsync"/> is due.</summary>
    /// <remarks>The device's row is locked until the commit, which is near.</remarks>
    public static IReadOnlyList<long?> Taken(Trip trip, ClassHead head, long startTag)
    {
        var (before, after) = (head.Queue, FairQueue.Taken(head.Queue, head.Ranked, startTag, head.Weight));
        return trip.Query("""
            UPDATE agon_queue SET test_share = @testShare, test_time = @testTime, ranked_share = @rankedShare, ranked_time = @rankedTime
            WHERE gpu = lower(@gpu) AND test_share = @testShareBefore AND test_time = @testTimeBefore
              AND ranked_share = @rankedShareBefore AND ranked_time = @rankedTimeBefore
            RETURNING 1
            """, [new
        {
            gpu = head.Gpu,
            testShare = after.Test.Share,
            testTime = after.Test.Time,
            rankedShare = after.Ranked.Share,
            rankedTime = after.Ranked.Time,
            testShareBefore = before.Test.Share,
            testTimeBefore = before.Test.Time,
            rankedShareBefore = before.Ranked.Share,
            rankedTimeBefore = before.Ranked.Time,
        }]);
    }

    /// <summary>As <see cref="Taken"/>, of a queue that another worker took from meanwhile, or that nobody ever took from.</summary>
    public static async Task TakenAsync(Session session, ClassHead head, long startTag, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("""
            INSERT INTO agon_queue (gpu, test_share, test_time, ranked_share, ranked_time) VALUES (lower(@Gpu), 0, 0, 0, 0)
            ON CONFLICT (gpu) DO NOTHING
            """, new { head.Gpu }, cancellationToken);
        var queue = await session.QueryOneAsync<DeviceQueueRow>($"SELECT * FROM agon_queue WHERE gpu = lower(@Gpu) {session.Dialect.ForUpdate}", new { head.Gpu }, cancellationToken);
        var trip = session.Trip();
        Taken(trip, head with { Queue = queue!.ToQueue() }, startTag);
        await trip.GoAsync(cancellationToken);
    }

    // For who takes several rows of a user: two that took them in another order would wait for each other.
    private static string LockOf(string userId) => $"agon_queue_user {userId}";
}

/// <summary>Tags for so many jobs of a user on a device, in a class.</summary>
internal sealed record TagsWanted(string Gpu, bool Ranked, string UserId, long Jobs);

/// <summary>The columns of <c>agon_queue</c>; zeros where a device has no row.</summary>
internal record DeviceQueueRow
{
    public required long TestShare { get; init; }
    public required long TestTime { get; init; }
    public required long RankedShare { get; init; }
    public required long RankedTime { get; init; }

    public DeviceQueue ToQueue() => new(new ClassQueue(TestShare, TestTime), new ClassQueue(RankedShare, RankedTime));
}
