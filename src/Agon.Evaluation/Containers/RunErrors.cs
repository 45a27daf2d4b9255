using System.Globalization;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Containers;

/// <summary>Why a run is no completed one, in one sentence for the participant.</summary>
internal static class RunErrors
{
    internal static string Timeout(ParticipantRunSpec spec) =>
        $"stopped at the limit of {spec.TimeLimit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s";

    /// <summary>128 + n is how shells and engines write signal n.</summary>
    internal static string Exit(int code, bool killedForMemory, ParticipantRunSpec spec) => code switch
    {
        _ when killedForMemory => $"out of memory: more than {spec.Limits.MemoryBytes >> 20} MiB, files in memory included (exit code {code})",
        > 128 and <= 128 + 64 => $"ended by signal {code - 128}",
        _ => $"exit code {code}",
    };

    internal static string? Output(OutputEnd end, ParticipantRunSpec spec) => end switch
    {
        OutputEnd.Complete => null,
        OutputEnd.TooLarge => $"the output is larger than {spec.Limits.OutputBytes >> 20} MiB",
        OutputEnd.TooSlow => "the output has too many files to be read",
        _ => "the output holds files that their own user may not read",
    };
}
