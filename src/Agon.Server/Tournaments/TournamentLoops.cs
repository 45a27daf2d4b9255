using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tournaments;

/// <summary>Looks at statuses and dates (S050). Every server does it; it does no harm twice.</summary>
internal sealed partial class OrchestratorLoop(
    TournamentOrchestrator orchestrator, TimeProvider clock, IOptions<TournamentOptions> options, ILogger<OrchestratorLoop> logger) : BackgroundService
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
                    await orchestrator.TickAllAsync(type: null, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), stoppingToken);
                }
                catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    LogTrouble(error);   // the next tick tries again; a server does more than tournaments
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(640, LogLevel.Error, "Tournaments could not get on; they are looked at again at the next tick")]
    private partial void LogTrouble(Exception error);
}

/// <summary>Makes tournament runs on this machine, one at a time.</summary>
internal sealed partial class TournamentLoop(
    TournamentWorker worker, TimeProvider clock, IOptions<TournamentOptions> options, ILogger<TournamentLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Enabled)
            return;
        using var timer = new PeriodicTimer(options.Value.PollEvery, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await worker.RescueAsync(stoppingToken);
                    while (await worker.RunNextAsync(tournamentId: null, stoppingToken))
                    {
                    }
                }
                catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    LogTrouble(error);   // the next tick tries again; what was held comes back when its lease runs out
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    [LoggerMessage(641, LogLevel.Error, "Tournament runs could not go on; it is tried again")]
    private partial void LogTrouble(Exception error);
}
