namespace Agon.Storage.Jobs;

/// <summary>A lease that was renewed at a time yet to come: a clock was wrong.</summary>
public sealed record FarLease
{
    public required long JobId { get; init; }
    public required long SubmissionId { get; init; }
    public required int Attempt { get; init; }
    public required DateTimeOffset RenewedAt { get; init; }
    public required DateTimeOffset LeaseUntil { get; init; }

    /// <summary>How long its worker takes leases for: each machine may have a setting of its own.</summary>
    public TimeSpan Length => LeaseUntil - RenewedAt;
}

/// <summary>Rows that stand in the future because a clock did: without a cure they would wait for that time to come.</summary>
public sealed class FutureRows(Database database)
{
    /// <summary>Leases that were renewed after <paramref name="latest"/>, a time that no clock in step shows yet.</summary>
    public async Task<IReadOnlyList<FarLease>> LeasesAsync(DateTimeOffset latest, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<FarLease>(
            "SELECT id AS job_id, submission_id, attempt, renewed_at, lease_until FROM agon_job WHERE state = 'running' AND renewed_at > @latest", new { latest }, cancellationToken);
    }

    /// <summary>Ends a lease that nobody has renewed since it was read; what follows is the ordinary rescue.</summary>
    public async Task EndAsync(FarLease lease, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.ExecuteAsync("""
            UPDATE agon_job SET lease_until = @now
            WHERE id = @JobId AND attempt = @Attempt AND lease_until = @LeaseUntil AND state = 'running'
            """, new { lease.JobId, lease.Attempt, lease.LeaseUntil, now }, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Lets jobs and slots that would wait until after <paramref name="latest"/> wait no longer, nor a machine be seen in the future. Harmless when done twice. A slot may rightly wait for as
    /// long as a tournament's run may last: the participant of a worker that fell silent may still be there.
    /// </summary>
    /// <returns>How many there were.</returns>
    public async Task<int> FetchAsync(DateTimeOffset latest, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset latestSlot;
        await using (var look = await database.ReadAsync(cancellationToken))
        {
            // Asked first: on SQLite a write shuts all others out, and there is hardly ever one.
            var any = await look.QueryOneAsync<long>("""
                SELECT (SELECT COUNT(*) FROM agon_job WHERE state = 'queued' AND run_after > @latest)
                     + (SELECT COUNT(*) FROM agon_device_slot WHERE busy_until > @latest OR seen_at > @latest)
                """, new { latest }, cancellationToken);
            if (any == 0)
                return 0;
            latestSlot = latest.AddSeconds(await look.QueryOneAsync<double?>("SELECT MAX(max_execution_time_seconds) FROM agon_tournament", null, cancellationToken) ?? 0);
        }
        await using var session = await database.WriteAsync(cancellationToken);
        var jobs = await session.ExecuteAsync(
            "UPDATE agon_job SET run_after = @now WHERE state = 'queued' AND run_after > @latest", new { latest, now }, cancellationToken);
        var slots = await session.ExecuteAsync(
            "UPDATE agon_device_slot SET busy_until = @now WHERE busy_until > @latestSlot", new { latestSlot, now }, cancellationToken);
        // Else a machine that died with such a row would count as one that offers its slots until then.
        var seen = await session.ExecuteAsync("UPDATE agon_device_slot SET seen_at = @now WHERE seen_at > @latest", new { latest, now }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return jobs + slots + seen;
    }
}
