using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text;
using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Runs;
using Agon.Domain.Submissions;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;

namespace Agon.Storage.Jobs;

/// <summary>The durable queue: jobs, their leases, and the slots of devices that they hold.</summary>
/// <remarks>
/// A job and a slot of its device are taken in one transaction and given back in one. A lease is renewed by heartbeats;
/// whoever holds an expired one has lost it, and every later write under it is refused, by worker and attempt.
/// Rows are locked in one order everywhere, so that no two transactions wait for each other: job, slot, submission, status, queue, board.
/// </remarks>
public sealed class JobStore(Database database)
{
    /// <summary>
    /// False lets whoever once held a job write under it for ever. Nothing but the soak test says so, to prove that it would
    /// notice: no setting reaches this.
    /// </summary>
    public bool ChecksLeases { get; init; } = true;

    /// <summary>Makes the slots of a machine's devices match the settings; a slot in use goes when it is free.</summary>
    public async Task EnsureSlotsAsync(
        string machine, IReadOnlyDictionary<string, int> slotsByGpu, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.LockAsync($"agon_device_slot {machine}", cancellationToken);
        await DeviceSlots.MatchAsync(session, machine, slotsByGpu, now, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>Says that the machine still offers its slots.</summary>
    public async Task SeeSlotsAsync(string machine, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        // In one order, as MatchAsync has it under this lock: two that say so at once must not wait for each other.
        await session.LockAsync($"agon_device_slot {machine}", cancellationToken);
        await session.ExecuteAsync("UPDATE agon_device_slot SET seen_at = @now WHERE machine = @machine AND NOT leaving", new { machine, now }, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>States how many jobs of one class run for how many of the other where both wait: for all servers, until another one says otherwise.</summary>
    public async Task SetWeightsAsync(QueueWeights weights, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.ExecuteAsync("UPDATE agon_queue_weight SET weight = CASE WHEN ranked THEN @Ranked ELSE @Test END", weights, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>The job whose turn it is (<see cref="FairQueue"/>) on a device of which the machine has a free slot, now leased; null if there is none.</summary>
    /// <param name="worker">Unlike any other worker that ever claimed: a lease is known by it and its attempt.</param>
    /// <param name="machine">As in <see cref="EnsureSlotsAsync"/>.</param>
    /// <param name="now">The time.</param>
    /// <param name="until">When the lease expires if it is not renewed.</param>
    /// <param name="cancellationToken">Cancels before the commit, never after it.</param>
    public async Task<JobLease?> ClaimAsync(string worker, string machine, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        foreach (var head in await JobClaim.HeadsAsync(session, machine, now, cancellationToken))
        {
            if (await JobClaim.TakeAsync(session, head, worker, machine, now, until, cancellationToken) is not { } claimed)
                continue;
            await NoteAsync(session, head, claimed, machine, now, cancellationToken);
            await session.CommitAsync(cancellationToken);
            return claimed.ToLease(worker);
        }
        return null;
    }

    // What follows from a claim, in the order of locks.
    private static async Task NoteAsync(Session session, ClassHead head, ClaimRow claimed, string machine, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var trip = session.Trip();
        DeviceSlots.Take(trip, machine, claimed.Gpu, claimed.Slot, claimed.Id);
        // A job of the submission that is handed back now looks for running ones: it waits, and finds this one.
        SubmissionEnd.Lock(session, trip, claimed.SubmissionId);
        trip.Execute($"""
            UPDATE submission_job_status SET status = '{JobStatus.Running}', last_heartbeat = @now
            WHERE submission_id = @SubmissionId AND status IN {SubmissionEnd.OpenStatuses}
            """, [new { claimed.SubmissionId, now }]);
        var taken = DeviceQueues.Taken(trip, head, claimed.StartTag);
        await trip.GoAsync(cancellationToken);
        if (taken[0] is null)
            await DeviceQueues.TakenAsync(session, head, claimed.StartTag, cancellationToken);
    }

    /// <summary>
    /// All that the judge needs but the device's settings: secret jobs get the secret seed and mode private. Null: the
    /// submission was deleted meanwhile, and the lease with it.
    /// </summary>
    /// <exception cref="InvalidDataException">The stored task cannot be read.</exception>
    public async Task<EvaluationJob?> DescribeAsync(JobLease lease, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var job = await session.QueryOneAsync<JobDescriptionRow>($"""
            SELECT job.mode, c.code, {LeaderboardRow.Columns}
            FROM agon_job job
            JOIN submission s ON s.id = job.submission_id
            JOIN code_files c ON c.id = s.code_id
            JOIN leaderboard l ON l.id = s.leaderboard_id
            LEFT JOIN agon_leaderboard a ON a.leaderboard_id = l.id
            WHERE job.id = @JobId
            """, new { lease.JobId }, cancellationToken);
        if (job is null)
            return null;
        // Neither devices nor templates concern the judge.
        var leaderboard = job.ToLeaderboard([], ImmutableSortedDictionary<string, string>.Empty);
        return new EvaluationJob
        {
            Task = leaderboard.Task,
            Submission = Encoding.UTF8.GetString(job.Code),
            Mode = Enum.Parse<EvaluationMode>(job.Mode, ignoreCase: true),
            Seed = lease.Secret ? leaderboard.SecretSeed : leaderboard.Task.Seed,
            Gpu = lease.Gpu,
        };
    }

    /// <summary>Heartbeat. False: the lease is lost, and the runner must be ended.</summary>
    public Task<bool> RenewAsync(JobLease lease, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, async session =>
        {
            await session.ExecuteAsync("UPDATE agon_job SET lease_until = @until, renewed_at = @now WHERE id = @JobId", new { lease.JobId, until, now }, cancellationToken);
            await session.ExecuteAsync($"""
                UPDATE submission_job_status SET last_heartbeat = @now
                WHERE submission_id = @SubmissionId AND status IN {SubmissionEnd.OpenStatuses}
                """, new { lease.SubmissionId, now }, cancellationToken);
        }, cancellationToken);

    /// <summary>Adds a progress event. False: the lease is lost.</summary>
    public Task<bool> AddEventAsync(JobLease lease, PhaseEventView phase, DateTimeOffset now, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, session =>
            EventLog.AppendAsync(session, lease.SubmissionId, EventKind.Phase, [StoredText.ToJson(phase)!], now, cancellationToken), cancellationToken);

    /// <summary>Adds log lines; those of a secret job are dropped. False: the lease is lost.</summary>
    public Task<bool> AddEventsAsync(JobLease lease, IReadOnlyList<LogEventView> lines, DateTimeOffset now, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, session => lease.Secret || lines.Count == 0
            ? Task.CompletedTask
            : EventLog.AppendAsync(session, lease.SubmissionId, EventKind.Log, [.. lines.Select(line => StoredText.ToJson(line)!)], now, cancellationToken),
            cancellationToken);

    /// <summary>
    /// One transaction: a run row for each phase, the job's end, its slot, the result event of a public run, with the
    /// submission's last job the final status and the <c>done</c> event, and the rank. False: the lease is lost and nothing was written.
    /// </summary>
    /// <param name="lease">Whose job it is.</param>
    /// <param name="report">What the runner brought back.</param>
    /// <param name="outcome">What that means.</param>
    /// <param name="score">Seconds, of a ranked run that passed.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels before the commit, never after it.</param>
    /// <remarks>A submission that somebody else has ended meanwhile gets no more runs: only the job and its slot are closed.</remarks>
    public Task<bool> CompleteAsync(JobLease lease, Report report, JobOutcome outcome, double? score, DateTimeOffset now, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, async session =>
        {
            await DeviceSlots.FreeAsync(session, lease.JobId, cancellationToken);
            if (await SubmissionEnd.IsOpenAsync(session, lease.SubmissionId, cancellationToken))
                await RunRecorder.RecordAsync(session, lease, report, score, now, cancellationToken);
            await JobEnd.EndAsync(session, lease.ToHeld(), "done", outcome, now, cancellationToken);
            // Nothing else a report says can change a rank; last, since a board's row is locked last.
            if (lease.Secret || score is not null)
                await RankTable.RefreshAsync(session, lease.SubmissionId, cancellationToken);
        }, cancellationToken);

    /// <summary>The attempt ended without a report, by our fault: queued again, or failed after the last attempt (<see cref="JobRules"/>). False: the lease is lost.</summary>
    public Task<bool> FailAttemptAsync(JobLease lease, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, session => JobEnd.FailAttemptAsync(session, lease.ToHeld(), reason, now, cancellationToken), cancellationToken);

    /// <summary>Hands the job back unharmed, at a clean shutdown: the attempt does not count. False: the lease is lost.</summary>
    public Task<bool> ReleaseAsync(JobLease lease, DateTimeOffset now, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, session => JobEnd.ReleaseAsync(session, lease.ToHeld(), now, cancellationToken), cancellationToken);

    /// <summary>Does as <see cref="FailAttemptAsync"/> for every job whose lease has expired, and frees its slot.</summary>
    /// <returns>Each as soon as that is committed.</returns>
    /// <remarks>What went wrong with one of them is thrown after the others.</remarks>
    public async IAsyncEnumerable<RescuedJob> RescueAsync(DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<long> expired;
        await using (var session = await database.ReadAsync(cancellationToken))
            expired = await session.QueryAsync<long>("SELECT id FROM agon_job WHERE state = 'running' AND lease_until <= @now ORDER BY lease_until, id", new { now }, cancellationToken);
        ExceptionDispatchInfo? failure = null;
        // One transaction a job: one for all would hold a submission's row while it waits for the next job's.
        foreach (var id in expired)
        {
            RescuedJob? rescued = null;
            try
            {
                rescued = await RescueAsync(id, now, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException && !DatabaseFault.IsAway(error))
            {
                failure ??= ExceptionDispatchInfo.Capture(error);   // one bad row must not keep the others
            }
            if (rescued is not null)
                yield return rescued;
        }
        failure?.Throw();
    }

    private async Task<RescuedJob?> RescueAsync(long id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var expired = await session.QueryOneAsync<SilentJobRow>($"""
            SELECT id AS job_id, submission_id, attempt, secret, machine, worker FROM agon_job
            WHERE id = @id AND state = 'running' AND lease_until <= @now {session.Dialect.SkipLocked}
            """, new { id, now }, cancellationToken);
        if (expired is null)
            return null;
        await JobEnd.FailAttemptAsync(session, expired, "its worker fell silent", now, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return new RescuedJob(id, expired.SubmissionId, expired.Attempt, expired.Machine ?? "", expired.Worker ?? "", IsQueuedAgain: JobRules.IsRetried(expired.Attempt));
    }

    /// <summary>Jobs waiting for and running on a device, and its slots on all machines that were seen since; its name in any case.</summary>
    public async Task<QueueState> QueueAsync(string gpu, DateTimeOffset seenSince, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var counts = await session.QueryOneAsync<QueueRow>("""
            SELECT (SELECT COUNT(*) FROM agon_job WHERE lower(gpu) = lower(@gpu) AND state = 'queued') AS queued,
                   (SELECT COUNT(*) FROM agon_job WHERE lower(gpu) = lower(@gpu) AND state = 'running') AS running,
                   (SELECT COUNT(*) FROM agon_device_slot WHERE gpu = lower(@gpu) AND NOT leaving AND seen_at >= @seenSince) AS slots,
                   (SELECT COUNT(*) FROM agon_device_slot WHERE gpu = lower(@gpu) AND NOT leaving AND seen_at >= @seenSince AND held_by_run IS NOT NULL) AS held
            """, new { gpu, seenSince }, cancellationToken);
        return new QueueState(counts!.Queued, counts.Running, counts.Slots, counts.Held);
    }

    /// <summary>Jobs waiting or running on any device: what a pool of workers sizes itself by.</summary>
    public async Task<int> OpenJobsAsync(CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return (int)await session.QueryOneAsync<long>("SELECT COUNT(*) FROM agon_job WHERE state IN ('queued', 'running')", null, cancellationToken);
    }

    private Task<bool> UnderLeaseAsync(JobLease lease, DateTimeOffset now, Func<Session, Task> work, CancellationToken cancellationToken) =>
        database.UnderLeaseAsync(async session => await session.QueryOneAsync<long?>($"""
            SELECT id FROM agon_job
            WHERE id = @JobId {(ChecksLeases ? "AND worker = @Worker AND attempt = @Attempt AND state = 'running' AND lease_until > @now" : "")}
            {session.Dialect.ForUpdate}
            """, new { lease.JobId, lease.Worker, lease.Attempt, now }, cancellationToken) is not null, work, cancellationToken);
}

/// <summary>The right to run one job until the lease expires.</summary>
public sealed record JobLease(long JobId, long SubmissionId, string Worker, int Attempt, string Gpu, bool Secret)
{
    internal HeldJob ToHeld() => new() { JobId = JobId, SubmissionId = SubmissionId, Attempt = Attempt, Secret = Secret };
}

/// <summary>An attempt at a job that was taken back from a worker that fell silent; after the last one the job has failed for good.</summary>
public sealed record RescuedJob(long JobId, long SubmissionId, int Attempt, string Machine, string Worker, bool IsQueuedAgain);

/// <summary>A device's queue; <paramref name="Held"/> of its slots are a tournament's just now.</summary>
public sealed record QueueState(int Queued, int Running, int Slots, int Held = 0)
{
    /// <summary>Slots that a job could be started in.</summary>
    public int Free => Math.Max(0, Slots - Held - Running);
}
