using Agon.Domain.Runs;

namespace Agon.Evaluation.Sandbox;

/// <summary>Builds sandboxes on this machine, in the strongest way that works here.</summary>
public sealed class SandboxHost
{
    private SandboxHost(Isolation isolation) => Isolation = isolation;

    /// <summary>What probes found inside a sandbox that was just built.</summary>
    public Isolation Isolation { get; }

    /// <summary>Tries the ways to build a sandbox, strongest first, and probes the first that works.</summary>
    public static Task<SandboxHost> ProbeAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Runs one program to its end. Afterwards none of its processes and files is left.</summary>
    /// <param name="spec">The program.</param>
    /// <param name="onVerdictLine">Called for each complete line of the verdict channel as it comes, on another thread.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="SandboxFaultException">It could not be started or watched.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the program is gone.</exception>
    public Task<SandboxResult> RunAsync(SandboxSpec spec, Action<string>? onVerdictLine, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
