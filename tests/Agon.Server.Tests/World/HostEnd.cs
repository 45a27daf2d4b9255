using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Agon.Server.Tests.World;

internal static class HostEnd
{
    /// <summary>
    /// Waits until all that it started has ended, unless it never started, or a test has stopped it already. Disposing alone
    /// tells the workers to end, and does not wait: they would go on with files that the test deletes.
    /// </summary>
    public static async Task StopOnceAsync(this IHost host)
    {
        var life = host.Services.GetRequiredService<IHostApplicationLifetime>();
        if (life.ApplicationStarted.IsCancellationRequested && !life.ApplicationStopped.IsCancellationRequested)
            await host.StopAsync();
    }
}
