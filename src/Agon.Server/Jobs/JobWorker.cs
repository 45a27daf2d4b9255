using Agon.Contracts.Runs;
using Agon.Domain.Jobs;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;
using Agon.Launchers.Local;
using Agon.Server.Devices;
using Agon.Server.Telemetry;
using Agon.Storage;
using Agon.Storage.Jobs;
using Agon.Storage.Submissions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Jobs;

/// <summary>A job that this process holds.</summary>
/// <param name="Lease">The right to run it.</param>
/// <param name="Until">When that right ends, unless it is renewed.</param>
internal sealed record HeldJob(JobLease Lease, DateTimeOffset Until);

/// <summary>
/// Takes one job through its life: 1. claim, 2. describe, 3. run, with progress and heartbeats beside it, 4. record.
/// It may die between any two lines: the lease runs out, and another worker starts over.
/// </summary>
internal sealed partial class JobWorker(
    JobStore jobs, SubmissionStore submissions, LocalLauncher launcher, ServerSettings settings, IOptions<JobOptions> options, IOptions<DeviceOptions> devices,
    News news, Metrics metrics, JobObservations observations, Surroundings surroundings, DatabaseOutage outage, TimeProvider clock, ILogger<JobWorker> logger)
{
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(5);

    /// <summary>The oldest job that can run here, now held by this worker; null if there is none.</summary>
    public async Task<HeldJob?> ClaimAsync(string worker)
    {
        // Not cut short by a shutdown: a claim that was committed and not heard of would wait for its lease to run out.
        using var limit = new CancellationTokenSource(options.Value.HeartbeatEvery, clock);
        var now = clock.GetUtcNow();
        var until = now + options.Value.Lease;
        try
        {
            var lease = await jobs.ClaimAsync(worker, options.Value.Machine, now, until, limit.Token);
            return lease is null ? null : new HeldJob(lease, until);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"the database did not answer a claim within {options.Value.HeartbeatEvery}");
        }
    }

    /// <summary>Runs the job and records what came of it. Ends early, and hands the job back, on <paramref name="stopping"/>.</summary>
    public async Task RunAsync(HeldJob held, CancellationToken stopping)
    {
        var lease = held.Lease;
        LogStarted(lease.JobId, lease.SubmissionId, lease.Gpu, lease.Attempt);
        news.Submission(lease.SubmissionId).Beat();
        Task<bool>? isDeleted = null;
        await using var keeper = new LeaseKeeper(HandlingOf(lease, () => isDeleted = Task.Run(() => TellLossAsync(lease))), held.Until, options.Value, clock) { Checks = surroundings is { ChecksLeases: true, DoubtsLeases: true } };
        var origin = await OriginAsync(lease, keeper.Lost);
        using var telemetry = AttemptTelemetry.Begin(metrics, lease, origin, held.Until - options.Value.Lease, clock);
        var ending = await AttemptAsync(lease, keeper, telemetry, stopping);
        using (telemetry.Step("record"))
            await RecordAsync(lease, keeper, ending);
        telemetry.End(!keeper.IsLost ? ending.Word : isDeleted is not null && await isDeleted ? AttemptEnding.DeletedWord : new AttemptEnding.LeaseLost().Word);
        news.Submission(lease.SubmissionId).Beat();
        news.Jobs.Beat();   // a slot is free, and a secret job may wait behind this one
    }

    private LeaseHandling HandlingOf(JobLease lease, Action lost) => new(
        (now, until, cancellationToken) => jobs.RenewAsync(lease, now, until, cancellationToken),
        lost,
        outage.Or(error => LogMissed(lease.JobId, lease.SubmissionId, error)));

    // Whose entry runs may delete it: that is no fault of ours, and must not ring anybody's bell.
    private async Task<bool> TellLossAsync(JobLease lease)
    {
        var isDeleted = await IsDeletedAsync(lease.SubmissionId);
        if (isDeleted)
            LogDeleted(lease.JobId, lease.SubmissionId);
        else
            LogLost(lease.JobId, lease.SubmissionId, lease.Attempt);
        return isDeleted;
    }

    private async Task<bool> IsDeletedAsync(long submissionId)
    {
        using var limit = new CancellationTokenSource(Brief, clock);
        try
        {
            return (await submissions.HeadsAsync([submissionId], limit.Token)).Count == 0;
        }
        catch (Exception error) when (Patience.IsAway(error) || error is OperationCanceledException)
        {
            return false;
        }
    }

    // For measurements alone: a database that is away for a moment costs them, and not the job.
    private async Task<JobOrigin?> OriginAsync(JobLease lease, CancellationToken cancellationToken)
    {
        if (!metrics.Enabled && !Traces.Source.HasListeners())
            return null;
        try
        {
            return await observations.OriginAsync(lease.JobId, cancellationToken);
        }
        catch (Exception error) when (Patience.IsAway(error) || error is OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<AttemptEnding> AttemptAsync(JobLease lease, LeaseKeeper keeper, AttemptTelemetry telemetry, CancellationToken stopping)
    {
        using var sure = CancellationTokenSource.CreateLinkedTokenSource(keeper.Lost, stopping);
        try
        {
            var began = clock.GetTimestamp();
            var job = await Patience.WithAsync(clock, () => keeper.IsLost || clock.GetElapsedTime(began) > options.Value.Lease, () => jobs.DescribeAsync(lease, sure.Token), sure.Token);
            if (job is null)
            {
                keeper.Lose();
                return new AttemptEnding.LeaseLost();
            }
            job = job with { Device = devices.Value.SettingsOf(lease.Gpu, settings.TrustAllSubmitters) };
            return new AttemptEnding.Reported(job, await EvaluateAsync(lease, keeper, telemetry, job, sure.Token));
        }
        catch (Exception) when (keeper.IsLost)
        {
            return new AttemptEnding.LeaseLost();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return new AttemptEnding.HandedBack();
        }
        catch (LaunchException error)
        {
            LogBroken(lease.JobId, lease.SubmissionId, lease.Attempt, lease.Secret ? "not shown" : error.LastWords, lease.Secret ? null : error);
            return new AttemptEnding.Broken(lease.Secret ? "the secret run did not come back" : error.Message);
        }
        catch (Exception error)
        {
            // A bug of ours must not take the other jobs of this process with it. Its text might quote anything.
            LogBug(lease.JobId, lease.SubmissionId, lease.Attempt, error.GetType().Name, lease.Secret ? null : error);
            return new AttemptEnding.Broken("the worker failed");
        }
    }

    private async Task<Report> EvaluateAsync(
        JobLease lease, LeaseKeeper keeper, AttemptTelemetry telemetry, EvaluationJob job, CancellationToken cancellationToken)
    {
        using var runner = telemetry.Step("runner");
        var progress = new ProgressRecorder(jobs, lease, news, keeper, clock);
        using var remarks = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var recording = progress.RecordAsync(remarks.Token);
        try
        {
            var result = await launcher.RunAsync(JobDocument.From(job), line =>
            {
                if (line.Runner == RunnerState.Started)
                    LogAtWork(lease.JobId, lease.SubmissionId);
                progress.Hear(line);
                telemetry.Hear(line);
                return Task.CompletedTask;
            }, () => keeper.Left, cancellationToken);
            return result.ToReport();
        }
        finally
        {
            progress.Finish();
            remarks.CancelAfter(Brief);
            await recording.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // lost remarks do not spoil a result
        }
    }

    private async Task RecordAsync(JobLease lease, LeaseKeeper keeper, AttemptEnding ending)
    {
        switch (ending)
        {
            case AttemptEnding.LeaseLost:
                return;
            case AttemptEnding.HandedBack:
                await ReleaseAsync(lease, keeper, "this process stops");
                return;
            case AttemptEnding.Broken(var reason):
                await FailAsync(lease, keeper, reason);
                return;
            case AttemptEnding.Reported(var job, var report):
                var inTheWay = await CompleteAsync(lease, keeper, job, report);
                // A disk that is full says nothing of the job: whatever it takes, it is run again.
                if (inTheWay is not null && DatabaseFault.IsAway(inTheWay))
                    await ReleaseAsync(lease, keeper, "its result could not be recorded just now");
                else if (inTheWay is not null)
                    await FailAsync(lease, keeper, "the result could not be recorded");
                return;
        }
    }

    private Task<Exception?> CompleteAsync(JobLease lease, LeaseKeeper keeper, EvaluationJob job, Report report)
    {
        var outcome = SubmissionOutcome.Of(job.Task, job.Mode, lease.Gpu, report);
        var score = ScoringRules.Of(job.Task.RankingBy, report) is ScoreOutcome.Scored scored ? scored.Seconds : (double?)null;
        return InsistAsync(lease, keeper, options.Value.Lease, () => jobs.CompleteAsync(lease, report, outcome, score, clock.GetUtcNow(), CancellationToken.None),
            () => LogEnded(lease.JobId, lease.SubmissionId, outcome.Status));
    }

    private Task<Exception?> ReleaseAsync(JobLease lease, LeaseKeeper keeper, string reason) =>
        InsistAsync(lease, keeper, Brief, () => jobs.ReleaseAsync(lease, clock.GetUtcNow(), CancellationToken.None),
            () => LogHandedBack(lease.JobId, lease.SubmissionId, reason));

    private Task<Exception?> FailAsync(JobLease lease, LeaseKeeper keeper, string reason) =>
        InsistAsync(lease, keeper, Brief, () => jobs.FailAttemptAsync(lease, reason, clock.GetUtcNow(), CancellationToken.None), written: () => { });

    // Every write is refused that comes after the lease, so insisting is harmless; a database that stays away leaves the job to the rescuer.
    /// <returns>Null where the database answered: what it refuses, since the lease is gone, is done with, too.</returns>
    private async Task<Exception?> InsistAsync(JobLease lease, LeaseKeeper keeper, TimeSpan longest, Func<Task<bool>> write, Action written)
    {
        var began = clock.GetTimestamp();
        keeper.Conclude();
        try
        {
            if (await Patience.WithAsync(clock, () => keeper.IsLost || clock.GetElapsedTime(began) > longest, write, CancellationToken.None))
            {
                written();
            }
            else
            {
                LogRefused(lease.JobId, lease.SubmissionId, lease.Attempt);
                keeper.Lose();
            }
            return null;
        }
        catch (Exception error) when (Patience.IsAway(error))
        {
            var isExplained = outage.Explains(error);
            LogUnrecorded(lease.JobId, lease.SubmissionId, isExplained || lease.Secret ? null : error);
            return error;
        }
    }

    [LoggerMessage(300, LogLevel.Information, "Job {JobId} of submission {SubmissionId} started on {Gpu}, attempt {Attempt}")]
    private partial void LogStarted(long jobId, long submissionId, string gpu, int attempt);

    [LoggerMessage(310, LogLevel.Warning, "The lease of job {JobId} of submission {SubmissionId}, attempt {Attempt}, is lost; its runner is ended, and what it may still bring is refused")]
    private partial void LogLost(long jobId, long submissionId, int attempt);

    [LoggerMessage(313, LogLevel.Information, "Submission {SubmissionId} was deleted while its job {JobId} ran; the runner is ended")]
    private partial void LogDeleted(long jobId, long submissionId);

    [LoggerMessage(312, LogLevel.Warning, "The database refused what attempt {Attempt} at job {JobId} of submission {SubmissionId} brought: its lease was over")]
    private partial void LogRefused(long jobId, long submissionId, int attempt);

    [LoggerMessage(311, LogLevel.Warning, "A heartbeat of job {JobId} of submission {SubmissionId} was missed")]
    private partial void LogMissed(long jobId, long submissionId, Exception error);

    [LoggerMessage(306, LogLevel.Information, "Job {JobId} of submission {SubmissionId} is with its runner")]
    private partial void LogAtWork(long jobId, long submissionId);

    [LoggerMessage(301, LogLevel.Information, "Job {JobId} of submission {SubmissionId} ended: {Status}")]
    private partial void LogEnded(long jobId, long submissionId, string status);

    [LoggerMessage(302, LogLevel.Information, "Job {JobId} of submission {SubmissionId} was handed back, since {Reason}")]
    private partial void LogHandedBack(long jobId, long submissionId, string reason);

    [LoggerMessage(303, LogLevel.Error, "The runner of job {JobId} of submission {SubmissionId} failed, attempt {Attempt}; it last said: {LastWords}")]
    private partial void LogBroken(long jobId, long submissionId, int attempt, string lastWords, Exception? error);

    [LoggerMessage(304, LogLevel.Error, "The worker of job {JobId} of submission {SubmissionId} failed, attempt {Attempt}: {Kind}")]
    private partial void LogBug(long jobId, long submissionId, int attempt, string kind, Exception? error);

    [LoggerMessage(305, LogLevel.Error, "The end of job {JobId} of submission {SubmissionId} was not recorded; it is taken up again, when its lease runs out at the latest")]
    private partial void LogUnrecorded(long jobId, long submissionId, Exception? error);
}
