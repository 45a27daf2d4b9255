using System.Collections.Immutable;
using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>How a compiler fared.</summary>
internal static class CompileOutcome
{
    /// <summary>The largest program that is taken out of a compiler's sandbox.</summary>
    public const int MostProgramBytes = 64 << 20;

    public static Compilation Of(SandboxResult result, Compiler compiler, ImmutableArray<string> words, TimeSpan limit)
    {
        var success = result.End is ProgramEnd.Exited(0) && !result.VerdictBytes.IsEmpty;
        return new Compilation(
            NvccFound: true, compiler.Version, success, string.Join(' ', words),
            PlainText.Truncate(result.Stdout),
            HarnessOutcome.WithNotes(PlainText.Truncate(result.Stderr), Note(result, limit)),
            HarnessOutcome.ExitCode(result.End));
    }

    private static string? Note(SandboxResult result, TimeSpan limit) => result switch
    {
        { End: ProgramEnd.TimedOut } => $"error: the compiler did not end within {limit.TotalSeconds:0.##} s and was ended",
        { End: ProgramEnd.VerdictOverflow } => $"error: the program is larger than {MostProgramBytes >> 20} MiB",
        { Resources.KilledForMemory: true } => "error: the compiler used more memory than allowed and was ended",
        _ => null,
    };
}
