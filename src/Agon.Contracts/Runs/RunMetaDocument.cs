using Agon.Domain.Runs;

namespace Agon.Contracts.Runs;

/// <summary><c>runs.meta</c> (contract section 12): how the harness ran; what Agon adds stands behind the contract's keys.</summary>
public sealed record RunMetaDocument
{
    public required string Stdout { get; init; }
    public required string Stderr { get; init; }
    public required bool Success { get; init; }
    public required int ExitCode { get; init; }
    public required string Command { get; init; }

    /// <summary>Seconds.</summary>
    public required double Duration { get; init; }

    /// <summary>User and system time of the whole tree in nanoseconds; null is not known. Additive.</summary>
    public long? CpuTimeNs { get; init; }

    /// <summary>Null is not known. Additive.</summary>
    public long? PeakMemoryBytes { get; init; }

    public static RunMetaDocument From(HarnessRun run)
    {
        var document = HarnessRunDocument.From(run);
        return new RunMetaDocument
        {
            Stdout = document.Stdout,
            Stderr = document.Stderr,
            Success = document.Success,
            ExitCode = document.ExitCode,
            Command = document.Command,
            Duration = document.Duration,
            CpuTimeNs = document.CpuTimeNs,
            PeakMemoryBytes = document.PeakMemoryBytes,
        };
    }
}
