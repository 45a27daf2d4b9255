namespace Agon.Storage.Jobs;

/// <summary>What operators look at: reads of the queue that change nothing.</summary>
public sealed class JobObservations(Database database)
{
    /// <summary>Devices of open public leaderboards, in lower case, of which no machine was seen since.</summary>
    public async Task<IReadOnlyList<string>> UnservedDevicesAsync(DateTimeOffset now, DateTimeOffset seenSince, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<string>("""
            SELECT DISTINCT lower(gpu.gpu_type) AS device
            FROM gpu_type gpu JOIN leaderboard board ON board.id = gpu.leaderboard_id
            WHERE board.deadline > @now AND board.visibility = 'public'
              AND NOT EXISTS (SELECT 1 FROM agon_device_slot slot WHERE slot.gpu = lower(gpu.gpu_type) AND NOT slot.leaving AND slot.seen_at >= @seenSince)
            ORDER BY device
            """, new { now, seenSince }, cancellationToken);
    }

    /// <summary>How much waits for each device, in lower case, and how much of it is in use; slots of silent machines are left out.</summary>
    public async Task<IReadOnlyList<DeviceLoad>> LoadsAsync(DateTimeOffset seenSince, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var waiting = await session.QueryAsync<WaitingRow>(
            "SELECT lower(gpu) AS device, COUNT(*) AS jobs, MIN(created_at) AS oldest FROM agon_job WHERE state = 'queued' GROUP BY lower(gpu)", null, cancellationToken);
        var slots = await session.QueryAsync<SlotsRow>("""
            SELECT gpu AS device, COUNT(*) AS slots, SUM(CASE WHEN job_id IS NOT NULL OR held_by_run IS NOT NULL THEN 1 ELSE 0 END) AS used
            FROM agon_device_slot WHERE NOT leaving AND seen_at >= @seenSince GROUP BY gpu
            """, new { seenSince }, cancellationToken);
        return
        [
            .. from device in waiting.Select(row => row.Device).Union(slots.Select(row => row.Device)).Order(StringComparer.Ordinal)
               let queue = waiting.FirstOrDefault(row => row.Device == device)
               let places = slots.FirstOrDefault(row => row.Device == device)
               select new DeviceLoad(device, queue?.Jobs ?? 0, queue?.Oldest, places?.Slots ?? 0, places?.Used ?? 0),
        ];
    }

    /// <summary>Where a job came from; null if it is gone.</summary>
    public async Task<JobOrigin?> OriginAsync(long jobId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryOneAsync<JobOrigin>("SELECT trace, created_at FROM agon_job WHERE id = @jobId", new { jobId }, cancellationToken);
    }

    private sealed record WaitingRow
    {
        public required string Device { get; init; }
        public required long Jobs { get; init; }
        public required DateTimeOffset Oldest { get; init; }
    }

    private sealed record SlotsRow
    {
        public required string Device { get; init; }
        public required long Slots { get; init; }
        public required long Used { get; init; }
    }
}

/// <summary>A device's queue and its slots on all machines.</summary>
/// <param name="Device">In lower case.</param>
/// <param name="Queued">Jobs that wait.</param>
/// <param name="Oldest">When the one was accepted that has waited longest; null if none waits.</param>
/// <param name="Slots">Slots that machines offer.</param>
/// <param name="Used">Those of them that hold a job, or that a tournament holds.</param>
public sealed record DeviceLoad(string Device, long Queued, DateTimeOffset? Oldest, long Slots, long Used);

/// <summary>Where a job came from.</summary>
public sealed record JobOrigin
{
    /// <summary>The span that accepted it, as a W3C <c>traceparent</c>; null if nobody traced.</summary>
    public string? Trace { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
