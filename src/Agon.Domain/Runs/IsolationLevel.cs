namespace Agon.Domain.Runs;

/// <summary>How well a sandbox holds, from what probes inside it found, never from what is installed (threats 5.7).</summary>
public enum IsolationLevel
{
    /// <summary>No process or network namespace, or the host's root: trusted code only, and only if the operator said so.</summary>
    None,

    /// <summary>Namespaces, but no system-call filter or no sized disk.</summary>
    Weak,

    /// <summary>Namespaces and filter; limits by rlimits.</summary>
    Standard,

    /// <summary>Namespaces, filter, cgroup limits on processes and memory, no shared uid.</summary>
    Strong,
}

/// <summary>The level that a sandbox reached and what kept it from a higher one.</summary>
/// <param name="Level">What the probes proved.</param>
/// <param name="Mechanism">What builds the sandbox: <c>bubblewrap 0.8.0</c>, <c>unshare</c> or <c>none</c>.</param>
/// <param name="Missing">What is not there, each with the cure; empty at <see cref="IsolationLevel.Strong"/>.</param>
public sealed record Isolation(IsolationLevel Level, string Mechanism, IReadOnlyList<MissingDefence> Missing);

/// <summary>One mechanism that a sandbox lacks.</summary>
/// <param name="Name">The mechanism, such as <c>system-call filter</c>.</param>
/// <param name="Cure">What an operator can do about it, a command where there is one.</param>
public sealed record MissingDefence(string Name, string Cure);
