using Agon.Domain.Tournaments;

namespace Agon.Storage.Tournaments;

/// <summary>Writes what scoring found, in the transaction that holds the tournament's row.</summary>
internal static class ResultWriter
{
    /// <summary>New rows in the place of the old ones (D42), and everybody's last status (D21).</summary>
    public static async Task ReplaceAsync(Session session, Guid tournamentId, TournamentOutcome outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync("DELETE FROM tournament_results WHERE tournament_id = @tournamentId", new { tournamentId }, cancellationToken);
        foreach (var result in outcome.Results)
        {
            await session.ExecuteAsync("""
                INSERT INTO tournament_results (tournament_id, hotkey, participant_type, pattern_accuracy_score, data_correctness_score, performance_score,
                    final_score, data_correctness_all_days, all_runs_within_time_limit, days_completed, total_runs_completed, average_execution_time_seconds,
                    baseline_comparison_ratio, rank, is_winner, beat_baseline, miners_beaten, calculated_at)
                VALUES (@tournamentId, @Hotkey, @type, @PatternAccuracyScore, @DataCorrectnessScore, @PerformanceScore,
                    @FinalScore, @DataCorrectnessAllDays, @AllRunsWithinTimeLimit, @DaysCompleted, @TotalRunsCompleted, @AverageExecutionTimeSeconds,
                    @BaselineComparisonRatio, @Rank, @IsWinner, @BeatBaseline, @MinersBeaten, @now)
                """, new
            {
                tournamentId,
                result.Hotkey,
                type = ContractWord.Of(result.Type),
                result.PatternAccuracyScore,
                result.DataCorrectnessScore,
                result.PerformanceScore,
                result.FinalScore,
                result.DataCorrectnessAllDays,
                result.AllRunsWithinTimeLimit,
                result.DaysCompleted,
                result.TotalRunsCompleted,
                result.AverageExecutionTimeSeconds,
                result.BaselineComparisonRatio,
                result.Rank,
                result.IsWinner,
                result.BeatBaseline,
                result.MinersBeaten,
                now,
            }, cancellationToken);
            // Failed is final, too (D38): whom an operator took out stays so.
            await session.ExecuteAsync("""
                UPDATE tournament_participants
                SET status = CASE WHEN status = 'failed' AND NOT @IsDisqualified THEN status ELSE @status END,
                    is_disqualified = @IsDisqualified, disqualification_reason = @DisqualificationReason, disqualified_on_day = @DisqualifiedOnDay, updated_at = @now
                WHERE tournament_id = @tournamentId AND hotkey = @Hotkey
                """, new
            {
                tournamentId,
                result.Hotkey,
                status = ContractWord.Of(result.Status),
                result.IsDisqualified,
                result.DisqualificationReason,
                result.DisqualifiedOnDay,
                now,
            }, cancellationToken);
        }
    }
}
