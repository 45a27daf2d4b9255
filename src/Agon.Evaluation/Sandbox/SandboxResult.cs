using Agon.Domain.Runs;

namespace Agon.Evaluation.Sandbox;

/// <summary>How a program ended. Whatever is here is the program's doing; our own trouble is a <see cref="SandboxFaultException"/>.</summary>
public sealed record SandboxResult
{
    public required ProgramEnd End { get; init; }

    /// <summary>From the go signal to the end, monotonic clock.</summary>
    public required TimeSpan WallTime { get; init; }

    public required ResourceUse Resources { get; init; }

    /// <summary>The first bytes of each, as text; broken UTF-8 is replaced.</summary>
    public required string Stdout { get; init; }

    /// <inheritdoc cref="Stdout"/>
    public required string Stderr { get; init; }

    /// <summary>What came over the verdict channel, up to its cap: claims of the program. Empty if it had none.</summary>
    public required ReadOnlyMemory<byte> VerdictBytes { get; init; }

    /// <summary>What became of <see cref="SandboxSpec.Output"/>.</summary>
    public OutputEnd Output { get; init; }

    /// <summary><see cref="VerdictBytes"/> as text; broken UTF-8 is replaced.</summary>
    public string Verdict => System.Text.Encoding.UTF8.GetString(VerdictBytes.Span);
}

/// <summary>What became of an output folder.</summary>
public enum OutputEnd
{
    /// <summary>There was none, or the program did not end by itself with code 0.</summary>
    NotRead,
    Complete,

    /// <summary>Its archive is larger than the folder and what names may take.</summary>
    TooLarge,

    /// <summary>The program left files that its own user may not read.</summary>
    Unreadable,

    /// <summary>It took too long: too many files.</summary>
    TooSlow,
}

/// <summary>The ways to end.</summary>
public abstract record ProgramEnd
{
    private ProgramEnd()
    {
    }

    /// <summary>By itself.</summary>
    public sealed record Exited(int Code) : ProgramEnd;

    /// <summary>By a signal that was not ours: its own, or the kernel's (9 with <see cref="ResourceUse.KilledForMemory"/>).</summary>
    public sealed record Signalled(int Signal) : ProgramEnd;

    /// <summary>By us, at the wall limit.</summary>
    public sealed record TimedOut : ProgramEnd;

    /// <summary>By us: the verdict channel took more than it may.</summary>
    public sealed record VerdictOverflow : ProgramEnd;
}

/// <summary>The sandbox itself failed: the machine's fault or ours, never the program's. The job is to be tried again.</summary>
public sealed class SandboxFaultException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The sandbox is weaker than it has to be for this job; nothing was run.</summary>
public sealed class IsolationRefusedException(string message) : Exception(message);
