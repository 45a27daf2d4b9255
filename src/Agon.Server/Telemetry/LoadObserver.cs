using Agon.Server.Jobs;
using Agon.Storage.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Telemetry;

/// <summary>Looks at the queues and the slots now and then, so that a gauge never waits for the database.</summary>
internal sealed partial class LoadObserver(
    JobObservations jobs, Metrics metrics, IOptions<JobOptions> options, DatabaseOutage outage, TimeProvider clock, ILogger<LoadObserver> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            do
            {
                try
                {
                    metrics.See(await jobs.LoadsAsync(clock.GetUtcNow() - options.Value.Lease, stoppingToken));
                    outage.Over();
                }
                catch (Exception error) when (Patience.IsAway(error))
                {
                    if (!outage.Explains(error))
                        LogTrouble(error);
                    metrics.See([]);   // no number is better than an old one
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(410, LogLevel.Error, "Queues and slots could not be counted; their gauges say nothing until they can")]
    private partial void LogTrouble(Exception error);
}
