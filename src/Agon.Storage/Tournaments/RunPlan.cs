using Agon.Domain.Tournaments;
using Agon.Storage.Jobs;

namespace Agon.Storage.Tournaments;

/// <summary>Puts a day's runs into the queue, and takes runs out that will not be made.</summary>
internal static class RunPlan
{
    /// <summary>A pending run for every slot of the day that has none, in the order of the rules (D25, D32). Twice is once.</summary>
    /// <remarks>Reads anew: what the same transaction did before, as activating the participants, decides who runs.</remarks>
    public static async Task AddDayAsync(Session session, Guid tournamentId, DateOnly testDate, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stored = await TournamentReader.FindAsync(session, tournamentId, cancellationToken)
            ?? throw new InvalidOperationException($"tournament {tournamentId} is gone");
        var epoch = stored.Epoch ?? throw new InvalidOperationException($"tournament {tournamentId} has no epoch");
        var ofTheDay = stored.PlainRuns.Where(run => run.Slot.TestDate == testDate).ToList();
        var planned = ofTheDay.Select(run => (run.Hotkey, run.Slot)).ToHashSet();
        var order = DayRules.NextOrder(ofTheDay);
        foreach (var run in DayRules.Remaining(stored.Tournament, stored.Participants, stored.PlainRuns, testDate))
        {
            if (!planned.Contains((run.Participant.Hotkey, run.Slot)))
                await AddAsync(session, stored.Tournament, epoch, run, order++, now, cancellationToken);
        }
    }

    /// <summary>Takes back what has no result yet: all of the tournament's, or one participant's. A run that is under way has lost its lease by that.</summary>
    public static async Task DropQueuedAsync(Session session, Tournament tournament, string? hotkey, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var table = RunRow.Table(tournament.ImageType);
        var open = await session.QueryAsync<OpenRun>($"""
            SELECT queue.run_id, queue.lease_until FROM agon_tournament_run queue JOIN {table} run ON run.run_id = queue.run_id
            WHERE queue.tournament_id = @TournamentId AND queue.state <> 'done' {(hotkey is null ? "" : "AND run.hotkey = @hotkey")}
            ORDER BY queue.test_date, queue.run_order
            """, new { tournament.TournamentId, hotkey }, cancellationToken);
        foreach (var run in open)
        {
            await session.ExecuteAsync("DELETE FROM agon_tournament_run WHERE run_id = @RunId", new { run.RunId }, cancellationToken);
            await session.ExecuteAsync($"DELETE FROM {table} WHERE run_id = @RunId", new { run.RunId }, cancellationToken);
            await DeviceSlots.LetGoAsync(session, run.RunId, run.LeaseUntil > now ? run.LeaseUntil : null, cancellationToken);
        }
    }

    private static async Task AddAsync(
        Session session, Tournament tournament, Epoch epoch, PlannedRun run, int order, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var runId = Guid.CreateVersion7(now);
        await session.ExecuteAsync($"""
            INSERT INTO {RunRow.Table(tournament.ImageType)}
                (run_id, epoch_id, hotkey, test_date, network, window_days, status, tournament_id, participant_type, run_order, created_at)
            VALUES (@runId, @EpochId, @Hotkey, @TestDate, @Network, @WindowDays, 'pending', @TournamentId, @type, @order, @now)
            """, new
        {
            runId,
            epoch.EpochId,
            run.Participant.Hotkey,
            run.Slot.TestDate,
            run.Slot.Network,
            run.Slot.WindowDays,
            tournament.TournamentId,
            type = ContractWord.Of(run.Participant.Type),
            order,
            now,
        }, cancellationToken);
        await session.ExecuteAsync("""
            INSERT INTO agon_tournament_run (run_id, tournament_id, test_date, run_order, run_after)
            VALUES (@runId, @TournamentId, @TestDate, @order, @now)
            """, new { runId, tournament.TournamentId, run.Slot.TestDate, order, now }, cancellationToken);
    }

    private sealed record OpenRun
    {
        public required Guid RunId { get; init; }
        public DateTimeOffset? LeaseUntil { get; init; }
    }
}
