using Agon.Storage.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Jobs;

/// <summary>Queues the jobs of workers again that have gone silent. Every server does it; it does no harm twice.</summary>
internal sealed partial class LeaseRescuer(
    JobStore jobs, News news, TimeProvider clock, IOptions<JobOptions> options, ILogger<LeaseRescuer> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RescueEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RescueAsync(stoppingToken);
                }
                catch (Exception error) when (Patience.IsAway(error))
                {
                    LogDatabaseAway(error);   // the next tick tries again
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
        var rescued = await jobs.RescueAsync(clock.GetUtcNow(), cancellationToken);
        if (rescued == 0)
            return;
        LogRescued(rescued);
        news.Jobs.Beat();
    }

    [LoggerMessage(330, LogLevel.Warning, "{Count} jobs of silent workers were taken back")]
    private partial void LogRescued(int count);

    [LoggerMessage(331, LogLevel.Error, "The database did not answer; jobs of silent workers are looked for again at the next tick")]
    private partial void LogDatabaseAway(Exception error);
}
