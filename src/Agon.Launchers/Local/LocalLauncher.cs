using System.Text.Json;
using Agon.Contracts.Runs;
using Agon.Domain.Runs;

namespace Agon.Launchers.Local;

/// <summary>Runs jobs on this machine: one <c>agon-runner</c> process a job, started beforehand if it may be.</summary>
/// <param name="runnerPath">Absolute path of the <c>agon-runner</c> program.</param>
/// <param name="clock">For the deadline of a job and the grace period of an ending runner.</param>
public sealed class LocalLauncher(string runnerPath, TimeProvider clock)
{
    /// <summary>What a job may take beyond the limits of its preparation and its phases: start, probes, interpreter, report.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);

    // What a timer can hold; a task that asks for more gets this.
    private static readonly TimeSpan LongestLimit = TimeSpan.FromDays(30);

    private readonly WaitingRunners waiting = new(runnerPath, clock);

    /// <summary>How many runners wait for a job, their sandbox probed.</summary>
    public int Ready => waiting.Ready;

    /// <summary>How the latest start of a runner that was to wait went; null before the first has ended.</summary>
    public RunnerStart? LastStart => waiting.LastStart;

    /// <summary>
    /// Keeps so many runners waiting for jobs, until it is cancelled; each is replaced when its job has ended, when it dies,
    /// and when what its probe found is old. While a job runs none is started.
    /// </summary>
    public Task KeepReadyAsync(int runners, CancellationToken cancellationToken) => waiting.KeepAsync(runners, cancellationToken);

    /// <summary>
    /// Hands the job to a runner that waits, or else to a new one, passes on its progress and waits for its report. The
    /// runner ends when this process ends, however it ends, since it then loses its standard input.
    /// </summary>
    /// <param name="job">The job; it travels over the runner's standard input, so that no file and no command line holds its seed.</param>
    /// <param name="onProgress">Called when the runner has read its job, and for each phase and log line; one at a time, in order.</param>
    /// <param name="left">How long the runner may go on unless it is told again: a caller that is stopped cannot end it, so it ends by itself.</param>
    /// <param name="cancellationToken">Ends the runner and everything that it started.</param>
    /// <returns>The report, as the runner made it.</returns>
    /// <exception cref="LaunchException">The runner could not be started, died, or said that the machine failed: try again.</exception>
    public async Task<FullResult> RunAsync(
        JobDocument job, Func<RunnerLine, Task> onProgress, Func<TimeSpan> left, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var limit = TimeLimit(job);
        using var deadline = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var ready = waiting.BeginJob();
        try
        {
            return ready is not null && await TryAsync(ready, job, onProgress, left, either.Token) is { } report
                ? report
                : await JudgeAsync(RunnerProcess.Start(runnerPath, clock), job, onProgress, left, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new LaunchException($"the runner made no report within {limit.TotalSeconds} s and was ended");
        }
        finally
        {
            waiting.EndJob();
        }
    }

    /// <summary>Null: the runner had died while it waited, and did nothing for the job.</summary>
    private static async Task<FullResult?> TryAsync(
        RunnerProcess runner, JobDocument job, Func<RunnerLine, Task> onProgress, Func<TimeSpan> left, CancellationToken cancellationToken)
    {
        try
        {
            return await JudgeAsync(runner, job, onProgress, left, cancellationToken);
        }
        catch (LaunchException) when (!runner.HasBegun)
        {
            return null;
        }
    }

    private static async Task<FullResult> JudgeAsync(
        RunnerProcess started, JobDocument job, Func<RunnerLine, Task> onProgress, Func<TimeSpan> left, CancellationToken cancellationToken)
    {
        await using var runner = started;
        runner.Send(job, left);
        await foreach (var line in runner.ReadLinesAsync(cancellationToken))
        {
            if (line.Report is { } report)
                return report;
            if (line.Fault is { } fault)
                throw new LaunchException(fault);
            await onProgress(line);
        }
        throw await runner.DiedAsync();
    }

    private static TimeSpan TimeLimit(JobDocument document)
    {
        try
        {
            var job = document.ToJob();
            var sum = Phases.Of(job.Task, job.Mode).Aggregate(Margin + Phases.PreparationLimit, (sum, phase) => sum + phase.TimeLimit);
            return sum < LongestLimit ? sum : LongestLimit;
        }
        catch (JsonException error)
        {
            throw new LaunchException($"the job cannot be handed to a runner: {error.Message}", error);
        }
    }
}

/// <summary>How the start of a runner went.</summary>
/// <param name="Isolation">What its sandbox holds; null if it did not get as far as telling.</param>
public sealed record RunnerStart(Isolation? Isolation);

/// <summary>A place where jobs run failed to run one: never the entry's fault.</summary>
public sealed class LaunchException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the runner last said, for the operator's log alone: it may speak of the machine. Empty if it said nothing.</summary>
    public string LastWords { get; init; } = "";
}
