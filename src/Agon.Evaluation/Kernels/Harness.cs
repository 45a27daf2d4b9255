using System.Collections.Immutable;
using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>A job's harness, prepared once and then started anew, in a sandbox of its own, for every phase.</summary>
internal abstract record Harness(EvaluationJob Job)
{
    /// <summary>What runs it, as reports say it: <c>Python 3.11.2</c>.</summary>
    public required string Runtime { get; init; }

    /// <summary>What was compiled on the way; null for nothing.</summary>
    public Compilation? Compilation { get; init; }

    /// <summary>One phase, ready to start.</summary>
    public abstract HarnessStart Start(Phase phase);

    /// <summary>What all languages share: the phase's limits and environment, its cases in a file, the verdict channel.</summary>
    protected SandboxSpec Sandboxed(Phase phase, IEnumerable<string> command, ImmutableDictionary<string, string> files) => new()
    {
        Command = [.. command],
        Environment = KernelTask.Environment(Job),
        Files = files,
        VerdictChannel = true,
        Limits = KernelTask.Limits(Job, phase.TimeLimit) with { VerdictBytes = KernelTask.MaxVerdictBytes },
        Cores = Job.Device.Cores,
        Devices = KernelTask.Devices(Job),
    };
}

/// <summary>One start of a harness.</summary>
/// <param name="Spec">What the sandbox gets.</param>
/// <param name="Command">The harness and its arguments, as reports show it: without the scripts of ours that start it.</param>
internal sealed record HarnessStart(SandboxSpec Spec, string Command)
{
    /// <summary>Set where a profiler watches.</summary>
    public Profile? Profile { get; init; }

    /// <summary>Said once the phase has started; null for nothing.</summary>
    public string? Remark { get; init; }
}
