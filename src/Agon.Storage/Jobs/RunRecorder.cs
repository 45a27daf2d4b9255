using System.Globalization;
using Agon.Contracts.Runs;
using Agon.Contracts.Submissions;
using Agon.Domain.Runs;
using Agon.Domain.Submissions;
using Agon.Storage.Submissions;

namespace Agon.Storage.Jobs;

/// <summary>Writes down what a report says, in the transaction that ends the job.</summary>
internal static class RunRecorder
{
    /// <exception cref="ArgumentOutOfRangeException">The score is not a finite positive number.</exception>
    public static async Task RecordAsync(
        Session session, JobLease lease, Report report, double? score, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (score is { } seconds && !(double.IsFinite(seconds) && seconds > 0))
            throw new ArgumentOutOfRangeException(nameof(score), score, "a score is a finite positive number of seconds");

        // An evaluation that did not work leaves no runs (contract section 8.4): part of it would look like a verdict.
        if (report.Success)
        {
            foreach (var phase in report.Phases)
                await AddRunAsync(session, lease, report.System, phase, score, cancellationToken);
        }
        if (!lease.Secret)
        {
            var result = new ResultEventView { Gpu = lease.Gpu, Score = score, Result = FullResult.From(report) };
            await EventLog.AppendAsync(session, lease.SubmissionId, EventKind.Result, [StoredText.ToJson(result)!], now, cancellationToken);
        }
    }

    private static Task<int> AddRunAsync(
        Session session, JobLease lease, SystemInfo system, PhaseResult phase, double? score, CancellationToken cancellationToken)
    {
        var ranked = phase.Key == Phase.Leaderboard;
        var dialect = session.Dialect;
        return session.ExecuteAsync($"""
            INSERT INTO runs (submission_id, start_time, end_time, mode, secret, runner, score, passed, compilation, meta, result, system_info)
            VALUES (@SubmissionId, @Start, @End, @Key, @Secret, @Gpu, {dialect.Decimal("@seconds")}, @passed,
                    {dialect.Json("@compilation")}, {dialect.Json("@meta")}, {dialect.Json("@result")}, {dialect.Json("@system")})
            """, new
        {
            lease.SubmissionId,
            phase.Start,
            phase.End,
            phase.Key,
            lease.Secret,
            lease.Gpu,
            seconds = ranked && phase.Passed ? Digits(score) : null,
            // A ranked run whose numbers were refused has not passed, whatever its harness says.
            passed = phase.Passed && (!ranked || score is not null),
            compilation = StoredText.ToJson(phase.Compilation is null ? null : CompilationDocument.From(phase.Compilation)),
            meta = StoredText.ToJson(phase.Run is null ? null : RunMetaDocument.From(phase.Run)),
            result = StoredText.ToJson(phase.Run?.Result),
            system = StoredText.ToJson(SystemDocument.From(system)),
        }, cancellationToken);
    }

    // The shortest digits that read back as the same number: a decimal's own conversion would keep only 15.
    private static string? Digits(double? score) => score?.ToString("R", CultureInfo.InvariantCulture);
}
