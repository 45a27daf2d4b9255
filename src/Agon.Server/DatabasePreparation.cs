using Agon.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Agon.Server;

/// <summary>Brings the database up to date before anything else starts. Safe when several servers start at once.</summary>
internal sealed partial class DatabasePreparation(Database database, ILogger<DatabasePreparation> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var migration in await database.MigrateAsync(cancellationToken))
            LogApplied(migration);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(100, LogLevel.Information, "Applied migration {Migration}")]
    private partial void LogApplied(string migration);
}
