using Agon.Storage.Jobs;

namespace Agon.Storage.Tests.Worlds;

/// <summary>A <see cref="StoreContract"/> whose tests claim jobs.</summary>
public abstract class QueueContract(Func<Task<TestDatabase>> create) : StoreContract(create)
{
    protected static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>After which a test that waits for others to get on fails instead.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    protected Task SlotsAsync(int count, string machine = "m1", string gpu = "CPU") =>
        Jobs.EnsureSlotsAsync(machine, new Dictionary<string, int> { [gpu] = count }, Now, None);

    protected Task<JobLease?> TryClaimAsync(string worker = "w1", DateTimeOffset? at = null, string machine = "m1") =>
        Jobs.ClaimAsync(worker, machine, at ?? Now, (at ?? Now) + Lease, None);

    protected async Task<JobLease> ClaimAsync(string worker = "w1", DateTimeOffset? at = null, string machine = "m1") =>
        await TryClaimAsync(worker, at, machine) ?? throw new InvalidOperationException("nothing to claim");

    /// <summary>Every table that a job's end writes to, as counts: nothing half may be in there.</summary>
    protected async Task<string> TracesAsync() => (await RowAsync<string>("""
        SELECT (SELECT COUNT(*) FROM runs) || ' runs, '
            || (SELECT COUNT(*) FROM agon_event WHERE kind <> 'queued') || ' events, '
            || (SELECT COUNT(*) FROM agon_job WHERE outcome IS NOT NULL) || ' ended, '
            || (SELECT COUNT(*) FROM agon_device_slot WHERE job_id IS NOT NULL) || ' slots held, '
            || (SELECT COUNT(*) FROM submission WHERE done) || ' done'
        """))!;
}
