using Agon.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Agon.Server;

/// <summary>Brings the database up to date before anything else starts. Safe when several servers start at once.</summary>
internal sealed partial class DatabasePreparation(Database database, TimeProvider clock, ILogger<DatabasePreparation> logger) : IHostedLifecycleService
{
    // Leases are times: a clock that is seconds off ends them early for others, or late.
    private static readonly TimeSpan MostClockDifference = TimeSpan.FromSeconds(2);

    /// <summary>How long a database server that restarts just now is waited for.</summary>
    internal static readonly TimeSpan WorthTheWait = TimeSpan.FromSeconds(60);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var migration in await MigrateAsync(cancellationToken))
            LogApplied(migration);
        if (await database.ClockLeadAsync(clock, cancellationToken) is { } lead && lead.Duration() > MostClockDifference)
            LogClock(lead.TotalSeconds);
    }

    private async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        var giveUpAt = clock.GetUtcNow() + WorthTheWait;
        var told = false;
        while (true)
        {
            try
            {
                return await database.MigrateAsync(cancellationToken);
            }
            catch (Exception error) when (DatabaseFault.IsRestarting(error) && clock.GetUtcNow() < giveUpAt)
            {
                if (!told)
                    LogAway(error.Message, WorthTheWait.TotalSeconds);
                told = true;
                await Task.Delay(TimeSpan.FromSeconds(0.5), clock, cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(100, LogLevel.Information, "Applied migration {Migration}")]
    private partial void LogApplied(string migration);

    [LoggerMessage(102, LogLevel.Warning, "The database does not answer ({Reason}); it is waited for, {Seconds} s at most")]
    private partial void LogAway(string reason, double seconds);

    [LoggerMessage(101, LogLevel.Warning, "This machine's clock is {Seconds:+0.0;-0.0} s ahead of the database's: leases of jobs depend on it; synchronise the clocks")]
    private partial void LogClock(double seconds);
}
