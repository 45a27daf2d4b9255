using System.Collections.Concurrent;
using Agon.Contracts.Submissions;
using Agon.Storage.Jobs;
using Agon.Storage.Submissions;
using Microsoft.Extensions.Options;

namespace Agon.Server.Jobs;

/// <summary>How busy a device is (contract section 2, <c>runner_queue</c>).</summary>
internal sealed class RunnerQueues(JobStore jobs, SubmissionStore submissions, IOptions<JobOptions> options, TimeProvider clock)
{
    public const string LocalRunner = "Local";

    // Who comes behind so many hears no less if they were counted a second ago, and to count them each time would cost more than to take him in.
    private const int LongQueue = 1000;
    private static readonly TimeSpan LongQueueStays = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (QueueState State, long CountedAt)> longQueues = new();

    // Is asked for with every entry that comes.
    private readonly SharedQuestions<string, QueueState> states = new(
        gpu => jobs.QueueAsync(gpu, SeenSince(options.Value, clock), CancellationToken.None), clock);

    /// <summary>The queue of a device, by the name that leaderboards spell.</summary>
    public async Task<RunnerQueueView> OfAsync(string gpu, CancellationToken cancellationToken)
    {
        var queue = await StateAsync(gpu).WaitAsync(cancellationToken);
        return new RunnerQueueView
        {
            Runner = LocalRunner,
            Gpu = gpu,
            QueuedJobs = queue.Queued,
            RunningJobs = queue.Running,
            AvailableRunners = queue.Free,
            Status = queue.Slots > 0 ? "available" : "unavailable",
            Error = queue.Slots > 0 ? null : $"no machine with a device '{gpu}' is connected",
        };
    }

    private async Task<QueueState> StateAsync(string gpu)
    {
        if (longQueues.TryGetValue(gpu, out var known) && clock.GetElapsedTime(known.CountedAt) < LongQueueStays)
            return known.State;
        var state = await states.AskAsync(gpu);
        if (state.Queued > LongQueue)
            longQueues[gpu] = (state, clock.GetTimestamp());
        return state;
    }

    /// <summary>Where a submission waits, and how long yet; null if none of its jobs does.</summary>
    public Task<QueuePlace?> PlaceAsync(long submissionId, CancellationToken cancellationToken) =>
        submissions.QueuePlaceAsync(submissionId, SeenSince(options.Value, clock), cancellationToken);

    // A machine that fell silent for a lease offers nothing.
    private static DateTimeOffset SeenSince(JobOptions options, TimeProvider clock) => clock.GetUtcNow() - options.Lease;

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
