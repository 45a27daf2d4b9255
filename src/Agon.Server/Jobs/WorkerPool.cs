using System.Globalization;
using Agon.Domain.Jobs;
using Agon.Launchers.Local;
using Agon.Server.Devices;
using Agon.Storage.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Jobs;

/// <summary>
/// The workers of this process, each with one job at a time: as many as there are open jobs, between a minimum and a
/// maximum (contract section 11). They take turns in looking for work, so that idle ones cost the database nothing.
/// </summary>
internal sealed partial class WorkerPool(
    JobWorker worker, LocalLauncher launcher, JobStore jobs, News news, IOptions<JobOptions> options, IOptions<DeviceOptions> devices,
    IHostApplicationLifetime host, Drain drain, DatabaseOutage outage, TimeProvider clock, ILogger<WorkerPool> logger) : BackgroundService
{
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(1);

    private readonly JobOptions options = options.Value;
    private readonly SemaphoreSlim turn = new(1);
    private readonly Lock counting = new();
    private readonly List<Task> workers = [];
    private int count;
    private int names;
    private bool offered;

    /// <summary>How many workers there are.</summary>
    public int Count
    {
        get
        {
            lock (counting)
                return count;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.MaxWorkers == 0)
            return;
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, drain.Begun);
        await RunAsync(leaving.Token);
        await Task.WhenAll([LeaveAsync(), .. All()]);
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            await UntilHostStartedAsync(stoppingToken);
            await Patience.WithAsync(clock, () => false, async () =>
            {
                await jobs.SetWeightsAsync(new QueueWeights(options.TestWeight, options.RankedWeight), stoppingToken);
                await jobs.EnsureSlotsAsync(options.Machine, devices.Value.Slots, clock.GetUtcNow(), stoppingToken);
                return true;
            }, stoppingToken);
            offered = true;
            GrowTo(options.MinWorkers, stoppingToken);
            var slots = devices.Value.Slots.Values.Sum();
            await Task.WhenAll(StaySeenAsync(stoppingToken), launcher.KeepReadyAsync(Math.Min(slots, options.MaxWorkers), stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    // A server whose address is taken must not claim a job first, and take it along when it ends.
    private async Task UntilHostStartedAsync(CancellationToken stopping)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = host.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping);
    }

    private async Task StaySeenAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(options.HeartbeatEvery, clock);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                await jobs.SeeSlotsAsync(options.Machine, clock.GetUtcNow(), stopping);
                outage.Over();
            }
            catch (Exception error) when (Patience.IsAway(error))
            {
                if (!outage.Explains(error))
                    LogUnseen(error);   // the next tick tries again
            }
        }
    }

    // Who leaves takes up no job: its slots count no longer than until the next heartbeat of another process of this machine, which would see them again.
    private async Task LeaveAsync()
    {
        if (!offered)
            return;
        using var limit = new CancellationTokenSource(options.HeartbeatEvery, clock);
        try
        {
            await jobs.SeeSlotsAsync(options.Machine, clock.GetUtcNow() - options.Lease + 1.5 * options.HeartbeatEvery, limit.Token);
        }
        catch (Exception error) when (Patience.IsAway(error) || error is OperationCanceledException)
        {
            // They are gone when the lease is over.
        }
    }

    private async Task WorkAsync(string name, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await NextAsync(name, stopping) is not { } held)
                    return;
                // The job first: its lease is not renewed before it runs.
                await Task.WhenAll(worker.RunAsync(held, drain.Over), GrowAsync(stopping));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // A worker that died of one job would be missed by all that follow.
                if (!outage.Explains(error))
                    LogTrouble(name, error);
                await Task.Delay(AfterTrouble, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Null: the worker was idle for long and left.
    private async Task<HeldJob?> NextAsync(string name, CancellationToken stopping)
    {
        var idleSince = clock.GetTimestamp();
        while (!await turn.WaitAsync(options.IdleExit, stopping))
        {
            if (TryLeave())
                return null;
        }
        try
        {
            while (true)
            {
                stopping.ThrowIfCancellationRequested();
                var beat = news.Jobs.Next;
                var held = await worker.ClaimAsync(name);
                outage.Over();
                if (held is not null)
                    return held;
                if (clock.GetElapsedTime(idleSince) >= options.IdleExit && TryLeave())
                    return null;
                await beat.OrAfter(options.PollEvery, clock, stopping);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private bool TryLeave()
    {
        lock (counting)
        {
            if (count <= options.MinWorkers)
                return false;
            count--;
            return true;
        }
    }

    private async Task GrowAsync(CancellationToken stopping)
    {
        try
        {
            GrowTo(await jobs.OpenJobsAsync(stopping), stopping);
        }
        catch (Exception error) when (Patience.IsAway(error) || error is OperationCanceledException)
        {
            // The job in hand matters more; the next claim asks again.
        }
    }

    private void GrowTo(int wanted, CancellationToken stopping)
    {
        lock (counting)
        {
            workers.RemoveAll(done => done.IsCompleted);
            for (var target = Math.Clamp(wanted, options.MinWorkers, options.MaxWorkers); count < target && !stopping.IsCancellationRequested; count++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{options.Machine}/{Environment.ProcessId}/{++names}-{Guid.NewGuid():N}");
                workers.Add(Task.Run(() => WorkAsync(name, stopping), CancellationToken.None));
            }
        }
    }

    private Task[] All()
    {
        lock (counting)
            return [.. workers];
    }

    public override void Dispose()
    {
        turn.Dispose();
        base.Dispose();
    }

    [LoggerMessage(320, LogLevel.Error, "Worker {Worker} could not go on; it tries again")]
    private partial void LogTrouble(string worker, Exception error);

    [LoggerMessage(321, LogLevel.Warning, "This machine could not say that it is there; its slots may count as gone until it can")]
    private partial void LogUnseen(Exception error);
}
