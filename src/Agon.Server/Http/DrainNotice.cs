using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Agon.Server.Http;

/// <summary>Keeps the listener open for a while after the word to stop, so that a balancer can turn away before it closes.</summary>
internal sealed class DrainNotice(IOptions<DrainOptions> options, IHostApplicationLifetime lifetime, TimeProvider clock) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Who never listened has nobody to warn.
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        lifetime.ApplicationStarted.IsCancellationRequested ? Task.Delay(options.Value.Notice, clock, cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
