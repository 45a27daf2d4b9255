using Agon.Domain.Runs;

namespace Agon.Evaluation.Sandbox;

/// <summary>Which level a sandbox reaches by what was found in it (threats 5.7), and the cure for what is missing.</summary>
internal static class IsolationRules
{
    /// <summary>The level, and what keeps it from the next one.</summary>
    internal static (IsolationLevel Level, IReadOnlyList<MissingDefence> Missing) Judge(ProbeFindings found)
    {
        var missing = new List<MissingDefence>();
        var level = IsolationLevel.Strong;
        foreach (var (holds, otherwise, name, cure) in Table(found))
        {
            if (holds) continue;
            missing.Add(new MissingDefence(name, cure));
            if (otherwise < level) level = otherwise;
        }

        return (level, missing);
    }

    private static IEnumerable<(bool Holds, IsolationLevel Otherwise, string Name, string Cure)> Table(ProbeFindings found) =>
    [
        (found.Namespaces, IsolationLevel.None, "own namespaces", NamespaceCure),
        (found.NoNetwork, IsolationLevel.None, "closed network", NamespaceCure),
        (!found.HostRoot, IsolationLevel.None, "a user that is not the host's root", "run as an ordinary user, or as a root that may take uid 61000 and up"),
        (found.NoRights, IsolationLevel.Weak, "no rights and no way to new ones", "apt-get install bubblewrap (0.8 or later)"),
        (found.Filter, IsolationLevel.Weak, "system-call filter", "apt-get install bubblewrap (0.8 or later, on x86-64)"),
        (found.SizedDisk, IsolationLevel.Weak, "sized disk", "apt-get install bubblewrap (0.8 or later)"),
        (found.ProcessLimit, IsolationLevel.Weak, "limit on processes", GroupCure),
        (found.MemoryOverAll, IsolationLevel.Standard, "memory limit over all processes", GroupCure),
        (found.SpareUser, IsolationLevel.Standard, "a uid of its own for each sandbox", "run the runner as root: it then gives each sandbox a spare uid"),
    ];

    internal const string NamespaceCure =
        "allow user namespaces: sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000, " +
        "on Ubuntu also kernel.apparmor_restrict_unprivileged_userns=0; in a container, start that one with --privileged";

    private const string GroupCure = "run the runner as root on a machine whose memory and pids control groups it may write";
}
