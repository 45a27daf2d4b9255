using Agon.Domain.Runs;
using Agon.Domain.Scoring;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>How a harness fared, from how its process ended and what it claimed (contract section 8.3).</summary>
internal static class HarnessOutcome
{
    // What SIGKILL is: the signal that we end a program with.
    private const int Killed = -9;

    public static HarnessRun Of(SandboxResult result, SandboxSpec spec) => result.End switch
    {
        ProgramEnd.Exited(var code) => Ended(result, spec, HarnessExit.IsSuccess(code)),
        ProgramEnd.Signalled => Ended(result, spec, success: false),
        ProgramEnd.TimedOut => CutShort(result, spec) with
        {
            DurationSeconds = spec.Limits.WallTime.TotalSeconds,
        },
        ProgramEnd.VerdictOverflow => CutShort(result, spec,
            $"the harness wrote more than {spec.Limits.VerdictBytes} bytes of results and was ended"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The run of a phase; a pass that <see cref="ClaimRules"/> refuse is none.</summary>
    public static HarnessRun Held(HarnessRun run, Phase phase) =>
        run is { Success: true, Passed: true } && ClaimRules.Refusal(phase.Key, run.Result, phase.Cases.Length) is { } reason
            ? run with { Passed = false, Stderr = WithNotes(run.Stderr, $"the results do not count: {reason}") }
            : run;

    private static HarnessRun Ended(SandboxResult result, SandboxSpec spec, bool success)
    {
        var verdict = Verdict.Parse(result.Verdict);
        var note = verdict switch
        {
            { Flaw: { } flaw } => $"the results do not count: {flaw}",
            _ when success && ClaimRules.Silence(verdict.Lines) is { } silence => silence,
            _ => null,
        };
        return CutShort(result, spec, note) with
        {
            Success = success && verdict.Flaw is null,
            Passed = verdict.Passed,
            Result = verdict.Lines,
        };
    }

    private static HarnessRun CutShort(SandboxResult result, SandboxSpec spec, string? note = null) => new()
    {
        Success = false,
        Passed = false,
        Command = string.Join(' ', spec.Command),
        Stdout = PlainText.Truncate(result.Stdout),
        Stderr = WithNotes(PlainText.Truncate(result.Stderr), note, MemoryNote(result, spec)),
        ExitCode = ExitCode(result.End),
        DurationSeconds = result.WallTime.TotalSeconds,
        Result = Verdict.None.Lines,
        Resources = result.Resources,
    };

    private static string? MemoryNote(SandboxResult result, SandboxSpec spec) => result.Resources.KilledForMemory
        ? $"a process was ended for using more than the {spec.Limits.MemoryBytes >> 20} MiB of memory allowed"
        : null;

    /// <summary>See <see cref="HarnessExit"/>; a signal is its negative number.</summary>
    public static int ExitCode(ProgramEnd end) => end switch
    {
        ProgramEnd.Exited(var code) => code,
        ProgramEnd.Signalled(var signal) => -signal,
        ProgramEnd.TimedOut => HarnessExit.TimedOut,
        _ => Killed,
    };

    /// <summary>Output of a program, and behind it remarks of ours.</summary>
    public static string WithNotes(string stderr, params IEnumerable<string?> notes) =>
        notes.OfType<string>().Aggregate(stderr, (text, note) =>
            text + (text.Length == 0 || text.EndsWith('\n') ? "" : "\n") + $"agon: {note}\n");
}
