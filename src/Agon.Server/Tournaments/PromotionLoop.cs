using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tournaments;

/// <summary>Makes winners the next baselines, beside everything else: a git server that is slow holds up nobody but them.</summary>
internal sealed partial class PromotionLoop(
    Promoter promoter, TimeProvider clock, IOptions<TournamentOptions> options, ILogger<PromotionLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
            return;
        using var timer = new PeriodicTimer(options.Value.OrchestrateEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    while (await promoter.TryNextAsync(tournamentId: null, stoppingToken))
                    {
                    }
                }
                catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    LogTrouble(error);   // what was held comes back when its lease runs out
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(642, LogLevel.Error, "Promotions could not go on; it is tried again")]
    private partial void LogTrouble(Exception error);
}
