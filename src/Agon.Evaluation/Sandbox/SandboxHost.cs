using Agon.Domain.Runs;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>Builds sandboxes on this machine, in the strongest way that works here.</summary>
public sealed class SandboxHost
{
    private readonly IBoxBuilder builder;
    private readonly ControlGroupPlace? groups;

    internal SandboxHost(IBoxBuilder builder, ControlGroupPlace? groups, Isolation isolation) =>
        (this.builder, this.groups, Isolation) = (builder, groups, isolation);

    /// <summary>What probes found inside a sandbox that was just built.</summary>
    public Isolation Isolation { get; }

    /// <summary>Tries the ways to build a sandbox, strongest first, and probes the first that works.</summary>
    /// <remarks>Never fails for lack of isolation: then the level is <see cref="IsolationLevel.None"/> and says why.</remarks>
    public static async Task<SandboxHost> ProbeAsync(CancellationToken cancellationToken) =>
        await ProbeAsync(await SandboxProbe.CandidatesAsync(), ControlGroupPlace.Find(), cancellationToken);

    /// <summary>As <see cref="ProbeAsync(CancellationToken)"/>, from these candidates only.</summary>
    internal static Task<SandboxHost> ProbeAsync(
        IReadOnlyList<IBoxBuilder> candidates, ControlGroupPlace? groups, CancellationToken cancellationToken) =>
        SandboxProbe.FindAsync(candidates, groups, cancellationToken);

    /// <summary>Runs one program to its end. Afterwards none of its processes and files is left.</summary>
    /// <param name="spec">The program.</param>
    /// <param name="onVerdictLine">Called for each complete line of the verdict channel as it comes, on another thread.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="SandboxFaultException">It could not be started or watched.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the program is gone.</exception>
    public async Task<SandboxResult> RunAsync(SandboxSpec spec, Action<string>? onVerdictLine, CancellationToken cancellationToken) =>
        (await WatchAsync(spec, onVerdictLine, cancellationToken)).Result;

    /// <summary>As <see cref="RunAsync"/>, with what the host saw of the program's owner.</summary>
    internal Task<(SandboxResult Result, uint? HostUser)> WatchAsync(
        SandboxSpec spec, Action<string>? onVerdictLine, CancellationToken cancellationToken)
    {
        SandboxSpecRules.Check(spec);
        return DedicatedThread.RunAsync("sandbox", () => Run(spec, onVerdictLine, cancellationToken));
    }

    private (SandboxResult Result, uint? HostUser) Run(SandboxSpec spec, Action<string>? onVerdictLine, CancellationToken cancellationToken)
    {
        var marker = Guid.NewGuid().ToString("N");
        try
        {
            // A program without walls keeps our user: it could not read its interpreter as another one.
            using var user = SpareUser.Possible && builder is not PlainBox ? SpareUser.Take() : null;
            using var group = groups?.Create(spec.Limits);
            using var box = builder.Build(spec, FolderStage.Folders(spec, user));
            var run = new SandboxRun(spec, box, group, marker, onVerdictLine, cancellationToken);
            var result = run.Execute(channels =>
                SandboxCommand.Of(spec, box, user, group, limitMemoryEach: group is null, marker, channels));
            return (result, run.HostUser);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new SandboxFaultException($"the sandbox ({builder.Mechanism}) failed: {error.Message}", error);
        }
    }
}
