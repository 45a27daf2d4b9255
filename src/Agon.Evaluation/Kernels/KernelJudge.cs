using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>Judges one entry of a kernel leaderboard: the one implementation behind <c>agon eval</c> and <c>agon-runner</c>.</summary>
public sealed class KernelJudge(SandboxHost sandbox, TimeProvider clock)
{
    /// <summary>Runs the job's phases in order, up to the first that does not pass.</summary>
    /// <param name="job">What to judge.</param>
    /// <param name="progress">Told of each step as it happens, one call at a time.</param>
    /// <param name="cancellationToken">Ends the entry and the evaluation.</param>
    /// <exception cref="IsolationRefusedException">The sandbox is weaker than the task or the operator asks for.</exception>
    /// <exception cref="SandboxFaultException">The machine failed; the job can be tried again.</exception>
    public Task<Report> EvaluateAsync(EvaluationJob job, Action<EvaluationProgress> progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{sandbox}{clock}{job}{progress}{cancellationToken}");
}

/// <summary>What a judge tells while it works.</summary>
public abstract record EvaluationProgress
{
    private EvaluationProgress()
    {
    }

    public sealed record PhaseStarted(string Key) : EvaluationProgress;

    public sealed record PhaseEnded(string Key, bool Passed, double Seconds) : EvaluationProgress;

    /// <summary>One line for people, such as a case that passed. Bounded in length and number.</summary>
    public sealed record LogLine(string Text) : EvaluationProgress;
}
