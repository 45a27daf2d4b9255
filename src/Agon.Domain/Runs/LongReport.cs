using System.Globalization;
using System.Text;

namespace Agon.Domain.Runs;

/// <summary>All that a report has to say, as Markdown: the machine, then each step with its logs, up to the first that failed (contract section 10).</summary>
public static class LongReport
{
    public static string Of(Report report)
    {
        var text = new StringBuilder();
        AddSystem(text, report.System);
        if (report.Phases.FirstOrDefault(phase => phase.Compilation is { Success: false }) is { Compilation: { } failed })
            AddCompilation(text, failed);
        else if (report.Phases.All(phase => AddPhase(text, phase)) && report.Phases is [{ Run: { } only }])
            AddOutput(text, only);
        return text.ToString();
    }

    private static void AddSystem(StringBuilder text, SystemInfo system)
    {
        text.Append("Running on:\n");
        foreach (var (name, value) in new[] { ("GPU", system.Gpu), ("CPU", system.Cpu), ("Runtime", system.Runtime), ("Platform", system.Platform), ("Torch", system.Torch) })
        {
            if (value.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"* {name}: `{value}`\n");
        }
    }

    private static void AddCompilation(StringBuilder text, Compilation compilation)
    {
        if (!compilation.NvccFound && compilation.Command.Length == 0)
        {
            text.Append("\n# Compilation failed\nNo compiler was found on the machine; tell its operator.\n");
            return;
        }
        text.Append(CultureInfo.InvariantCulture, $"\n# Compilation failed\nCommand `{compilation.Command}` ended with exit code {compilation.ExitCode}.\n");
        AddLog(text, "Compiler stderr", compilation.Stderr);
        if (compilation.Stdout.Length > 0)
            AddLog(text, "Compiler stdout", compilation.Stdout);
    }

    /// <returns>Whether the next step is worth a word.</returns>
    private static bool AddPhase(StringBuilder text, PhaseResult phase)
    {
        if (phase.Run is not { } run)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n# The {phase.Key} run did not start\n");
            return false;
        }
        if (!run.Success)
        {
            AddCrash(text, run);
            AddOutput(text, run);
            return false;
        }
        if (!run.Passed)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n# {FailureOf(phase.Key)}\nCommand `{run.Command}` ran to its end in {Seconds(run)} s, but did not pass.\n");
            AddLog(text, phase.Key == Phase.Test ? "Test log" : "Benchmark log", phase.Key == Phase.Test ? CaseLogs.OfTests(run.Result) : CaseLogs.OfBenchmarks(run.Result));
            AddOutput(text, run);
            return false;
        }
        switch (phase.Key)
        {
            case Phase.Test:
                AddLog(text, $"✅ Passed {CaseLogs.PassedTests(run.Result)} tests", CaseLogs.OfTests(run.Result));
                break;
            case Phase.Leaderboard:
                AddLog(text, "Ranked Benchmark", CaseLogs.OfBenchmarks(run.Result));
                break;
            case var key when ShortReport.IsProfile(key):
                AddLog(text, $"Profile of {run.Result.GetValueOrDefault("benchmark.0.spec", key)}", Decoded(run.Result.GetValueOrDefault("benchmark.0.report", "")));
                break;
            default:
                AddLog(text, "Benchmarks", CaseLogs.OfBenchmarks(run.Result));
                break;
        }
        return true;
    }

    private static void AddCrash(StringBuilder text, HarnessRun run) => text.Append(run.ExitCode == HarnessExit.TimedOut
        ? $"\n# Running failed\nCommand `{run.Command}` **timed out** after {Seconds(run)} s.\n"
        : $"\n# Running failed\nCommand `{run.Command}` ended with exit code **{run.ExitCode.ToString(CultureInfo.InvariantCulture)}** after {Seconds(run)} s.\n");

    private static void AddOutput(StringBuilder text, HarnessRun run)
    {
        if (run.Stderr.Length > 0)
            AddLog(text, "Program stderr", run.Stderr);
        if (run.Stdout.Length > 0)
            AddLog(text, "Program stdout", run.Stdout);
    }

    private static void AddLog(StringBuilder text, string header, string content)
    {
        // A fence that the content holds, too, would end early: what an entry prints must not look like our words.
        var fence = "```";
        while (content.Contains(fence, StringComparison.Ordinal))
            fence += '`';
        text.Append(CultureInfo.InvariantCulture, $"\n\n## {header.ReplaceLineEndings(" ")}:\n{fence}\n{content}{(content.EndsWith('\n') ? "" : "\n")}{fence}\n");
    }

    private static string FailureOf(string key) => key switch
    {
        Phase.Test => "Testing failed",
        Phase.Leaderboard => "Leaderboard run failed",
        _ when ShortReport.IsProfile(key) => "Profiling failed",
        _ => "Benchmarking failed",
    };

    private static string Seconds(HarnessRun run) => run.DurationSeconds.ToString("0.00", CultureInfo.InvariantCulture);

    // Profiles come as base64 of text (contract section 8.3).
    private static string Decoded(string report)
    {
        var bytes = new byte[report.Length];
        return Convert.TryFromBase64String(report, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : report;
    }
}
