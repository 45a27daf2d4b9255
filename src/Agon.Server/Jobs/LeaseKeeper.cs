namespace Agon.Server.Jobs;

/// <summary>What a lease keeper does with its lease, whatever the lease is of.</summary>
/// <param name="Renew">By the time now, until when. False: it is another's.</param>
/// <param name="Lost">Tells that it is lost.</param>
/// <param name="Missed">Tells why a heartbeat was missed.</param>
internal sealed record LeaseHandling(Func<DateTimeOffset, DateTimeOffset, CancellationToken, Task<bool>> Renew, Action Lost, Action<Exception> Missed);

/// <summary>Renews a lease while its work goes on, and ends the work as soon as the lease is lost or can no longer be sure.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly LeaseHandling lease;
    private readonly JobOptions options;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource lost = new();
    private readonly CancellationTokenSource finished = new();
    private readonly ITimer unsure;
    private readonly Task heartbeats;
    private volatile Renewal renewal;
    private volatile bool concluding;
    private bool isTold;

    public LeaseKeeper(LeaseHandling lease, DateTimeOffset until, JobOptions options, TimeProvider clock)
    {
        (this.lease, this.options, this.clock) = (lease, options, clock);
        renewal = new Renewal(clock.GetTimestamp(), Margin(until));
        unsure = clock.CreateTimer(_ => Doubt(), null, renewal.Margin, Timeout.InfiniteTimeSpan);
        heartbeats = Task.Run(BeatAsync);
    }

    /// <summary>False in one self-test alone, which shows that the check of leases is what keeps results apart.</summary>
    public bool Checks { get; init; } = true;

    /// <summary>Cancelled when the lease is lost: from then on nothing may be written, and what it was of belongs to another.</summary>
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
        if (!Checks || Interlocked.Exchange(ref isTold, true))
            return;
        lease.Lost();
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
            if (await lease.Renew(now, now + options.Lease, either.Token))
                Renewed(now + options.Lease);
            else
                Doubt();
        }
        catch (Exception error)
        {
            // Whatever it was, the lease was not renewed; and what was cut short had no answer. Once the work is over nobody needs it.
            if (!finished.IsCancellationRequested)
                lease.Missed(error is OperationCanceledException ? new TimeoutException("the database did not answer a heartbeat in time") : error);
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
}
