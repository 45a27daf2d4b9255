using System.ComponentModel;
using Agon.Domain.Runs;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>Builds sandboxes on this machine, in the strongest way that works here.</summary>
/// <remarks>
/// <para>Theory of operation. Each program has one thread of ours, which spawns it, watches it and reaps it. Processes, outermost first:</para>
/// <list type="number">
/// <item><c>outer</c>, a shell with our rights: joins the control group, then turns into setpriv (a spare uid if we are root,
/// and the wish to die with our thread), taskset, and the builder: bubblewrap or unshare.</item>
/// <item><c>first</c>, a shell, process 1 inside. It keeps one right that the program lacks, so the program can neither trace
/// nor read it; as process 1 it is deaf to the program's signals. It waits for the program and tells how it ended.</item>
/// <item><c>inner</c>, a shell without any rights and under all limits: says that the sandbox stands, waits for the go, and
/// turns into the program.</item>
/// </list>
/// <para>Life: 1. uid, control group and files are prepared; 2. the sandbox is built; 3. environment and go are sent, and only
/// now may foreign code run: whoever dies before leaves nothing behind but shells whose read ends; 4. the program ends, or the
/// limit, the verdict's cap or the token ends it; of one that ended well, process 1, alone by now, sends the output folder where
/// there is one; 5. process 1 is killed, and with it the namespace; pipes are drained, briefly.</para>
/// <para>Channels (<see cref="SandboxChannels"/>): a socket pair for ready and go, left to the program as its verdict channel at 3
/// if it has one; its output and its errors; the complaints of our tools; and how it ended, which only <c>first</c> holds. The end
/// of a program is decided by <c>first</c> and by the kernel, never by the end of a pipe, which a daemon could hold open.</para>
/// <para>What the program could try, and what stops it: to outlive us (the namespace dies with process 1, process 1 with its
/// parent, that with our thread), to forge its end (no descriptor, no tracing), to use more (rlimits, control group, sized
/// memory disks), to see or reach anything (namespaces, read-only binds of /usr alone), to widen its rights (none, none to gain,
/// no user namespaces, the filter). What it says over the verdict channel stays a claim. tests/exploits/sandbox tries it all.</para>
/// </remarks>
public sealed class SandboxHost
{
    private readonly IBoxBuilder builder;
    private readonly ControlGroupPlace? groups;
    private readonly ProbeMemory? memory;

    /// <param name="builder">How to build a sandbox.</param>
    /// <param name="groups">Where control groups can be made; null for nowhere.</param>
    /// <param name="isolation">What probes found.</param>
    /// <param name="memory">Where that was remembered: to be forgotten with the first sandbox that fails. Null if it was found just now.</param>
    internal SandboxHost(IBoxBuilder builder, ControlGroupPlace? groups, Isolation isolation, ProbeMemory? memory = null) =>
        (this.builder, this.groups, Isolation, this.memory) = (builder, groups, isolation, memory);

    /// <summary>What probes found inside a sandbox that was built for them.</summary>
    public Isolation Isolation { get; }

    /// <summary>Tries the ways to build a sandbox, strongest first, and probes the first that works.</summary>
    /// <remarks>Never fails for lack of isolation: then the level is <see cref="IsolationLevel.None"/> and says why.</remarks>
    public static async Task<SandboxHost> ProbeAsync(CancellationToken cancellationToken) =>
        await ProbeAsync(await SandboxProbe.CandidatesAsync(), ControlGroupPlace.Find(), cancellationToken);

    /// <summary>As <see cref="ProbeAsync(CancellationToken)"/>, but takes what this user's probes found today on this very machine, if it is remembered.</summary>
    /// <remarks>
    /// For one's own entries at home: a server's runner always probes. What is remembered decides how sandboxes are built and what is told of them, never what
    /// they are built with: one that cannot be built in that way is a fault, and the next call probes again.
    /// </remarks>
    public static Task<SandboxHost> RecallAsync(TimeProvider clock, CancellationToken cancellationToken) =>
        RecallAsync(ProbeMemory.OfThisUser(clock), cancellationToken);

    /// <inheritdoc cref="RecallAsync(TimeProvider, CancellationToken)"/>
    internal static async Task<SandboxHost> RecallAsync(ProbeMemory memory, CancellationToken cancellationToken)
    {
        var groups = ControlGroupPlace.Find();
        var machine = MachineFingerprint.Of(groups is not null);
        if (memory.Recall(machine) is { } isolation && SandboxProbe.BuilderOf(isolation.Mechanism) is { } builder)
            return new SandboxHost(builder, groups, isolation, memory);
        var host = await ProbeAsync(await SandboxProbe.CandidatesAsync(), groups, cancellationToken);
        memory.Keep(machine, host.Isolation);
        return host;
    }

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
        if (builder is PlainBox && (spec.Output is not null || spec.Mounts.Count > 0))
            throw new IsolationRefusedException("a program whose folders are mounted needs a sandbox, and none can be built on this machine");
        return DedicatedThread.RunAsync("sandbox", () => Run(spec, onVerdictLine, cancellationToken));
    }

    private (SandboxResult Result, uint? HostUser) Run(SandboxSpec spec, Action<string>? onVerdictLine, CancellationToken cancellationToken)
    {
        var marker = Guid.NewGuid().ToString("N");
        try
        {
            // 1. What a sandbox needs on the host. A program without walls keeps our user: it may need our files to run.
            using var user = SpareUser.Possible && builder is not PlainBox ? SpareUser.Take() : null;
            using var group = groups?.Create(spec.Limits);
            using var box = builder.Build(spec, FolderStage.Folders(spec, user));
            using var channels = new SandboxChannels(spec.Limits, onVerdictLine);
            var command = SandboxCommand.Of(spec, box, user, group, marker, channels.Inside);
            var run = new SandboxRun(spec, box, group, channels, marker, cancellationToken);
            return (run.Execute(command), run.HostUser);
        }
        catch (SandboxFaultException)
        {
            memory?.Forget();
            throw;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Win32Exception or EntryPointNotFoundException)
        {
            memory?.Forget();
            throw new SandboxFaultException($"the sandbox ({builder.Mechanism}) failed: {error.Message}", error);
        }
    }
}
