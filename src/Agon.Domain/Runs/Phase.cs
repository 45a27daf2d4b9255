using System.Collections.Immutable;
using Agon.Domain.Problems;

namespace Agon.Domain.Runs;

/// <summary>One start of the harness.</summary>
/// <param name="Key">The run's key in the report and its mode in the database: test, benchmark, leaderboard, profile.0, profile.1 ...</param>
/// <param name="Cases">What its case file holds.</param>
/// <param name="TimeLimit">When it is ended.</param>
public sealed record Phase(string Key, ImmutableArray<Case> Cases, TimeSpan TimeLimit)
{
    public const string Test = "test";
    public const string Benchmark = "benchmark";
    public const string Leaderboard = "leaderboard";
    public const string Profile = "profile";

    /// <summary>What the harness is told: the key, but for the number of a profile run.</summary>
    public string HarnessMode => IsProfile(Key) ? Profile : Key;

    /// <summary>Whether a run of this key is one of a profile.</summary>
    public static bool IsProfile(string key) => key.StartsWith(Profile + ".", StringComparison.Ordinal);
}

/// <summary>Which phases a mode has, in which order (contract sections 8.2 and 8.4).</summary>
public static class Phases
{
    /// <summary>How long a compiler, or the warm-up of a Python entry, may take before the first phase (contract section 8.2).</summary>
    public static readonly TimeSpan PreparationLimit = TimeSpan.FromSeconds(120);

    /// <summary>The phases of <paramref name="mode"/>; a phase that does not pass is the last one that runs.</summary>
    public static ImmutableArray<Phase> Of(TaskDefinition task, EvaluationMode mode) => mode switch
    {
        EvaluationMode.Test => [TestPhase(task)],
        EvaluationMode.Benchmark => [BenchmarkPhase(task)],
        EvaluationMode.Leaderboard or EvaluationMode.Private => [TestPhase(task), BenchmarkPhase(task), RankedPhase(task)],
        EvaluationMode.Profile => [.. TimedCases(task).Select((one, n) => ProfilePhase(task, one, n))],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Ranking by the last benchmark runs only that one.</summary>
    public static ImmutableArray<Case> TimedCases(TaskDefinition task) =>
        task.RankingBy == RankingBy.Last && !task.Benchmarks.IsEmpty ? [task.Benchmarks[^1]] : task.Benchmarks;

    private static Phase TestPhase(TaskDefinition task) =>
        new(Phase.Test, task.Tests, TimeSpan.FromSeconds(task.TestTimeoutSeconds));

    private static Phase BenchmarkPhase(TaskDefinition task) =>
        new(Phase.Benchmark, TimedCases(task), TimeSpan.FromSeconds(task.BenchmarkTimeoutSeconds));

    private static Phase ProfilePhase(TaskDefinition task, Case one, int n) =>
        new($"{Phase.Profile}.{n}", [one], TimeSpan.FromSeconds(task.BenchmarkTimeoutSeconds));

    private static Phase RankedPhase(TaskDefinition task) =>
        new(Phase.Leaderboard, TimedCases(task), TimeSpan.FromSeconds(task.RankedTimeoutSeconds));
}
