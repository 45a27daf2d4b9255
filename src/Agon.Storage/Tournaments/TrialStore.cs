using Agon.Domain.Tournaments;

namespace Agon.Storage.Tournaments;

/// <summary>Runs on their own, outside of any tournament (S007).</summary>
public sealed class TrialStore(Database database)
{
    /// <summary>Stores a run that has ended, in an epoch of its own; neither has a tournament.</summary>
    /// <returns>Its id.</returns>
    public async Task<Guid> RecordAsync(ImageType type, string hotkey, ParticipantSource source, Slot slot, RunResult result, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var (epochId, runId) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        await session.ExecuteAsync("""
            INSERT INTO benchmark_epochs (epoch_id, hotkey, image_type, start_date, end_date, status, docker_image_tag, created_at, completed_at)
            VALUES (@epochId, @hotkey, @type, @TestDate, @TestDate, 'completed', @tag, @now, @now)
            """, new { epochId, hotkey, type = ContractWord.Of(type), slot.TestDate, tag = source.ImageTag ?? "", now }, cancellationToken);
        await session.ExecuteAsync($"""
            INSERT INTO {RunRow.Table(type)} (run_id, epoch_id, hotkey, test_date, network, window_days, status, participant_type, run_order, created_at)
            VALUES (@runId, @epochId, @hotkey, @TestDate, @Network, @WindowDays, 'pending', 'miner', 1, @now)
            """, new { runId, epochId, hotkey, slot.TestDate, slot.Network, slot.WindowDays, now }, cancellationToken);
        await RunWriter.WriteAsync(session, type, runId, result, disqualification: null, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return runId;
    }

    /// <summary>A run of <see cref="RecordAsync"/>; null if there is none.</summary>
    public async Task<TournamentRun?> FindAsync(ImageType type, Guid runId, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var row = await session.QueryOneAsync<RunRow>($"{RunRow.Select(type)} WHERE run.run_id = @runId AND run.tournament_id IS NULL", new { runId }, cancellationToken);
        return row?.ToRun();
    }
}
