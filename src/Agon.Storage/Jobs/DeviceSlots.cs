namespace Agon.Storage.Jobs;

/// <summary>The rows of <c>agon_device_slot</c>, in the caller's transaction.</summary>
/// <remarks>Devices are kept in lower case: leaderboards and settings may spell one in two ways.</remarks>
internal static class DeviceSlots
{
    public static async Task MatchAsync(
        Session session, string machine, IReadOnlyDictionary<string, int> slotsByGpu, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("UPDATE agon_device_slot SET leaving = TRUE WHERE machine = @machine", new { machine }, cancellationToken);
        foreach (var (gpu, count) in slotsByGpu)
        {
            for (var slot = 0; slot < count; slot++)
            {
                await session.ExecuteAsync("""
                    INSERT INTO agon_device_slot (machine, gpu, slot, seen_at, held_by_run)
                    VALUES (@machine, lower(@gpu), @slot, @now, (SELECT held_by_run FROM agon_device_slot WHERE machine = @machine AND held_by_run IS NOT NULL LIMIT 1))
                    ON CONFLICT (machine, gpu, slot) DO UPDATE SET leaving = FALSE, seen_at = @now
                    """, new { machine, gpu, slot, now }, cancellationToken);
            }
        }
        await session.ExecuteAsync(
            "DELETE FROM agon_device_slot WHERE machine = @machine AND leaving AND job_id IS NULL", new { machine }, cancellationToken);
    }

    public static void Take(Trip trip, string machine, string gpu, int slot, long jobId) =>
        trip.Execute("""
            UPDATE agon_device_slot SET job_id = @jobId, busy_until = NULL
            WHERE machine = @machine AND gpu = lower(@gpu) AND slot = @slot
            """, [new { machine, gpu, slot, jobId }]);

    /// <summary>As <see cref="FreeAsync"/>, but nothing runs there before <paramref name="until"/>: a runner may still be ending.</summary>
    public static async Task FreeLaterAsync(Session session, long jobId, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("UPDATE agon_device_slot SET busy_until = @until WHERE job_id = @jobId", new { jobId, until }, cancellationToken);
        await FreeAsync(session, jobId, cancellationToken);
    }

    public static async Task FreeAsync(Session session, long jobId, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("DELETE FROM agon_device_slot WHERE job_id = @jobId AND leaving", new { jobId }, cancellationToken);
        await session.ExecuteAsync("UPDATE agon_device_slot SET job_id = NULL WHERE job_id = @jobId", new { jobId }, cancellationToken);
    }

    /// <summary>Takes all of the machine's slots for a tournament run: no job is claimed there from now on. Jobs that run go on.</summary>
    public static Task HoldAsync(Session session, string machine, Guid runId, CancellationToken cancellationToken) =>
        session.ExecuteAsync("UPDATE agon_device_slot SET held_by_run = @runId WHERE machine = @machine", new { machine, runId }, cancellationToken);

    /// <summary>Whether a job is still on one of the machine's slots, or its runner may be.</summary>
    public static async Task<bool> AnyBusyAsync(Session session, string machine, DateTimeOffset now, CancellationToken cancellationToken) =>
        await session.QueryOneAsync<long>(
            "SELECT COUNT(*) FROM agon_device_slot WHERE machine = @machine AND (job_id IS NOT NULL OR busy_until > @now)", new { machine, now }, cancellationToken) > 0;

    /// <summary>Gives them back; where <paramref name="until"/> is a time nothing runs there before it, since a participant may still be ending.</summary>
    public static Task LetGoAsync(Session session, Guid runId, DateTimeOffset? until, CancellationToken cancellationToken) => until is null
        ? session.ExecuteAsync("UPDATE agon_device_slot SET held_by_run = NULL WHERE held_by_run = @runId", new { runId }, cancellationToken)
        : session.ExecuteAsync("UPDATE agon_device_slot SET held_by_run = NULL, busy_until = @until WHERE held_by_run = @runId", new { runId, until }, cancellationToken);
}
