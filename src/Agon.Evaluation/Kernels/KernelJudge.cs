using Agon.Domain.Problems;
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
    private const int ComplaintLines = 20;

    /// <summary>Prepares the harness once, then runs the job's phases in order, up to the first that does not pass.</summary>
    /// <param name="job">What to judge.</param>
    /// <param name="progress">Told of each step as it happens, one call at a time; a private run tells no log lines.</param>
    /// <param name="cancellationToken">Ends the entry and the evaluation.</param>
    /// <returns>A report; without success, and with the reason, where the task asks for what this device cannot do.</returns>
    /// <exception cref="IsolationRefusedException">The sandbox is weaker than the task or the operator asks for.</exception>
    /// <exception cref="SandboxFaultException">The machine failed; the job can be tried again.</exception>
    public async Task<Report> EvaluateAsync(EvaluationJob job, Action<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        IsolationGate.Check(sandbox.Isolation, job.Task.Agon.MinIsolation, job.Device.TrustAllSubmitters);
        if (KernelTask.Unsupported(job, Machine.GpuCount()) is { } reason)
            return Refused(job, reason);
        switch (job.Task.Config)
        {
            case TaskConfig.Python(var main):
                return await RunAsync(await PythonHarness.PrepareAsync(job, main, sandbox, clock, cancellationToken), progress, cancellationToken);
            case TaskConfig.Compiled config:
                return await Compiler.FindAsync(job.Task.Lang) is { } compiler
                    ? await CompileAndRunAsync(job, config, compiler, progress, cancellationToken)
                    : Refused(job, $"this device has no {Compiler.NameFor(job.Task.Lang)}, so it cannot compile tasks of lang {job.Task.Lang}");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private Report Refused(EvaluationJob job, string reason) =>
        new() { Success = false, Error = reason, System = Machine.Describe(job.Gpu, runtime: "", sandbox.Isolation) };

    private async Task<Report> CompileAndRunAsync(
        EvaluationJob job, TaskConfig.Compiled config, Compiler compiler, Action<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        const string Step = "compile";
        progress(new EvaluationProgress.PhaseStarted(Step));
        var start = clock.GetUtcNow();
        var harness = await CompiledHarness.CompileAsync(job, config, compiler, sandbox, Phases.PreparationLimit, cancellationToken);
        var end = clock.GetUtcNow();
        var compilation = harness.Compilation!;
        if (!compilation.Success && job.Mode != EvaluationMode.Private)
        {
            foreach (var line in compilation.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(ComplaintLines))
                progress(new EvaluationProgress.LogLine(PlainText.OneLine(line, CaseLog.MaxLength)));
        }
        progress(new EvaluationProgress.PhaseEnded(Step, compilation.Success, (end - start).TotalSeconds));
        if (compilation.Success)
            return await RunAsync(harness, progress, cancellationToken);

        // A phase that has a compilation and no run: it is the first one that is missing.
        var missing = Phases.Of(job.Task, job.Mode).Take(1)
            .Select(phase => new PhaseResult(phase.Key, start, end, phase.Cases.Length, compilation, Run: null));
        return Complete(harness, [.. missing]);
    }

    private async Task<Report> RunAsync(Harness harness, Action<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        var results = new List<PhaseResult>();
        foreach (var phase in Phases.Of(harness.Job.Task, harness.Job.Mode))
        {
            var result = await RunAsync(harness, phase, progress, cancellationToken);
            results.Add(result);
            if (!result.Passed)
                break;
        }
        return Complete(harness, results);
    }

    private Report Complete(Harness harness, IReadOnlyList<PhaseResult> results) => new()
    {
        Success = true,
        System = Machine.Describe(harness.Job.Gpu, harness.Runtime, sandbox.Isolation),
        Phases = results,
    };

    private async Task<PhaseResult> RunAsync(Harness harness, Phase phase, Action<EvaluationProgress> progress, CancellationToken cancellationToken)
    {
        var prepared = harness.Start(phase);
        // A case line may give a secret seed's inputs away: of a private run only its phases are told.
        var log = harness.Job.Mode == EvaluationMode.Private ? null : new CaseLog(phase);

        progress(new EvaluationProgress.PhaseStarted(phase.Key));
        Tell(prepared.Remark);
        var start = clock.GetUtcNow();
        var result = await sandbox.RunAsync(prepared.Spec, line => Tell(log?.Read(line)), cancellationToken);
        var end = clock.GetUtcNow();

        var run = HarnessOutcome.Held(HarnessOutcome.Of(result, prepared.Spec), phase) with { Command = prepared.Command };
        var (shown, profile) = ProfileTrace.TakeFrom(run, prepared.Profile);
        var ended = new PhaseResult(phase.Key, start, end, phase.Cases.Length, harness.Compilation, shown) { Profile = profile };
        progress(new EvaluationProgress.PhaseEnded(phase.Key, ended.Passed, run.DurationSeconds));
        return ended;

        void Tell(string? text)
        {
            if (text is not null)
                progress(new EvaluationProgress.LogLine(text));
        }
    }
}
