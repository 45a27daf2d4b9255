using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>Whether a job may run in the sandbox that this machine can build (threats 5.7).</summary>
internal static class IsolationGate
{
    /// <exception cref="IsolationRefusedException">It may not.</exception>
    public static void Check(Isolation found, IsolationLevel needed, bool trustAllSubmitters)
    {
        if (Refusal(found, needed, trustAllSubmitters) is { } reason)
            throw new IsolationRefusedException(reason);
    }

    /// <summary>Why the job may not run, in one sentence; null if it may.</summary>
    public static string? Refusal(Isolation found, IsolationLevel needed, bool trustAllSubmitters) => found.Level switch
    {
        var level when level < needed =>
            $"the sandbox of this machine reaches isolation '{Word(level)}', but the task needs '{Word(needed)}'{Cure(found)}",
        IsolationLevel.None when !trustAllSubmitters =>
            "this machine has no sandbox (isolation 'none'), so nothing runs unless the operator says "
            + $"--i-trust-all-submitters{Cure(found)}",
        _ => null,
    };

    private static string Word(IsolationLevel level) => level.ToString().ToLowerInvariant();

    private static string Cure(Isolation found) =>
        found.Missing is [var first, ..] ? $"; what would raise it: {first.Name}: {first.Cure}" : "";
}
