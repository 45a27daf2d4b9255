using System.Collections.Immutable;
using System.Numerics;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Storage.Leaderboards;

namespace Agon.Storage.Tests;

/// <summary>Plausible values.</summary>
internal static class Some
{
    public static TaskDefinition Task { get; } = new()
    {
        Lang = "py",
        Files = ImmutableSortedDictionary<string, string>.Empty
            .Add("eval.py", "print('harness')")
            .Add("submission.py", TaskDefinition.SubmissionMarker),
        Config = new TaskConfig.Python("eval.py"),
        Description = "Add the numbers.",
        Tests = [new Case([KeyValuePair.Create("size", Whole(8)), KeyValuePair.Create("seed", Whole(42))])],
        Benchmarks = [new Case([KeyValuePair.Create("size", Whole(1024))])],
        Templates = ImmutableSortedDictionary<string, string>.Empty.Add("Python", "def custom_kernel(): ..."),
        Agon = new AgonSettings { MinIsolation = IsolationLevel.Weak },
        Seed = 7,
    };

    public static NewLeaderboard Leaderboard(string name = "sums", TaskDefinition? task = null, params string[] gpus) =>
        new(name, new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), task ?? Task, gpus.Length == 0 ? ["CPU"] : gpus);

    public static CaseValue Whole(BigInteger value) => new CaseValue.Whole(value);

    public static SystemInfo System { get; } = new()
    {
        Gpu = "CPU",
        Cpu = "two cores",
        Platform = "Linux",
        Hostname = "runner-1",
        Isolation = new Isolation(IsolationLevel.Strong, "bubblewrap 0.8.0", []),
    };

    /// <summary>A report of these phases, each passed or not.</summary>
    public static Report Report(DateTimeOffset start, params (string Key, bool Passed)[] phases) => new()
    {
        Success = true,
        System = System,
        Phases = [.. phases.Select((phase, at) => Phase(phase.Key, phase.Passed, start.AddSeconds(at)))],
    };

    /// <summary>All that a leaderboard run has, passed.</summary>
    public static Report RankedReport(DateTimeOffset start) => Report(start, ("test", true), ("benchmark", true), ("leaderboard", true));

    public static PhaseResult Phase(string key, bool passed, DateTimeOffset start) =>
        new(key, start, start.AddSeconds(1), CaseCount: 1, Compilation: null, Run(passed));

    public static HarnessRun Run(bool passed) => new()
    {
        Success = true,
        Passed = passed,
        Command = "python3 eval.py test cases",
        Stdout = "hello\n",
        Stderr = "",
        ExitCode = passed ? 0 : 112,
        DurationSeconds = 0.25,
        Result = new Dictionary<string, string> { ["check"] = passed ? "pass" : "fail", ["benchmark-count"] = "1" },
        Resources = new ResourceUse(TimeSpan.FromMilliseconds(200), 1 << 20),
    };
}
