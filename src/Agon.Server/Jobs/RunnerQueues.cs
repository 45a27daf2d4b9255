using Agon.Contracts.Submissions;
using Agon.Storage.Jobs;
using Microsoft.Extensions.Options;

namespace Agon.Server.Jobs;

/// <summary>How busy a device is (contract section 2, <c>runner_queue</c>).</summary>
internal sealed class RunnerQueues(JobStore jobs, IOptions<JobOptions> options, TimeProvider clock)
{
    public const string LocalRunner = "Local";

    /// <summary>The queue of a device, by the name that leaderboards spell.</summary>
    public async Task<RunnerQueueView> OfAsync(string gpu, CancellationToken cancellationToken)
    {
        var queue = await jobs.QueueAsync(gpu, clock.GetUtcNow() - options.Value.Lease, cancellationToken);
        return new RunnerQueueView
        {
            Runner = LocalRunner,
            Gpu = gpu,
            QueuedJobs = queue.Queued,
            RunningJobs = queue.Running,
            AvailableRunners = Math.Max(0, queue.Slots - queue.Running),
            Status = queue.Slots > 0 ? "available" : "unavailable",
            Error = queue.Slots > 0 ? null : $"no machine with a device '{gpu}' is connected",
        };
    }

    public static RunnerQueueView Unknown(string gpu) => new()
    {
        Runner = "unknown",
        Gpu = gpu,
        QueuedJobs = null,
        RunningJobs = null,
        AvailableRunners = null,
        Status = "unavailable",
        Error = $"there is no device '{gpu}'",
    };
}
