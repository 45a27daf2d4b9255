using System.Diagnostics;
using Agon.Domain.Tournaments;

namespace Agon.Storage.Tournaments;

/// <summary>Writes a step of the rules, in the transaction that holds the tournament's row. Twice is once.</summary>
internal static class StepWriter
{
    public static async Task ApplyAsync(Session session, StoredTournament stored, TournamentStep step, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = stored.Tournament.TournamentId;
        foreach (var action in step.Actions)
            await CarryOutAsync(session, stored, action, now, cancellationToken);
        if (step.State.Status is not (TournamentStatus.InProgress or TournamentStatus.Completed))
            await RunPlan.DropQueuedAsync(session, stored.Tournament, null, now, cancellationToken);
        // Completed is written with the winner, by its action.
        if (step.State.Status != TournamentStatus.Completed)
        {
            await session.ExecuteAsync(
                "UPDATE tournament_tournaments SET status = @status, current_day = @CurrentDay WHERE tournament_id = @id",
                new { id, status = ContractWord.Of(step.State.Status), step.State.CurrentDay }, cancellationToken);
        }
        if (step.State.EpochStatus is EpochStatus.Failed && stored.Epoch?.Status != EpochStatus.Failed)
        {
            await session.ExecuteAsync(
                "UPDATE benchmark_epochs SET status = 'failed', completed_at = @now WHERE tournament_id = @id", new { id, now }, cancellationToken);
        }
    }

    private static async Task CarryOutAsync(
        Session session, StoredTournament stored, TournamentAction action, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = stored.Tournament.TournamentId;
        switch (action)
        {
            case TournamentAction.OpenRegistration:
            case TournamentAction.TriggerScoring:   // the status says it: who is scoring and has no results is scored
            case TournamentAction.TriggerPromotion:   // waits in agon_promotion since the results were written
                return;
            case TournamentAction.CreateEpoch epoch:
                await session.ExecuteAsync("""
                    INSERT INTO benchmark_epochs (epoch_id, hotkey, image_type, start_date, end_date, status, created_at, tournament_id)
                    VALUES (@epochId, @hotkey, @type, @StartDate, @EndDate, 'running', @now, @id)
                    ON CONFLICT (tournament_id) DO NOTHING
                    """, new
                {
                    id,
                    epochId = Guid.CreateVersion7(now),
                    hotkey = $"tournament_{id}",
                    type = ContractWord.Of(stored.Tournament.ImageType),
                    epoch.StartDate,
                    epoch.EndDate,
                    now,
                }, cancellationToken);
                return;
            case TournamentAction.ActivateParticipants:
                await session.ExecuteAsync(
                    "UPDATE tournament_participants SET status = 'active', updated_at = @now WHERE tournament_id = @id AND status = 'registered'", new { id, now }, cancellationToken);
                return;
            case TournamentAction.ExecuteDay day:
                await RunPlan.AddDayAsync(session, id, day.TestDate, now, cancellationToken);
                return;
            case TournamentAction.CompleteEpoch:
                await session.ExecuteAsync(
                    "UPDATE benchmark_epochs SET status = 'completed', completed_at = @now WHERE tournament_id = @id AND status = 'running'", new { id, now }, cancellationToken);
                return;
            case TournamentAction.CompleteTournament end:
                await session.ExecuteAsync("""
                    UPDATE tournament_tournaments
                    SET status = 'completed', winner_hotkey = @WinnerHotkey, baseline_beaten = @BaselineBeaten, completed_at = @now
                    WHERE tournament_id = @id
                    """, new { id, end.WinnerHotkey, end.BaselineBeaten, now }, cancellationToken);
                return;
            default:
                throw new UnreachableException(action.Word);
        }
    }
}
