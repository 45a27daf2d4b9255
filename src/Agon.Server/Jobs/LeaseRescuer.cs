using Agon.Storage.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Jobs;

/// <summary>
/// Queues the jobs of workers again that have gone silent, and cures rows that a wrong clock wrote into the future.
/// Every server does it; it does no harm twice.
/// </summary>
internal sealed partial class LeaseRescuer(
    JobStore jobs, FutureRows future, News news, DatabaseOutage outage, TimeProvider clock, IOptions<JobOptions> options, ILogger<LeaseRescuer> logger) : BackgroundService
{
    // Beyond the waits between attempts and the differences of clocks that are in step.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    // By this process's own timer, which no jump of a clock touches.
    private readonly Dictionary<FarLease, long> firstSeen = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RescueEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await CureAsync(stoppingToken);
                    await RescueAsync(stoppingToken);
                    outage.Over();
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    if (!outage.Explains(error))
                        LogRoundFailed(error);   // the next tick tries again
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>One round.</summary>
    public async Task RescueAsync(CancellationToken cancellationToken)
    {
        await foreach (var job in jobs.RescueAsync(clock.GetUtcNow(), cancellationToken))
        {
            if (job.IsQueuedAgain)
                LogRescued(job.JobId, job.SubmissionId, job.Attempt, job.Machine, job.Worker);
            else
                LogFailed(job.JobId, job.SubmissionId, job.Attempt, job.Machine, job.Worker);
            news.Jobs.Beat();
        }
    }

    /// <summary>
    /// Ends each lease from the far future that was not renewed for as long as it lasts: its worker is as silent as one
    /// whose lease ran out. And lets no job wait for a time that only a wrong clock can have meant.
    /// </summary>
    public async Task CureAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var far = await future.LeasesAsync(now + LongestWait, cancellationToken);
        foreach (var renewed in firstSeen.Keys.Except(far).ToList())
            firstSeen.Remove(renewed);
        foreach (var lease in far)
        {
            if (firstSeen.TryAdd(lease, clock.GetTimestamp()) || clock.GetElapsedTime(firstSeen[lease]) < lease.Length)
                continue;
            LogFarLease(lease.JobId, lease.SubmissionId, lease.RenewedAt);
            await future.EndAsync(lease, now, cancellationToken);
        }
        if (await future.FetchAsync(now + LongestWait, now, cancellationToken) is > 0 and var fetched)
        {
            LogFetched(fetched);
            news.Jobs.Beat();
        }
    }

    [LoggerMessage(330, LogLevel.Warning, "Job {JobId} of submission {SubmissionId} is queued again: its worker fell silent in attempt {Attempt}, on machine {Machine} ({Worker})")]
    private partial void LogRescued(long jobId, long submissionId, int attempt, string machine, string worker);

    [LoggerMessage(335, LogLevel.Error, "Job {JobId} of submission {SubmissionId} has failed for good by the platform's fault: its worker fell silent in attempt {Attempt}, too, on machine {Machine} ({Worker})")]
    private partial void LogFailed(long jobId, long submissionId, int attempt, string machine, string worker);

    [LoggerMessage(334, LogLevel.Error, "A round that takes jobs of silent workers back failed in part; the next tick tries again")]
    private partial void LogRoundFailed(Exception error);

    [LoggerMessage(332, LogLevel.Warning, "The lease of job {JobId} of submission {SubmissionId} was last renewed at {RenewedAt}, which is yet to come, and not since: a clock is wrong; the job is taken back")]
    private partial void LogFarLease(long jobId, long submissionId, DateTimeOffset renewedAt);

    [LoggerMessage(333, LogLevel.Warning, "{Count} jobs or slots were to wait for a time far ahead: a clock is wrong; they wait no longer")]
    private partial void LogFetched(int count);
}
