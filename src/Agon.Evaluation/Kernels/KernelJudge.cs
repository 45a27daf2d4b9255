using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>Judges one entry of a kernel leaderboard: the one implementation behind <c>agon eval</c> and <c>agon-runner</c>.</summary>
/// <remarks>
/// A harness of the contract imports the entry into its own process, so nothing that comes back is believed: its
/// verdict is a list of claims, parsed strictly (threats 6.8); exit status and times are ours.
/// </remarks>
public sealed class KernelJudge(SandboxHost sandbox, TimeProvider clock)
{
    /// <summary>Runs the job's phases in order, up to the first that does not pass.</summary>
    /// <param name="job">What to judge.</param>
    /// <param name="progress">Told of each step as it happens, one call at a time; a private run tells no log lines.</param>
    /// <param name="cancellationToken">Ends the entry and the evaluation.</param>
    /// <returns>A report; without success, and with the reason, where the task asks for what no runner can do.</returns>
    /// <exception cref="IsolationRefusedException">The sandbox is weaker than the task or the operator asks for.</exception>
    /// <exception cref="SandboxFaultException">The machine failed; the job can be tried again.</exception>
    public async Task<Report> EvaluateAsync(EvaluationJob job, Action<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        IsolationGate.Check(sandbox.Isolation, job.Task.Agon.MinIsolation, job.Device.TrustAllSubmitters);
        if (KernelTask.Unsupported(job) is { } reason)
            return new Report { Success = false, Error = reason, System = Machine.Describe(job.Gpu, runtime: "", sandbox.Isolation) };

        var interpreter = await Interpreter.FindAsync(job.Device.Interpreter, clock, cancellationToken);
        var results = new List<PhaseResult>();
        foreach (var phase in Phases.Of(job.Task, job.Mode))
        {
            var result = await RunAsync(job, phase, interpreter, progress, cancellationToken);
            results.Add(result);
            if (!result.Passed)
                break;
        }
        return new Report
        {
            Success = true,
            System = Machine.Describe(job.Gpu, interpreter.Runtime, sandbox.Isolation),
            Phases = results,
        };
    }

    private async Task<PhaseResult> RunAsync(
        EvaluationJob job, Phase phase, Interpreter interpreter, Action<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        var spec = KernelTask.Sandboxed(job, phase, interpreter);
        // A case line may give a secret seed's inputs away: of a private run only its phases are told.
        var log = job.Mode == EvaluationMode.Private ? null : new CaseLog(phase);

        progress(new EvaluationProgress.PhaseStarted(phase.Key));
        var start = clock.GetUtcNow();
        var result = await sandbox.RunAsync(spec, line => Tell(log?.Read(line)), cancellationToken);
        var end = clock.GetUtcNow();

        var run = HarnessOutcome.Held(HarnessOutcome.Of(result, spec), phase);
        var ended = new PhaseResult(phase.Key, start, end, phase.Cases.Length, Compilation: null, run);
        progress(new EvaluationProgress.PhaseEnded(phase.Key, ended.Passed, run.DurationSeconds));
        return ended;

        void Tell(string? text)
        {
            if (text is not null)
                progress(new EvaluationProgress.LogLine(text));
        }
    }
}
