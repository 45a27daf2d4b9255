using Agon.Contracts.Runs;

namespace Agon.Launchers.Local;

/// <summary>Runs jobs on this machine: one <c>agon-runner</c> process a job.</summary>
/// <param name="runnerPath">Absolute path of the <c>agon-runner</c> program.</param>
/// <param name="clock">For the grace period of an ending runner.</param>
public sealed class LocalLauncher(string runnerPath, TimeProvider clock)
{
    /// <summary>
    /// Starts a runner, hands it the job, passes on its progress and waits for its report. The runner ends when this
    /// process ends, however it ends, since it then loses its standard input.
    /// </summary>
    /// <param name="job">The job; it travels over the runner's standard input, so that no file and no command line holds its seed.</param>
    /// <param name="onProgress">Called for each phase and log line, one at a time, in order.</param>
    /// <param name="cancellationToken">Ends the runner and everything that it started.</param>
    /// <returns>The report, as the runner made it.</returns>
    /// <exception cref="LaunchException">The runner could not be started, died, or said that the machine failed: try again.</exception>
    public Task<FullResult> RunAsync(JobDocument job, Func<RunnerLine, Task> onProgress, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{runnerPath}{clock}{job}{onProgress}{cancellationToken}");
}

/// <summary>A place where jobs run failed to run one: never the entry's fault.</summary>
public sealed class LaunchException(string message, Exception? inner = null) : Exception(message, inner);
