using Agon.Storage.Jobs;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Jobs;

/// <summary>Renews a lease while its job runs, and ends the work as soon as the lease is lost or can no longer be sure.</summary>
internal sealed partial class LeaseKeeper : IAsyncDisposable
{
    private readonly JobStore jobs;
    private readonly JobLease lease;
    private readonly JobOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource finished = new();
    private readonly ITimer unsure;
    private readonly Task heartbeats;
    private volatile Renewal renewal;
    private volatile bool concluding;
    private bool isTold;

    public LeaseKeeper(JobStore jobs, JobLease lease, DateTimeOffset until, JobOptions options, TimeProvider clock, ILogger logger)
    {
        (this.jobs, this.lease, this.options, this.clock, this.logger) = (jobs, lease, options, clock, logger);
        renewal = new Renewal(clock.GetTimestamp(), Margin(until));
        unsure = clock.CreateTimer(_ => Doubt(), null, renewal.Margin, Timeout.InfiniteTimeSpan);
        heartbeats = Task.Run(BeatAsync);
    }

    /// <summary>Cancelled when the lease is lost: from then on nothing may be written, and the slot belongs to another.</summary>
    public CancellationToken Lost => lost.Token;

    public bool IsLost => lost.IsCancellationRequested;

    /// <summary>How long the runner may go on if the lease is not renewed again; not positive when it must end.</summary>
    public TimeSpan Left
    {
        get
        {
            var last = renewal;   // it may be replaced meanwhile
            return last.Margin - clock.GetElapsedTime(last.At);
        }
    }

    /// <summary>
    /// The attempt's end is to be written from now on, and what becomes of that tells whether the lease held: a renewal that comes
    /// after it is refused, and means nothing.
    /// </summary>
    public void Conclude() => concluding = true;

    /// <summary>Says that a write was refused: somebody else has the job.</summary>
    public void Lose()
    {
        // Of two that notice at once, when a process wakes up, one says so.
        if (!jobs.ChecksLeases || Interlocked.Exchange(ref isTold, true))
            return;
        LogLost(lease.JobId, lease.SubmissionId, lease.Attempt);
        lost.Cancel();
    }

    private void Doubt()
    {
        if (!concluding)
            Lose();
    }

    private async Task BeatAsync()
    {
        try
        {
            while (!IsLost)
            {
                await Task.Delay(options.HeartbeatEvery, clock, finished.Token);
                await BeatOnceAsync();
            }
        }
        catch (OperationCanceledException) when (finished.IsCancellationRequested)
        {
        }
    }

    private async Task BeatOnceAsync()
    {
        var now = clock.GetUtcNow();
        try
        {
            using var limit = new CancellationTokenSource(options.HeartbeatEvery, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, finished.Token);
            if (await jobs.RenewAsync(lease, now, now + options.Lease, either.Token))
                Renewed(now + options.Lease);
            else
                Doubt();
        }
        catch (Exception error) when (!finished.IsCancellationRequested)
        {
            LogMissed(lease.JobId, lease.SubmissionId, error);   // whatever it was, the lease was not renewed
        }
    }

    private void Renewed(DateTimeOffset until)
    {
        renewal = new Renewal(clock.GetTimestamp(), Margin(until));
        unsure.Change(renewal.Margin, Timeout.InfiniteTimeSpan);
    }

    // A runner needs a moment to end, and once the lease is over the slot may have another owner. A timer of its own keeps
    // that moment, since a heartbeat may hang in a database that does not even let itself be cancelled.
    private TimeSpan Margin(DateTimeOffset until)
    {
        var left = until - options.HeartbeatEvery - clock.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    public async ValueTask DisposeAsync()
    {
        await finished.CancelAsync();
        await heartbeats;
        await unsure.DisposeAsync();
        lost.Dispose();
        finished.Dispose();
    }

    /// <summary>When a lease was renewed, by a clock that never jumps, and how long from then on it is sure.</summary>
    private sealed record Renewal(long At, TimeSpan Margin);

    [LoggerMessage(310, LogLevel.Warning, "The lease of job {JobId} of submission {SubmissionId}, attempt {Attempt}, is lost; its runner is ended, and what it may still bring is refused")]
    private partial void LogLost(long jobId, long submissionId, int attempt);

    [LoggerMessage(311, LogLevel.Warning, "A heartbeat of job {JobId} of submission {SubmissionId} was missed")]
    private partial void LogMissed(long jobId, long submissionId, Exception error);
}
