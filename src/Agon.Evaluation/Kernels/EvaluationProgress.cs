namespace Agon.Evaluation.Kernels;

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
