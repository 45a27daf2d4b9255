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
                    INSERT INTO agon_device_slot (machine, gpu, slot, seen_at) VALUES (@machine, lower(@gpu), @slot, @now)
                    ON CONFLICT (machine, gpu, slot) DO UPDATE SET leaving = FALSE, seen_at = @now
                    """, new { machine, gpu, slot, now }, cancellationToken);
            }
        }
        await session.ExecuteAsync(
            "DELETE FROM agon_device_slot WHERE machine = @machine AND leaving AND job_id IS NULL", new { machine }, cancellationToken);
    }

    public static Task TakeAsync(Session session, string machine, string gpu, int slot, long jobId, CancellationToken cancellationToken) =>
        session.ExecuteAsync("""
            UPDATE agon_device_slot SET job_id = @jobId, busy_until = NULL
            WHERE machine = @machine AND gpu = lower(@gpu) AND slot = @slot
            """, new { machine, gpu, slot, jobId }, cancellationToken);

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
}
