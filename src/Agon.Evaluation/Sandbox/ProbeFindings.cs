namespace Agon.Evaluation.Sandbox;

/// <summary>What probes inside a sandbox found out. Null: could not be tried there, so it counts as not held.</summary>
internal sealed record ProbeFindings
{
    /// <summary>Own process, network, ipc, mount and user namespace, and no foreign process in sight.</summary>
    public required bool Namespaces { get; init; }

    /// <summary>The host's owner of the program is neither root nor the runner's own uid.</summary>
    public required bool SpareUser { get; init; }

    /// <summary>The host's owner of the program is root.</summary>
    public required bool HostRoot { get; init; }

    /// <summary>No interface but lo, and an address outside is unreachable at once.</summary>
    public required bool NoNetwork { get; init; }

    /// <summary>The calls that the filter refuses were refused.</summary>
    public required bool Filter { get; init; }

    /// <summary>All capability sets empty, no new privileges, no new user namespace.</summary>
    public required bool NoRights { get; init; }

    /// <summary>Every writable place is full at its size, and there is no other.</summary>
    public required bool SizedDisk { get; init; }

    /// <summary>More processes than allowed could not be started.</summary>
    public required bool ProcessLimit { get; init; }

    /// <summary>Two processes that each stay below the memory limit, but not together, were stopped.</summary>
    public required bool MemoryOverAll { get; init; }
}
