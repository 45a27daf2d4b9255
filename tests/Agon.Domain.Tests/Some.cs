using System.Collections.Immutable;
using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Domain.Tests;

/// <summary>Plausible values.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Case Case(int n) => new([KeyValuePair.Create<string, CaseValue>("n", new CaseValue.Whole(n))]);

    /// <summary>Two tests, three benchmarks, time limits of 1, 2 and 3 seconds.</summary>
    public static TaskDefinition Task(RankingBy rankingBy = RankingBy.Last) => new()
    {
        Lang = "py",
        Files = ImmutableSortedDictionary<string, string>.Empty,
        Config = new TaskConfig.Python("eval.py"),
        Tests = [Case(1), Case(2)],
        Benchmarks = [Case(10), Case(20), Case(30)],
        RankingBy = rankingBy,
        TestTimeoutSeconds = 1,
        BenchmarkTimeoutSeconds = 2,
        RankedTimeoutSeconds = 3,
    };

    public static Report Report(params PhaseResult[] phases) => new() { Success = true, System = new SystemInfo(), Phases = phases };

    /// <summary>One case, one second.</summary>
    public static PhaseResult Passed(string key) => new(key, Noon, Noon.AddSeconds(1), 1, null, new HarnessRun
    {
        Success = true,
        Passed = true,
        Command = "python3 eval.py",
        Stdout = "",
        Stderr = "",
        ExitCode = HarnessExit.Success,
        DurationSeconds = 1,
        Result = new Dictionary<string, string> { ["check"] = "pass", ["benchmark-count"] = "1", ["benchmark.0.mean"] = "1e9" },
    });

    /// <summary>The harness claims a pass that does not count.</summary>
    public static PhaseResult Refused(string key, Dictionary<string, string> claims)
    {
        var passed = Passed(key);
        return passed with { Run = passed.Run! with { Passed = false, Result = claims } };
    }

    public static PhaseResult Failed(string key, int exitCode = HarnessExit.ValidationFailed)
    {
        var passed = Passed(key);
        return passed with { Run = passed.Run! with { Passed = false, Success = HarnessExit.IsSuccess(exitCode), ExitCode = exitCode } };
    }
}
