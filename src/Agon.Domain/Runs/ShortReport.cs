namespace Agon.Domain.Runs;

/// <summary>A report in a few lines, each of which begins with a sign; the last line's sign is the verdict (contract section 10).</summary>
public static class ShortReport
{
    private const string Good = "✅";
    private const string Bad = "❌";
    private const string ProfilePrefix = "profile";

    private static readonly Step TestStep = new("tests", "Testing failed", "Testing successful", "Tests missing");
    private static readonly Step BenchmarkStep = new("benchmarks", "Benchmarking failed", "Benchmarking successful", "Benchmarks missing");
    private static readonly Step ProfileStep = new("profile", "Profiling failed", "Profiling successful", "");
    private static readonly Step LeaderboardStep = new("leaderboard", "Leaderboard run failed", "Leaderboard run successful", "Leaderboard missing");

    /// <summary>Whether the lines of <see cref="Of"/> end well.</summary>
    public static bool IsGood(IReadOnlyList<string> lines) => lines[^1].StartsWith(Good, StringComparison.Ordinal);

    /// <summary>The lines; never none.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="full">Whether test, benchmark and ranked run are all to be there: in leaderboard and private mode.</param>
    public static IReadOnlyList<string> Of(Report report, bool full)
    {
        if (!report.Success)
            return [$"{Bad} {(report.Error.Length > 0 ? report.Error.ReplaceLineEndings(" ") : "the evaluation failed")}"];
        if (report.Phases.Any(phase => phase.Compilation is { Success: false }))
            return [$"{Bad} Compilation failed"];

        var lines = new List<string>();
        if (report.Phases.Any(phase => phase.Compilation is not null))
            lines.Add($"{Good} Compilation successful");
        foreach (var (step, phase) in InOrder(report, full))
        {
            lines.Add(LineOf(step, phase));
            if (phase is { Passed: false })
                break;
        }
        return lines.Count > 0 ? lines : [$"{Bad} Nothing was run"];
    }

    /// <summary>Whether the key is that of a profiled run: <c>profile.N</c>.</summary>
    public static bool IsProfile(string key) => key.StartsWith(ProfilePrefix, StringComparison.Ordinal);

    private static IEnumerable<(Step Step, PhaseResult? Phase)> InOrder(Report report, bool full)
    {
        if (report.Find(Phase.Test) is var test && (full || test is not null))
            yield return (TestStep, test);
        if (report.Find(Phase.Benchmark) is var benchmark && (full || benchmark is not null))
            yield return (BenchmarkStep, benchmark);
        foreach (var profile in report.Phases.Where(phase => IsProfile(phase.Key)))
            yield return (ProfileStep, profile);
        if (report.Find(Phase.Leaderboard) is var ranked && (full || ranked is not null))
            yield return (LeaderboardStep, ranked);
    }

    private static string LineOf(Step step, PhaseResult? phase) => phase switch
    {
        null => $"{Bad} {step.Missing}",
        { Run: null } => $"{Bad} Running {step.Name} failed",
        { Run: { Success: false, ExitCode: var code } } => $"{Bad} Running {step.Name} failed{ReasonOf(code)}",
        { Run.Passed: false } => $"{Bad} {step.Failed}",
        _ => $"{Good} {step.Passed}",
    };

    private static string ReasonOf(int exitCode) => exitCode switch
    {
        HarnessExit.TimedOut => " (timeout)",
        HarnessExit.CudaFailure => " (cuda api error)",
        HarnessExit.ValidationFailed => "",
        _ => $" (internal error {exitCode})",
    };

    private sealed record Step(string Name, string Failed, string Passed, string Missing);
}
