using Agon.Server.Jobs;
using Agon.Storage.Tournaments;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Tournaments;

/// <summary>Renews a run's lease while it is made, and ends the work as soon as the lease is lost or can no longer be sure.</summary>
internal sealed partial class RunLeaseKeeper : IAsyncDisposable
{
    private readonly TournamentRunStore runs;
    private readonly RunLease lease;
    private readonly JobOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource finished = new();
    private readonly ITimer unsure;
    private readonly Task heartbeats;

    public RunLeaseKeeper(TournamentRunStore runs, RunLease lease, DateTimeOffset until, JobOptions options, TimeProvider clock, ILogger logger)
    {
        (this.runs, this.lease, this.options, this.clock, this.logger) = (runs, lease, options, clock, logger);
        // By a timer of its own: a heartbeat may hang in a database that does not answer. A participant needs a moment to end.
        unsure = clock.CreateTimer(_ => Lose(), null, Margin(until), Timeout.InfiniteTimeSpan);
        heartbeats = Task.Run(BeatAsync);
    }

    /// <summary>Cancelled when the lease is lost: the machine belongs to another from then on.</summary>
    public CancellationToken Lost => lost.Token;

    public bool IsLost => lost.IsCancellationRequested;

    public void Lose()
    {
        if (IsLost)
            return;
        LogLost(lease.RunId, lease.Attempt);
        lost.Cancel();
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
            if (await runs.RenewAsync(lease, now, now + options.Lease, either.Token))
                unsure.Change(Margin(now + options.Lease), Timeout.InfiniteTimeSpan);
            else
                Lose();
        }
        catch (Exception error) when (!finished.IsCancellationRequested)
        {
            LogMissed(lease.RunId, error);   // whatever it was, the lease was not renewed
        }
    }

    // From when the lease was asked for, not from when the answer came: the database may have taken its time.
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

    [LoggerMessage(610, LogLevel.Warning, "The lease of tournament run {RunId}, attempt {Attempt}, is lost; its participant is ended and nothing is recorded")]
    private partial void LogLost(Guid runId, int attempt);

    [LoggerMessage(611, LogLevel.Warning, "A heartbeat of tournament run {RunId} was missed")]
    private partial void LogMissed(Guid runId, Exception error);
}
