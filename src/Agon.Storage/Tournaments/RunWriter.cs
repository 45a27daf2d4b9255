using Agon.Domain.Tournaments;

namespace Agon.Storage.Tournaments;

/// <summary>Writes a run's result into the contract's table of its image type.</summary>
internal static class RunWriter
{
    private const string Common = """
        status = @status, processing_date = @ProcessingDate, execution_time_seconds = @ExecutionTimeSeconds, container_exit_code = @ExitCode,
        error_message = @error, data_correctness_passed = @DataCorrectnessPassed, is_disqualified = @isDisqualified, disqualification_reason = @reason
        """;

    private const string OfPatterns = """
        synthetic_patterns_recall = @recall, synthetic_patterns_expected = @SyntheticPatternsExpected, synthetic_patterns_found = @SyntheticPatternsFound,
        novelty_patterns_reported = @NoveltyPatternsReported, novelty_patterns_validated = @NoveltyPatternsValidated,
        novelty_addresses_valid = @NoveltyAddressesValid, novelty_connections_valid = @NoveltyConnectionsValid,
        all_addresses_exist = @AllAddressesExist, all_connections_exist = @AllConnectionsExist
        """;

    private const string OfRisk = "auc_roc = @AucRoc, precision_at_recall_80 = @PrecisionAtRecall80, all_addresses_exist = @AllAddressesExist";

    public static Task WriteAsync(Session session, ImageType type, Guid runId, RunResult result, string? disqualification, CancellationToken cancellationToken)
    {
        return session.ExecuteAsync($"""
            UPDATE {RunRow.Table(type)}
            SET {Common}, {(type == ImageType.Ml ? OfRisk : OfPatterns)}
            WHERE run_id = @runId
            """, new
        {
            runId,
            status = ContractWord.Of(result.Status),
            result.ProcessingDate,
            result.ExecutionTimeSeconds,
            result.ExitCode,
            error = result.Error is null ? null : StoredText.Clean(result.Error),
            result.DataCorrectnessPassed,
            isDisqualified = disqualification is not null,
            reason = disqualification,
            recall = result.Patterns?.SyntheticPatternsRecall ?? 0,
            result.Patterns?.SyntheticPatternsExpected,
            result.Patterns?.SyntheticPatternsFound,
            result.Patterns?.NoveltyPatternsReported,
            result.Patterns?.NoveltyPatternsValidated,
            result.Patterns?.NoveltyAddressesValid,
            result.Patterns?.NoveltyConnectionsValid,
            AllAddressesExist = result.Patterns?.AllAddressesExist ?? result.Risk?.AllAddressesExist,
            result.Patterns?.AllConnectionsExist,
            result.Risk?.AucRoc,
            result.Risk?.PrecisionAtRecall80,
        }, cancellationToken);
    }
}
