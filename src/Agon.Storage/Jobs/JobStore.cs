using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Runs;

namespace Agon.Storage.Jobs;

/// <summary>The durable queue: jobs, their leases, and the slots of devices that they hold.</summary>
/// <remarks>
/// A job and a slot of its device are taken in one transaction and given back in one. A lease is renewed by heartbeats;
/// whoever holds an expired one has lost it, and every later write under it is refused, by worker and attempt.
/// </remarks>
public sealed class JobStore(Database database)
{
    /// <summary>Makes the slots of a machine's devices match the settings; a slot in use goes when it is free.</summary>
    public Task EnsureSlotsAsync(string machine, IReadOnlyDictionary<string, int> slotsByGpu, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{database}");

    /// <summary>The oldest waiting job for which the machine has a free slot, now leased; null if there is none.</summary>
    public Task<JobLease?> ClaimAsync(string worker, string machine, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>All that the judge needs but the device's settings: secret jobs get the secret seed and mode private.</summary>
    public Task<EvaluationJob> DescribeAsync(JobLease lease, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Heartbeat. False: the lease is lost, and the runner must be ended.</summary>
    public Task<bool> RenewAsync(JobLease lease, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Adds a progress event. False: the lease is lost.</summary>
    public Task<bool> AddEventAsync(JobLease lease, PhaseEventView phase, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Adds log lines. False: the lease is lost.</summary>
    public Task<bool> AddEventsAsync(JobLease lease, IReadOnlyList<LogEventView> lines, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// One transaction: a run row for each phase, the job's end, its slot, the result event of a public run and, with the
    /// submission's last job, the final status and the <c>done</c> event. False: the lease is lost and nothing was written.
    /// </summary>
    /// <param name="lease">Whose job it is.</param>
    /// <param name="report">What the runner brought back.</param>
    /// <param name="outcome">What that means.</param>
    /// <param name="score">Seconds, of a ranked run that passed.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels before the commit, never after it.</param>
    public Task<bool> CompleteAsync(JobLease lease, Report report, JobOutcome outcome, double? score, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The attempt ended without a report, by our fault: queued again, or failed after the last attempt (<see cref="JobRules"/>).</summary>
    public Task FailAttemptAsync(JobLease lease, string reason, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Hands the job back unharmed, at a clean shutdown: the attempt does not count.</summary>
    public Task ReleaseAsync(JobLease lease, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Does as <see cref="FailAttemptAsync"/> for every job whose lease has expired, and frees its slot.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> RescueAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Jobs waiting for and running on a device, and its slots on all machines.</summary>
    public Task<QueueState> QueueAsync(string gpu, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Jobs waiting or running on any device: what a pool of workers sizes itself by.</summary>
    public Task<int> OpenJobsAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <summary>The right to run one job until the lease expires.</summary>
public sealed record JobLease(long JobId, long SubmissionId, string Worker, int Attempt, string Gpu, bool Secret);

/// <summary>A device's queue.</summary>
public sealed record QueueState(int Queued, int Running, int Slots);
