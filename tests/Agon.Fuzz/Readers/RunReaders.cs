using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Runs;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;
using Agon.Evaluation.Kernels;
using Agon.Evaluation.Processes;
using Agon.Evaluation.Sandbox;
using Agon.Launchers.Local;
using Agon.Runner;
using Agon.Storage;
using static Agon.Fuzz.Readers.AllReaders;

namespace Agon.Fuzz.Readers;

/// <summary>What comes out of a sandbox and goes into a runner.</summary>
internal static class RunReaders
{
    private const string ReportJson = """
        {"success":true,"error":"","system":{"gpu":"CPU","device_count":1,"cpu":"x","runtime":"Python 3","platform":"Linux","torch":"","hostname":"h",
        "isolation":{"level":"standard","mechanism":"walls","missing":[{"name":"a","cure":"b"}]}},
        "runs":{"test":{"start":"2026-03-04T12:00:00Z","end":"2026-03-04T12:00:01+00:00","case_count":1,"compilation":null,
        "run":{"success":true,"passed":true,"command":"python3 eval.py","stdout":"","stderr":"","exit_code":0,"duration":0.5,"result":{"check":"pass","test.0.status":"pass"},"cpu_time_ns":1000,"peak_memory_bytes":1,"killed_for_memory":false},
        "profile":{"profiler":"callgrind","trace":"","download_url":null}}}}
        """;

    private const string JobJson = """
        {"task":{"lang":"py","files":{"eval.py":"x","submission.py":"@SUBMISSION@"},"config":{"main":"eval.py"},"libraries":[],"tests":[{"n":1}],"test_timeout":60,"benchmarks":[{"n":2.5}],
        "benchmark_timeout":60,"ranked_timeout":60,"ranking_by":"last","seed":1,"multi_gpu":false},"agon":{"min_isolation":"standard"},
        "submission":"x = 1","mode":"leaderboard","seed":7,"gpu":"CPU","device":{"interpreter":null,"cores":[0],"trust_all_submitters":false,"memory_bytes":1000,"processes":5}}
        """;

    private const string VerdictLines = """
        test-count: 1
        test.0.spec: n: 1; seed: 7
        test.0.status: fail
        test.0.error: mismatch\nat 3
        benchmark-count: 1
        benchmark.0.spec: n: 1
        benchmark.0.runs: 10
        benchmark.0.mean: 1200.5
        benchmark.0.std: 1
        benchmark.0.err: 0.5
        benchmark.0.best: 1e3
        benchmark.0.worst: 2000
        check: pass
        """;

    public static IEnumerable<Target> All =>
    [
        Target.Reader("verdict pipe", Texts(VerdictLines, "check: fail\n"), ReadVerdict),
        Target.Reader("profiler's trace", Texts("H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA=="), bytes =>
            ProfileTrace.TakeFrom(HarnessRun(new Dictionary<string, string> { [ProfileTrace.Key] = Text(bytes) }), new Profile("callgrind")).Profile!.Trace.Length > 0),
        Target.Reader("end of a program", Texts("0\n", "Killed\n137\n", "Segmentation fault\n139\n", "130\n"), bytes => EndReport.Read(Text(bytes)) is not null),
        Target.Reader("control groups", Texts("36 25 0:31 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n37 25 0:32 /x /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n4:memory:/some/group\n0::/g"), bytes =>
            new ControlGroupMounts(Text(bytes).Split('\n'), Text(bytes).Split('\n')) is { } mounts && mounts.Unified.Count + (mounts.Split("memory")?.Length ?? 0) > 0),
        Target.Reader<LaunchException>("runner's lines", Texts(
            "{\"runner\":\"ready\"}\n{\"runner\":\"started\"}\n{\"phase\":{\"name\":\"test\"}}\n{\"log\":\"x\"}\n{\"phase\":{\"name\":\"test\",\"passed\":true,\"seconds\":0.5}}\n{\"report\":" + ReportJson.ReplaceLineEndings("") + "}\n",
            "{\"fault\":\"the machine failed\"}\n"), ReadLines),
        Target.Reader<BadJobException>("job.json", Texts(JobJson.ReplaceLineEndings("") + "\n"), bytes => _ = JobInput.FromFirstLine(new CallerInput(new MemoryStream(bytes)))?.Task.Tests.Select(one => one.Line).ToList()),
        Target.Reader<JsonException>("report.json", Texts(ReportJson), bytes => Tell((JsonSerializer.Deserialize(bytes, AgonJson.Wire.FullResult) ?? throw new JsonException("null")).ToReport())),
    ];

    private static bool ReadVerdict(byte[] bytes)
    {
        var lines = new List<string>();
        new LineSplitter(lines.Add).Append(bytes);
        var log = new CaseLog(new Phase(Phase.Test, [new Case([])], TimeSpan.FromSeconds(1)));
        foreach (var line in lines)
            FuzzFaultException.Unless(log.Read(line) is not { } shown || (shown.Length <= CaseLog.MaxLength && !shown.Any(char.IsControl)), "a line for people is too long or has control characters");
        var verdict = Verdict.Parse(Text(bytes));
        Tell(new Report
        {
            Success = true,
            System = new SystemInfo(),
            Phases = [.. new[] { Phase.Test, Phase.Benchmark, Phase.Leaderboard }.Select(key => new PhaseResult(key, default, default, 1, Compilation: null, HarnessRun(verdict.Lines)))],
        });
        return verdict.Flaw is null;
    }

    private static HarnessRun HarnessRun(IReadOnlyDictionary<string, string> result) => new()
    {
        Success = true,
        Passed = true,
        Command = "",
        Stdout = "",
        Stderr = "",
        ExitCode = 0,
        DurationSeconds = 1,
        Result = result,
    };

    // All that is made of a report: scores, texts for people, the form in which it is stored.
    private static void Tell(Report report)
    {
        foreach (var ranking in Enum.GetValues<RankingBy>())
            _ = ScoringRules.Of(ranking, report);
        _ = ShortReport.Of(report, full: true);
        _ = LongReport.Of(report);
        _ = ReportText.Of(report, "CPU", "local", full: true);
        _ = ReportText.OfSecret(report, "CPU", "local");
        _ = StoredText.ToJson(FullResult.From(report));
    }

    private static void ReadLines(byte[] bytes)
    {
        foreach (var line in RunnerLines.ReadAsync(new MemoryStream(bytes), CancellationToken.None).ToBlockingEnumerable())
        {
            // What is in the report is refused where it is read, see report.json.
            if (line.Report is { Success: true, System: not null, Runs: { } runs } report && runs.Values.All(run => run is not null))
                _ = StoredText.ToJson(report);
        }
    }
}
