using Agon.Domain.Jobs;

namespace Agon.Storage.Jobs;

/// <summary>The statements that take a job from the queue, in the caller's transaction.</summary>
internal static class JobClaim
{
    private const string FreeSlot = """
        slot.machine = @machine AND slot.job_id IS NULL AND slot.held_by_run IS NULL AND NOT slot.leaving AND (slot.busy_until IS NULL OR slot.busy_until <= @now)
        """;

    private const string Waiting = "job.state = 'queued' AND job.run_after <= @now";

    /// <summary>The device and class of whom it is the turn, then the next ones: another worker may be quicker.</summary>
    public static async Task<IEnumerable<ClassHead>> HeadsAsync(Session session, string machine, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The first job of each class, straight from the index: no job behind it is looked at. Not = free.gpu: SQLite does not
        // look up a column's value, which is text by type, in an index over an expression, which has none.
        var rows = await session.QueryAsync<HeadRow>($"""
            SELECT free.gpu, kind.ranked, kind.weight,
                   (SELECT job.id FROM agon_job job
                    WHERE lower(job.gpu) = lower(free.gpu) AND job.ranked = kind.ranked AND {Waiting}
                    ORDER BY job.start_tag, job.id LIMIT 1) AS first_job,
                   COALESCE(queue.test_share, 0) AS test_share, COALESCE(queue.test_time, 0) AS test_time,
                   COALESCE(queue.ranked_share, 0) AS ranked_share, COALESCE(queue.ranked_time, 0) AS ranked_time
            FROM (SELECT DISTINCT slot.gpu FROM agon_device_slot slot WHERE {FreeSlot}) free
            CROSS JOIN agon_queue_weight kind
            LEFT JOIN agon_queue queue ON queue.gpu = free.gpu
            """, new { machine, now }, cancellationToken);
        // Devices do not compete: the one goes first whose job is the oldest.
        return rows.Where(row => row.FirstJob is not null).GroupBy(row => row.Gpu).OrderBy(device => device.Min(row => row.FirstJob))
            .SelectMany(device => device.OrderByDescending(row => row.Ranked == FairQueue.RankedFirst(row.ToQueue())))
            .Select(row => new ClassHead(row.Gpu, row.Ranked, row.Weight, row.ToQueue()));
    }

    /// <summary>The next job of the class and a slot of the device, now leased; null if others have both in hand.</summary>
    public static Task<ClaimRow?> TakeAsync(
        Session session, ClassHead head, string worker, string machine, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        // The pair is picked once, by fences: a planner that ran a subquery again for each row would lease more than one job.
        session.QueryOneAsync<ClaimRow>($"""
            WITH free AS MATERIALIZED (
                SELECT slot.slot FROM agon_device_slot slot WHERE slot.gpu = @Gpu AND {FreeSlot}
                ORDER BY slot.slot LIMIT 1 {session.Dialect.SkipLocked}
            ), pick AS MATERIALIZED (
                SELECT job.id FROM agon_job job
                WHERE lower(job.gpu) = @Gpu AND job.ranked = @Ranked AND {Waiting}
                ORDER BY job.start_tag, job.id LIMIT 1 {session.Dialect.SkipLocked}
            )
            UPDATE agon_job
            SET state = 'running', attempt = attempt + 1, worker = @worker, machine = @machine, slot = free.slot, lease_until = @until, renewed_at = @now, started_at = @now
            FROM pick, free WHERE agon_job.id = pick.id
            RETURNING agon_job.id, agon_job.submission_id, agon_job.attempt, agon_job.gpu, agon_job.secret, agon_job.slot,
                      agon_job.ranked, agon_job.start_tag
            """, new { head.Gpu, head.Ranked, worker, machine, now, until }, cancellationToken);

    private sealed record HeadRow : DeviceQueueRow
    {
        public required string Gpu { get; init; }
        public required bool Ranked { get; init; }
        public required int Weight { get; init; }
        public long? FirstJob { get; init; }
    }
}

/// <summary>A class of a device that has a free slot and a waiting job, its weight, and the device's queue as it was when it was looked at.</summary>
internal sealed record ClassHead(string Gpu, bool Ranked, int Weight, DeviceQueue Queue);
