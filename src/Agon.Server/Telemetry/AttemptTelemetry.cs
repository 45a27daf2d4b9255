using System.Diagnostics;
using Agon.Contracts.Runs;
using Agon.Server.Jobs;
using Agon.Storage.Jobs;

namespace Agon.Server.Telemetry;

/// <summary>One attempt at a job, as spans of the trace in which it was accepted, and as measurements.</summary>
internal sealed class AttemptTelemetry : IDisposable
{
    private readonly Metrics metrics;
    private readonly JobLease lease;
    private readonly TimeProvider clock;
    private readonly long began;
    private readonly Activity? attempt;
    private Activity? phase;

    private AttemptTelemetry(Metrics metrics, JobLease lease, TimeProvider clock, Activity? attempt) =>
        (this.metrics, this.lease, this.clock, this.attempt, began) = (metrics, lease, clock, attempt, clock.GetTimestamp());

    /// <param name="metrics">Where measurements go.</param>
    /// <param name="lease">The job.</param>
    /// <param name="origin">Null where nobody listens, or it could not be found out.</param>
    /// <param name="claimedAt">When the claim was made.</param>
    /// <param name="clock">The time.</param>
    public static AttemptTelemetry Begin(Metrics metrics, JobLease lease, JobOrigin? origin, DateTimeOffset claimedAt, TimeProvider clock)
    {
        if (origin is not null && claimedAt > origin.CreatedAt)
            metrics.Waited(lease.Gpu, claimedAt - origin.CreatedAt);
        ActivityContext.TryParse(origin?.Trace, null, isRemote: true, out var parent);
        var attempt = Traces.Source.StartActivity("job attempt", ActivityKind.Consumer, parent, startTime: claimedAt)?
            .SetTag("agon.submission.id", lease.SubmissionId).SetTag("agon.job.id", lease.JobId).SetTag("agon.job.attempt", lease.Attempt)
            .SetTag("agon.device", lease.Gpu.ToLowerInvariant()).SetTag("agon.secret", lease.Secret);
        // Which job it would be was not known before.
        Traces.Source.StartActivity("claim", ActivityKind.Internal, attempt?.Context ?? default, startTime: claimedAt)?.Dispose();
        return new AttemptTelemetry(metrics, lease, clock, attempt);
    }

    /// <summary>A part of the attempt, until it is disposed.</summary>
    public Activity? Step(string name) => attempt is null ? null : Traces.Source.StartActivity(name, ActivityKind.Internal, attempt.Context);

    /// <summary>What the runner tells; one call at a time.</summary>
    public void Hear(RunnerLine line)
    {
        if (line.Phase is not { } told)
            return;
        phase?.Dispose();
        phase = null;
        // "profile.3": which benchmark it was is no name for a metric.
        var name = told.Name.Split('.')[0];
        if (told.Passed is not { } passed)
        {
            phase = Step($"phase {name}");
            return;
        }
        metrics.PhaseEnded(lease.Gpu, name, passed, told.Seconds ?? 0);
    }

    /// <summary>How it ended: the outcome's word, never its text, which may quote anything.</summary>
    public void End(string outcome)
    {
        metrics.AttemptEnded(lease.Gpu, outcome, clock.GetElapsedTime(began));
        attempt?.SetTag("agon.outcome", outcome);
        if (outcome == AttemptEnding.BrokenWord)
            attempt?.SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        phase?.Dispose();
        attempt?.Dispose();
    }
}
