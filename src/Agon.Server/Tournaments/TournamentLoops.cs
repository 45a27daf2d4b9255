using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tournaments;

/// <summary>What a process does for tournaments again and again. A round that fails is told, and the next tick tries again: a server does more than tournaments.</summary>
internal abstract class TournamentChore(DatabaseOutage outage, TimeProvider clock, TournamentOptions options, TimeSpan every) : BackgroundService
{
    protected abstract Task RoundAsync(CancellationToken stopping);

    protected abstract void LogTrouble(Exception error);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Enabled)
            return;
        using var timer = new PeriodicTimer(every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryRoundAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task TryRoundAsync(CancellationToken stopping)
    {
        try
        {
            await RoundAsync(stopping);
            outage.Over();
        }
        catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            if (!outage.Explains(error))
                LogTrouble(error);
        }
    }
}

/// <summary>Looks at statuses and dates (S050). Every server does it; it does no harm twice.</summary>
internal sealed partial class OrchestratorLoop(
    TournamentOrchestrator orchestrator, DatabaseOutage outage, TimeProvider clock, IOptions<TournamentOptions> options, ILogger<OrchestratorLoop> logger)
    : TournamentChore(outage, clock, options.Value, options.Value.OrchestrateEvery)
{
    private readonly TimeProvider clock = clock;

    protected override Task RoundAsync(CancellationToken stopping) =>
        orchestrator.TickAllAsync(type: null, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), stopping);

    [LoggerMessage(640, LogLevel.Error, "Tournaments could not get on; they are looked at again at the next tick")]
    protected override partial void LogTrouble(Exception error);
}

/// <summary>Makes tournament runs on this machine, one at a time; what was held when a round failed comes back when its lease runs out.</summary>
internal sealed partial class TournamentLoop(
    TournamentWorker worker, DatabaseOutage outage, TimeProvider clock, IOptions<TournamentOptions> options, ILogger<TournamentLoop> logger)
    : TournamentChore(outage, clock, options.Value, options.Value.PollEvery)
{
    protected override async Task RoundAsync(CancellationToken stopping)
    {
        await worker.RescueAsync(stopping);
        while (await worker.RunNextAsync(tournamentId: null, stopping))
        {
        }
    }

    [LoggerMessage(641, LogLevel.Error, "Tournament runs could not go on; it is tried again")]
    protected override partial void LogTrouble(Exception error);
}

/// <summary>Makes winners the next baselines, beside everything else: a git server that is slow holds up nobody but them.</summary>
internal sealed partial class PromotionLoop(
    Promoter promoter, DatabaseOutage outage, TimeProvider clock, IOptions<TournamentOptions> options, ILogger<PromotionLoop> logger)
    : TournamentChore(outage, clock, options.Value, options.Value.OrchestrateEvery)
{
    protected override async Task RoundAsync(CancellationToken stopping)
    {
        while (await promoter.TryNextAsync(tournamentId: null, stopping))
        {
        }
    }

    [LoggerMessage(642, LogLevel.Error, "Promotions could not go on; it is tried again")]
    protected override partial void LogTrouble(Exception error);
}
