using Agon.Domain.Tournaments;
using Agon.Storage.Jobs;

namespace Agon.Storage.Tournaments;

/// <summary>The right to make one run until the lease expires.</summary>
public sealed record RunLease(Guid RunId, Guid TournamentId, string Worker, string Machine, int Attempt);

/// <summary>A run that is to be made, with all that is needed for it.</summary>
public sealed record RunTask(Tournament Tournament, TournamentRun Run, ParticipantSource Source);

/// <summary>The durable queue of tournament runs: their leases, and the machines that they have for themselves.</summary>
/// <remarks>
/// A run takes every slot of its machine (S005). The claim reserves them, so that no job starts there any more; the run starts when the last
/// job has ended. Whoever holds an expired lease has lost it, and every later write under it is refused. Rows are locked in one order
/// everywhere: tournament, run, slot.
/// </remarks>
public sealed class TournamentRunStore(Database database)
{
    /// <summary>
    /// The next run whose turn it is, now leased, with its machine reserved; null if there is none. In a tournament the runs come strictly in
    /// their order, and on one machine: one that waits after a fault of ours holds all behind it (D06).
    /// </summary>
    /// <param name="worker">Unlike any other that ever claimed.</param>
    /// <param name="machine">The name under which its slots are kept.</param>
    /// <param name="tournamentId">Only of that one; null for any.</param>
    /// <param name="now">The time.</param>
    /// <param name="until">When the lease expires if it is not renewed.</param>
    /// <param name="cancellationToken">Cancels before the commit, never after it.</param>
    public async Task<RunLease?> ClaimAsync(
        string worker, string machine, Guid? tournamentId, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        // Claims are rare, and two at once must not take two runs of one tournament.
        await session.LockAsync("agon_tournament_run", cancellationToken);
        var next = await session.QueryOneAsync<LeaseRow>($"""
            UPDATE agon_tournament_run
            SET state = 'running', attempt = attempt + 1, worker = @worker, machine = @machine, lease_until = @until, started_at = NULL
            WHERE state = 'queued' AND run_id = (
                SELECT run.run_id FROM agon_tournament_run run
                JOIN tournament_tournaments t ON t.tournament_id = run.tournament_id JOIN agon_tournament place ON place.tournament_id = run.tournament_id
                WHERE run.state = 'queued' AND run.run_after <= @now AND t.status = 'in_progress' AND (place.machine IS NULL OR place.machine = @machine)
                  {(tournamentId is null ? "" : "AND run.tournament_id = @tournamentId")}
                  AND NOT EXISTS (SELECT 1 FROM agon_tournament_run here WHERE here.machine = @machine AND here.state = 'running')
                  AND NOT EXISTS (
                      SELECT 1 FROM agon_tournament_run other
                      WHERE other.tournament_id = run.tournament_id
                        AND (other.state = 'running'
                             OR (other.state = 'queued' AND (other.test_date < run.test_date
                                                             OR (other.test_date = run.test_date AND other.run_order < run.run_order)))))
                ORDER BY run.test_date, run.tournament_id LIMIT 1)
            RETURNING run_id, tournament_id, attempt
            """, new { worker, machine, tournamentId, now, until }, cancellationToken);
        if (next is null)
            return null;
        await session.ExecuteAsync("UPDATE agon_tournament SET machine = @machine WHERE tournament_id = @TournamentId AND machine IS NULL",
            new { machine, next.TournamentId }, cancellationToken);
        await session.LockAsync($"agon_device_slot {machine}", cancellationToken);
        await DeviceSlots.HoldAsync(session, machine, next.RunId, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return new RunLease(next.RunId, next.TournamentId, worker, machine, next.Attempt);
    }

    /// <summary>What is to be run. Null: somebody else has the run by now.</summary>
    public async Task<RunTask?> DescribeAsync(RunLease lease, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var row = await session.QueryOneAsync<TournamentRow>($"{TournamentRow.Select} WHERE t.tournament_id = @TournamentId", new { lease.TournamentId }, cancellationToken);
        if (row?.ToTournament() is not { } tournament)
            return null;
        var run = await session.QueryOneAsync<RunRow>($"{RunRow.Select(tournament.ImageType)} WHERE run.run_id = @RunId AND queue.worker = @Worker AND queue.attempt = @Attempt",
            new { lease.RunId, lease.Worker, lease.Attempt }, cancellationToken);
        return run is not null && await ParticipantStore.SourceAsync(session, lease.TournamentId, run.Hotkey, cancellationToken) is { } source
            ? new RunTask(tournament, run.ToRun(), source)
            : null;
    }

    /// <summary>Starts the run if its machine is its own by now. False: jobs are still running there, or the lease is lost.</summary>
    public async Task<bool> BeginAsync(RunLease lease, ImageType type, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var begun = false;
        await UnderLeaseAsync(lease, now, async session =>
        {
            if (await DeviceSlots.AnyBusyAsync(session, lease.Machine, now, cancellationToken))
                return;
            await session.ExecuteAsync("UPDATE agon_tournament_run SET started_at = @now WHERE run_id = @RunId", new { lease.RunId, now }, cancellationToken);
            await session.ExecuteAsync($"UPDATE {RunRow.Table(type)} SET status = 'running' WHERE run_id = @RunId", new { lease.RunId }, cancellationToken);
            begun = true;
        }, cancellationToken);
        return begun;
    }

    /// <summary>Heartbeat. False: the lease is lost, and the participant must be ended.</summary>
    public Task<bool> RenewAsync(RunLease lease, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, session => session.ExecuteAsync(
            "UPDATE agon_tournament_run SET lease_until = @until WHERE run_id = @RunId", new { lease.RunId, until }, cancellationToken), cancellationToken);

    /// <summary>
    /// One transaction: the run's result, its machine free again, and if it disqualifies (D04) the mark on the run and on its participant, whose
    /// runs to come are taken back. False: the lease is lost and nothing was written.
    /// </summary>
    public async Task<bool> RecordAsync(RunLease lease, RunTask task, RunResult result, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        // First: whoever plans a day for that participant waits, and sees the mark.
        if (!await TournamentReader.LockAsync(session, lease.TournamentId, cancellationToken) || !await HoldsAsync(session, lease, now, cancellationToken))
            return false;
        await session.ExecuteAsync("""
            UPDATE agon_tournament_run
            SET state = 'done', ended_at = @now, worker = NULL, lease_until = NULL, fault = NULL, log_tail = @log, memory_peak_bytes = @PeakMemoryBytes
            WHERE run_id = @RunId
            """, new { lease.RunId, log = StoredText.Clean(result.LogTail), result.PeakMemoryBytes, now }, cancellationToken);
        await DeviceSlots.LetGoAsync(session, lease.RunId, until: null, cancellationToken);
        var reason = Disqualification.ReasonOf(Scored(task.Run.Slot, result), task.Tournament.MaxExecutionTimeSeconds);
        await RunWriter.WriteAsync(session, task.Tournament.ImageType, lease.RunId, result, reason, cancellationToken);
        if (reason is not null)
            await DisqualifyAsync(session, task, reason, now, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The attempt brought no result, by our fault: queued again after a pause, however often (D06).</summary>
    public Task FailAttemptAsync(RunLease lease, ImageType type, string reason, DateTimeOffset now, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, session =>
            QueueAgainAsync(session, lease.RunId, RunRow.Table(type), lease.Attempt, reason, now + RunRetries.WaitAfter(lease.Attempt), busyUntil: null, cancellationToken), cancellationToken);

    /// <summary>Hands the run back unharmed, at a clean shutdown: the attempt does not count.</summary>
    public Task ReleaseAsync(RunLease lease, ImageType type, DateTimeOffset now, CancellationToken cancellationToken) =>
        UnderLeaseAsync(lease, now, session =>
            QueueAgainAsync(session, lease.RunId, RunRow.Table(type), lease.Attempt - 1, fault: null, now, busyUntil: null, cancellationToken), cancellationToken);

    /// <summary>
    /// Queues the runs again whose workers fell silent. Where a worker may only be asleep, its participant may be running, and nothing starts there before
    /// that must have ended. Only its own machine can tell; another's runs are taken back when whatever ran there must have ended.
    /// </summary>
    /// <param name="machine">Whose processes <paramref name="isGone"/> knows.</param>
    /// <param name="isGone">Whether a worker's process has ended, and its participant with it.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Cancels between two of them.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> RescueAsync(string machine, Func<string, bool> isGone, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rescued = 0;
        foreach (var silent in await SilentAsync(now, cancellationToken))
        {
            var ended = silent.LeaseUntil.AddSeconds(silent.MaxExecutionTimeSeconds);
            if (silent.Machine != machine && ended > now)
                continue;
            DateTimeOffset? busyUntil = ended <= now || isGone(silent.Worker) ? null : ended;
            if (await TakeBackAsync(silent, now, busyUntil, cancellationToken))
                rescued++;
        }
        return rescued;
    }

    private async Task<IReadOnlyList<SilentRow>> SilentAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<SilentRow>("""
            SELECT run.run_id, run.attempt, run.worker, run.machine, run.lease_until, t.image_type, own.max_execution_time_seconds
            FROM agon_tournament_run run
            JOIN tournament_tournaments t ON t.tournament_id = run.tournament_id JOIN agon_tournament own ON own.tournament_id = run.tournament_id
            WHERE run.state = 'running' AND run.lease_until <= @now
            ORDER BY run.lease_until
            """, new { now }, cancellationToken);
    }

    private async Task<bool> TakeBackAsync(SilentRow silent, DateTimeOffset now, DateTimeOffset? busyUntil, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        // It may have been renewed, or taken back by another, since it was read.
        var isSilent = await session.QueryOneAsync<int?>($"""
            SELECT attempt FROM agon_tournament_run
            WHERE run_id = @RunId AND attempt = @Attempt AND state = 'running' AND lease_until <= @now {session.Dialect.ForUpdate}
            """, new { silent.RunId, silent.Attempt, now }, cancellationToken) is not null;
        if (!isSilent)
            return false;
        await QueueAgainAsync(session, silent.RunId, RunRow.Table(ContractWord.Parse<ImageType>(silent.ImageType)!.Value), silent.Attempt,
            busyUntil is null ? "its worker fell silent" : "its worker fell silent, and its participant may still be running", busyUntil ?? now, busyUntil, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Ends the pauses of runs that failed of us: somebody says that it can go on.</summary>
    public async Task RetryNowAsync(Guid tournamentId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        await session.ExecuteAsync(
            "UPDATE agon_tournament_run SET run_after = @now WHERE tournament_id = @tournamentId AND state = 'queued' AND run_after > @now",
            new { tournamentId, now }, cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>Says which machine makes a tournament's runs from now on; one that is under way ends where it is.</summary>
    /// <param name="tournamentId">Which tournament.</param>
    /// <param name="machine">Its name; null: the first that claims one.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>False: there is no such tournament.</returns>
    public async Task<bool> MoveAsync(Guid tournamentId, string? machine, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var moved = await session.ExecuteAsync("UPDATE agon_tournament SET machine = @machine WHERE tournament_id = @tournamentId", new { tournamentId, machine }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return moved == 1;
    }

    /// <summary>How far the queue of a tournament is: runs without a result, and why the first of them, which holds the others, has none yet.</summary>
    public async Task<OpenRuns> OpenAsync(Guid tournamentId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var row = await session.QueryOneAsync<OpenRow>("""
            SELECT COUNT(*) AS open, COALESCE(MAX(attempt), 0) AS attempts,
                   (SELECT fault FROM agon_tournament_run
                    WHERE tournament_id = @tournamentId AND state <> 'done' AND fault IS NOT NULL ORDER BY test_date, run_order LIMIT 1) AS fault,
                   (SELECT machine FROM agon_tournament WHERE tournament_id = @tournamentId) AS machine
            FROM agon_tournament_run WHERE tournament_id = @tournamentId AND state <> 'done'
            """, new { tournamentId }, cancellationToken);
        return new OpenRuns(row!.Open, row.Attempts, row.Fault, row.Machine);
    }

    private static ScoredRun Scored(Slot slot, RunResult result) =>
        new(slot, result.Status, result.ExecutionTimeSeconds, result.Patterns?.SyntheticPatternsRecall ?? result.Risk?.AucRoc ?? 0, result.DataCorrectnessPassed);

    // The baseline is marked, too, and runs on: it is the yardstick.
    private static async Task DisqualifyAsync(Session session, RunTask task, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("""
            UPDATE tournament_participants
            SET is_disqualified = TRUE, disqualification_reason = @reason, disqualified_on_day = @day, updated_at = @now,
                status = CASE WHEN participant_type = 'miner' THEN 'disqualified' ELSE status END
            WHERE tournament_id = @TournamentId AND hotkey = @Hotkey AND NOT is_disqualified
            """, new { task.Tournament.TournamentId, task.Run.Hotkey, reason, day = task.Tournament.Schedule.NumberOf(task.Run.Slot.TestDate), now }, cancellationToken);
        if (task.Run.ParticipantType == ParticipantType.Miner)
            await RunPlan.DropQueuedAsync(session, task.Tournament, task.Run.Hotkey, now, cancellationToken);
    }

    private static async Task QueueAgainAsync(
        Session session, Guid runId, string table, int attempts, string? fault, DateTimeOffset runAfter, DateTimeOffset? busyUntil, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("""
            UPDATE agon_tournament_run
            SET state = 'queued', attempt = @attempts, fault = COALESCE(@fault, fault), run_after = @runAfter, worker = NULL, lease_until = NULL, started_at = NULL
            WHERE run_id = @runId
            """, new { runId, attempts, fault = fault is null ? null : StoredText.Clean(fault), runAfter }, cancellationToken);
        await session.ExecuteAsync($"UPDATE {table} SET status = 'pending' WHERE run_id = @runId", new { runId }, cancellationToken);
        await DeviceSlots.LetGoAsync(session, runId, busyUntil, cancellationToken);
    }

    private static async Task<bool> HoldsAsync(Session session, RunLease lease, DateTimeOffset now, CancellationToken cancellationToken) =>
        await session.QueryOneAsync<int?>($"""
            SELECT attempt FROM agon_tournament_run
            WHERE run_id = @RunId AND worker = @Worker AND attempt = @Attempt AND state = 'running' AND lease_until > @now
            {session.Dialect.ForUpdate}
            """, new { lease.RunId, lease.Worker, lease.Attempt, now }, cancellationToken) is not null;

    private Task<bool> UnderLeaseAsync(RunLease lease, DateTimeOffset now, Func<Session, Task> work, CancellationToken cancellationToken) =>
        database.UnderLeaseAsync(session => HoldsAsync(session, lease, now, cancellationToken), work, cancellationToken);

    private sealed record LeaseRow
    {
        public required Guid RunId { get; init; }
        public required Guid TournamentId { get; init; }
        public required int Attempt { get; init; }
    }

    private sealed record SilentRow
    {
        public required Guid RunId { get; init; }
        public required int Attempt { get; init; }
        public required string Worker { get; init; }
        public required string Machine { get; init; }
        public required DateTimeOffset LeaseUntil { get; init; }
        public required string ImageType { get; init; }
        public required double MaxExecutionTimeSeconds { get; init; }
    }

    private sealed record OpenRow
    {
        public required int Open { get; init; }
        public required int Attempts { get; init; }
        public string? Fault { get; init; }
        public string? Machine { get; init; }
    }
}

/// <summary>Runs of a tournament that have no result yet.</summary>
/// <param name="Count">How many.</param>
/// <param name="Attempts">The most that one of them has had.</param>
/// <param name="Fault">What of ours the last attempt of the run failed of that holds the others; null for nothing.</param>
/// <param name="Machine">Which one makes them; null: none has begun.</param>
public sealed record OpenRuns(int Count, int Attempts, string? Fault, string? Machine)
{
    /// <summary>Whether a person should look: the day did not get on in several tries more than these (D06).</summary>
    public bool IsHeldAfter(int attempts) => Count > 0 && Attempts >= attempts + RunRetries.AttemptsUntilHeld && Fault is not null;
}
