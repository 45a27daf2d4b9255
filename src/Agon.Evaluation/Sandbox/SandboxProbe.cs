using Agon.Domain.Runs;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>Finds the strongest sandbox that this machine can build, by building it and trying to get out.</summary>
internal static class SandboxProbe
{
    private const string Python = "/usr/bin/python3";
    private static readonly string[] BubblewrapPaths = ["/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap"];

    /// <summary>All ways that this machine seems to have, strongest first.</summary>
    internal static async Task<IReadOnlyList<IBoxBuilder>> CandidatesAsync() =>
        BubblewrapPath is { } path && await VersionOfAsync(path) is { } version
            ? [new Bubblewrap(path, version), new UnshareBox()]
            : [new UnshareBox()];

    /// <summary>The candidate that calls itself so; null if there is none.</summary>
    internal static IBoxBuilder? BuilderOf(string mechanism)
    {
        IBoxBuilder[] candidates = BubblewrapPath is { } path ? [new Bubblewrap(path, mechanism.Split(' ', 2)[^1]), new UnshareBox()] : [new UnshareBox()];
        return candidates.FirstOrDefault(candidate => candidate.Mechanism == mechanism);
    }

    /// <summary>The bubblewrap that sandboxes are built with; null if there is none.</summary>
    internal static string? BubblewrapPath => BubblewrapPaths.FirstOrDefault(File.Exists);

    /// <summary>The first candidate whose probes show any isolation; else no walls at all, and why.</summary>
    internal static async Task<SandboxHost> FindAsync(
        IReadOnlyList<IBoxBuilder> candidates, ControlGroupPlace? groups, CancellationToken cancellationToken)
    {
        var failures = new List<MissingDefence>();
        if (!candidates.Any(candidate => candidate is Bubblewrap))
            failures.Add(new MissingDefence("bubblewrap", "apt-get install bubblewrap (0.8 or later)"));
        foreach (var candidate in candidates)
            try
            {
                var found = await LookAsync(Host(candidate, groups), cancellationToken);
                var (level, missing) = IsolationRules.Judge(found);
                missing = [.. failures, .. missing];
                if (level > IsolationLevel.None)
                    return new SandboxHost(candidate, groups, new Isolation(level, candidate.Mechanism, missing));
                failures = [.. missing];
            }
            catch (SandboxFaultException fault)
            {
                failures.Add(new MissingDefence(candidate.Mechanism, $"it fails here ({fault.Message}); {IsolationRules.NamespaceCure}"));
            }

        var plain = new PlainBox();
        return new SandboxHost(plain, groups, new Isolation(IsolationLevel.None, plain.Mechanism, failures));
    }

    private static async Task<ProbeFindings> LookAsync(SandboxHost host, CancellationToken cancellationToken)
    {
        var around = AskAsync(host, ["/bin/sh", "-c", ProbePrograms.LookAround], cancellationToken);
        var forks = AskAsync(host, ["/bin/sh", "-c", ProbePrograms.ForkMany], cancellationToken);
        var memory = AskAsync(host, ["/bin/sh", "-c", ProbePrograms.EatMemory], cancellationToken);
        var calls = File.Exists(Python)
            ? AskAsync(host, [Python, "-S", "-c", ProbePrograms.TryCalls], cancellationToken)
            : Task.FromResult<ProbeAnswers?>(null);
        await Task.WhenAll(around, forks, memory, calls);
        return Findings((await around)!, (await forks)!, (await memory)!, await calls);
    }

    private static ProbeFindings Findings(ProbeAnswers around, ProbeAnswers forks, ProbeAnswers memory, ProbeAnswers? calls)
    {
        if (around["looked"] is null || calls is not null && calls["tried"] is null)
            throw new SandboxFaultException("the probes did not come to their end");
        string[] kinds = ["pid", "net", "ipc", "mnt", "user"], sets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];
        const int ownProcesses = 4;
        return new ProbeFindings
        {
            Namespaces = kinds.All(kind => around[kind] is { } inside && inside != OwnNamespace(kind))
                && around.Number("processes") <= ownProcesses,
            HostRoot = around.HostUser is null or 0,
            SpareUser = around.HostUser is { } user && user != 0 && user != SpawnNative.EffectiveUser(),
            NoNetwork = around["interfaces"]?.Trim() is "lo" or "" && (calls is null || calls["connect"] == "ENETUNREACH"),
            Filter = around["Seccomp"] == "2" && (calls is null || ProbePrograms.Refusals.All(call => calls[call.Name] == call.Error)),
            NoRights = sets.All(set => around[set]?.Trim('0').Length == 0) && around["NoNewPrivs"] == "1" && around["newuser"] == "no",
            SizedDisk = around["wrote"] is null && around["unlimited"] is null,
            ProcessLimit = forks["forked"] is not null && forks.Number("forked") <= ProbePrograms.Processes,
            MemoryOverAll = memory.KilledForMemory,
        };
    }

    private static async Task<ProbeAnswers?> AskAsync(SandboxHost host, string[] command, CancellationToken cancellationToken)
    {
        var spec = new SandboxSpec
        {
            Command = command,
            Limits = new SandboxLimits
            {
                WallTime = TimeSpan.FromSeconds(10),
                ScratchBytes = ProbePrograms.ScratchBytes,
                Processes = ProbePrograms.Processes,
                MemoryBytes = command[0] == Python ? new SandboxLimits().MemoryBytes : ProbePrograms.MemoryBytes,
                OutputBytes = 16 << 10,
            },
        };
        var (result, hostUser) = await host.WatchAsync(spec, null, cancellationToken);
        return new ProbeAnswers(result, hostUser);
    }

    private static SandboxHost Host(IBoxBuilder candidate, ControlGroupPlace? groups) =>
        new(candidate, groups, new Isolation(IsolationLevel.None, candidate.Mechanism, []));

    private static string? OwnNamespace(string kind) => new FileInfo($"/proc/self/ns/{kind}").LinkTarget;

    /// <summary>Null: it is there, but cannot be started.</summary>
    private static async Task<string?> VersionOfAsync(string path)
    {
        try
        {
            return (await CommandOutput.ReadAsync(path, "--version")).Split(' ')[^1] is { Length: > 0 and < 20 } version ? version : "of unknown version";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
