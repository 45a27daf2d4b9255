using System.Collections.Immutable;
using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Contracts.Tests;

/// <summary>Plausible values.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static Case Case(params (string Name, CaseValue Value)[] arguments) =>
        new(arguments.Select(argument => KeyValuePair.Create(argument.Name, argument.Value)));

    /// <summary>A task in which nothing has its default.</summary>
    public static TaskDefinition Task() => new()
    {
        Lang = "py",
        Files = ImmutableSortedDictionary<string, string>.Empty.Add("eval.py", "print('ü')\n").Add("submission.py", TaskDefinition.SubmissionMarker),
        Config = new TaskConfig.Python("eval.py"),
        Description = "Sort a list.",
        Tests = [Case(("n", new CaseValue.Whole(1)), ("kind", new CaseValue.Text("random")))],
        Benchmarks = [Case(("n", new CaseValue.Whole(1000)))],
        TestTimeoutSeconds = 1,
        BenchmarkTimeoutSeconds = 2,
        RankedTimeoutSeconds = 3,
        RankingBy = RankingBy.Geom,
        ScoreAscending = false,
        Seed = long.MaxValue,
        MultiGpu = true,
        Libraries = ["numpy"],
        Agon = new AgonSettings { MinIsolation = IsolationLevel.Strong },
    };

    public static Report Report() => new()
    {
        Success = true,
        Error = "",
        System = new SystemInfo
        {
            Gpu = "CPU",
            DeviceCount = 1,
            Cpu = "some processor",
            Runtime = "Python 3.11.2",
            Platform = "Linux",
            Torch = "",
            Hostname = "here",
            Isolation = new Isolation(IsolationLevel.Weak, "unshare", [new MissingDefence("system-call filter", "install bubblewrap")]),
        },
        Phases =
        [
            new PhaseResult("test", Noon, Noon.AddSeconds(1), 2, Compilation: null, Run(112, new() { ["check"] = "fail", ["test.0.error"] = "é\\n" })),
            new PhaseResult(
                "benchmark", Noon.AddSeconds(1), Noon.AddSeconds(3), 1,
                new Compilation(NvccFound: true, "12.4", Success: false, "nvcc x.cu", "out", "err", 1), Run: null),
        ],
    };

    private static HarnessRun Run(int exitCode, Dictionary<string, string> result) => new()
    {
        Success = true,
        Passed = false,
        Command = "python3 eval.py test cases",
        Stdout = "hello\n",
        Stderr = "",
        ExitCode = exitCode,
        DurationSeconds = 0.125,
        Result = result,
        Resources = new ResourceUse(TimeSpan.FromMilliseconds(12.5), 1 << 30, KilledForMemory: true),
    };
}
