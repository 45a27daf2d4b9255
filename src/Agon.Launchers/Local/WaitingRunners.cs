namespace Agon.Launchers.Local;

/// <summary>Runners that were started before there is a job for them: each has probed its sandbox, and takes one job.</summary>
/// <remarks>
/// A start costs a processor some tenths of a second, which would spoil the time of a job that runs beside it: so they are
/// started one after the other, and only while no job runs.
/// </remarks>
internal sealed class WaitingRunners(string runnerPath, TimeProvider clock)
{
    /// <summary>How old what a probe found may be when a job comes to rely on it.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    // A machine on which runners do not start must not spend its time on starting them.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Lock changing = new();
    private readonly List<RunnerProcess> waiting = [];
    private TaskCompletionSource quiet = NewSource();
    private RunnerStart? lastStart;
    private int jobs;

    /// <summary>How many could take a job at once.</summary>
    public int Ready
    {
        get
        {
            lock (changing)
                return waiting.Count(runner => runner.IsReady);
        }
    }

    /// <summary>How the latest start went; null before the first has ended.</summary>
    public RunnerStart? LastStart
    {
        get
        {
            lock (changing)
                return lastStart;
        }
    }

    /// <summary>A job begins: from now on none is started, until <see cref="EndJob"/>.</summary>
    /// <returns>A runner for it, which is the caller's to end; null if none waits that is alive and fresh.</returns>
    public RunnerProcess? BeginJob()
    {
        lock (changing)
        {
            jobs++;
            var runner = waiting.Find(IsFit);
            if (runner is not null)
                waiting.Remove(runner);
            return runner;
        }
    }

    public void EndJob()
    {
        lock (changing)
        {
            if (--jobs == 0)
                quiet.TrySetResult();
        }
    }

    /// <summary>Keeps so many waiting, until it is cancelled; then none is left.</summary>
    public async Task KeepAsync(int count, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var change = NextQuiet();
                await EndUnfitAsync();
                if (await StartMissingAsync(count, cancellationToken))
                    continue;
                await change.WaitAsync(LookEvery, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            await EndAsync(Remove(_ => true));
        }
    }

    /// <returns>Whether another one may be missing still.</returns>
    private async Task<bool> StartMissingAsync(int count, CancellationToken cancellationToken)
    {
        if (Start(count) is not { } runner)
            return false;
        await runner.HearFirstAsync(StartLimit, cancellationToken);
        lock (changing)
        {
            if (!waiting.Contains(runner))
                return true;   // a job may have taken it, and ended it by now
            lastStart = new RunnerStart(runner.Isolation);
            return runner.IsReady;
        }
    }

    // Taken before looking, so that no end of a job falls in between.
    private Task NextQuiet()
    {
        lock (changing)
        {
            if (quiet.Task.IsCompleted)
                quiet = NewSource();
            return quiet.Task;
        }
    }

    private RunnerProcess? Start(int count)
    {
        lock (changing)
        {
            if (jobs > 0 || waiting.Count >= count)
                return null;
            try
            {
                var runner = RunnerProcess.Start(runnerPath, clock);
                waiting.Add(runner);
                return runner;
            }
            catch (LaunchException)
            {
                lastStart = new RunnerStart(Isolation: null);
                return null;   // told by the next job, which starts a runner of its own
            }
        }
    }

    private Task EndUnfitAsync() => EndAsync(Remove(runner => !IsFit(runner)));

    private static bool IsFit(RunnerProcess runner) => runner.Age < LongestWait && runner.IsReady || runner.Age < StartLimit && runner.IsStarting;

    private List<RunnerProcess> Remove(Predicate<RunnerProcess> which)
    {
        lock (changing)
        {
            var removed = waiting.FindAll(which);
            waiting.RemoveAll(which);
            return removed;
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task EndAsync(List<RunnerProcess> runners) => Task.WhenAll(runners.Select(runner => runner.DisposeAsync().AsTask()));
}
