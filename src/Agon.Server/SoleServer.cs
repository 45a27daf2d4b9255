using Agon.Storage;
using Microsoft.Extensions.Hosting;

namespace Agon.Server;

/// <summary>Keeps a second server off a SQLite file, before anything else starts. PostgreSQL takes any number.</summary>
internal sealed class SoleServer(Database database) : IHostedLifecycleService, IDisposable
{
    private IDisposable? place;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        place = database.EnterAsServer();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // After the last request was answered: whoever comes next finds nobody writing.
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => Interlocked.Exchange(ref place, null)?.Dispose();
}
