using Agon.Server.Devices;
using Agon.Server.Jobs;
using Agon.Server.Telemetry;
using Agon.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server;

/// <summary>What the log keeps of this process's own life: what it is there for, when it was told to stop, and that it came to its end.</summary>
internal sealed partial class ProcessLog(
    HostStart start, Database database, IOptions<JobOptions> jobs, IOptions<DeviceOptions> devices, IOptions<DrainOptions> drain,
    IHostApplicationLifetime lifetime, ILogger<ProcessLog> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        start.IsOver = true;
        if (jobs.Value.MaxWorkers > 0)
            LogReady(jobs.Value.Machine, string.Join(", ", devices.Value.Slots.Select(slots => $"{slots.Key} ({slots.Value})")), database.Place);
        lifetime.ApplicationStopping.Register(() => LogStopping(drain.Value.Grace.TotalSeconds));
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (start.IsOver)
            LogStopped();
        return Task.CompletedTask;
    }

    [LoggerMessage(105, LogLevel.Information, "Workers are ready: machine {Machine}, devices (slots) {Devices}, data in {Place}")]
    private partial void LogReady(string machine, string devices, string place);

    [LoggerMessage(106, LogLevel.Information, "Told to stop: no new job is taken up; jobs under way have up to {Seconds} s to end")]
    private partial void LogStopping(double seconds);

    [LoggerMessage(107, LogLevel.Information, "Stopped")]
    private partial void LogStopped();
}
