using System.Globalization;
using System.Text;
using Agon.Contracts.Problems;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;
using Agon.Evaluation.Kernels;

namespace Agon.Cli.Judging;

/// <summary>An evaluation as a person reads it (in the order of contract section 10).</summary>
internal static class EvalSummary
{
    private const int ShownCharacters = 2000;
    private const int ProfileLines = 60;

    public static string Of(EvaluationJob job, Report report, ScoreOutcome score)
    {
        var text = new StringBuilder();
        if (!report.Success)
            text.AppendLine($"❌ {report.Error}");
        if (report.Phases.Select(phase => phase.Compilation).FirstOrDefault() is { } compilation)
            Append(text, compilation);
        foreach (var phase in report.Phases)
            Append(text, job, phase);
        if (ScoreLine(job, score) is { } line)
            text.AppendLine(line);
        return text.Append(IsolationLine(report.System.Isolation)).ToString();
    }

    private static void Append(StringBuilder text, Compilation compilation)
    {
        text.AppendLine($"{Sign(compilation.Success)} Compilation {(compilation.Success ? "successful" : "failed")}");
        if (!compilation.Success)
        {
            AppendOutput(text, "compiler", compilation.Stdout);
            AppendOutput(text, "compiler", compilation.Stderr);
        }
    }

    private static void Append(StringBuilder text, EvaluationJob job, PhaseResult phase)
    {
        if (phase.Run is not { } run)
            return;
        text.AppendLine($"{Sign(phase.Passed)} {phase.Key}: {phase.CaseCount} case{(phase.CaseCount == 1 ? "" : "s")}, {run.DurationSeconds:F2} s{Reason(phase, run)}");
        var sent = Phases.Of(job.Task, job.Mode).Single(planned => planned.Key == phase.Key).Cases;
        for (var n = 0; n < sent.Length; n++)
            AppendCase(text, run.Result, phase.Key == Phase.Test ? $"test.{n}" : $"benchmark.{n}", sent[n].Line);
        AppendProfile(text, run.Result);
        if (!phase.Passed)
        {
            AppendOutput(text, "stdout", run.Stdout);
            AppendOutput(text, "stderr", run.Stderr);
        }
    }

    private static void AppendCase(StringBuilder text, IReadOnlyDictionary<string, string> result, string key, string line)
    {
        var status = result.GetValueOrDefault($"{key}.status");
        if (Number(result, $"{key}.mean") is { } mean)
            text.AppendLine($"  ⏱ {TimeText.Of(mean, Number(result, $"{key}.err"))}  {line}");
        else if (status is not null)
            text.AppendLine($"  {Sign(status == "pass")} {line}");
        foreach (var said in new[] { $"{key}.message", $"{key}.error" })
        {
            if (result.GetValueOrDefault(said) is { Length: > 0 } words)
                text.AppendLine($"    > {PlainText.OneLine(words, ShownCharacters)}");
        }
    }

    /// <summary>The profiler's text (contract section 8.3), a claim like the rest: what is no base64 is left out.</summary>
    private static void AppendProfile(StringBuilder text, IReadOnlyDictionary<string, string> result)
    {
        if (result.GetValueOrDefault("benchmark.0.report") is not { Length: > 0 } report)
            return;
        var bytes = new byte[report.Length];
        if (!Convert.TryFromBase64String(report, bytes, out var length))
            return;
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\n').Split('\n').Take(ProfileLines))
            text.AppendLine($"    {PlainText.OneLine(line, ShownCharacters)}");
    }

    private static void AppendOutput(StringBuilder text, string name, string output)
    {
        if (output.Length == 0)
            return;
        text.AppendLine($"  {name}:");
        // The end tells why it stopped.
        foreach (var line in output.TrimEnd('\n').Split('\n').TakeLast(20))
            text.AppendLine($"    {PlainText.OneLine(line, ShownCharacters)}");
    }

    /// <summary>The contract's reasons (section 10), but for the last: people read what was said at the end, not a number.</summary>
    private static string Reason(PhaseResult phase, HarnessRun run) => run switch
    {
        _ when phase.Passed => "",
        { ExitCode: HarnessExit.TimedOut } => " (timeout)",
        { ExitCode: HarnessExit.CudaFailure } => " (cuda api error)",
        { Success: true } => "",
        { Resources.KilledForMemory: true } => " (out of memory)",
        { ExitCode: < 0 and var signal } => $" (killed by signal {-signal})",
        { LastWords: { } words } => $" (exit code {run.ExitCode}: {PlainText.OneLine(words, ShownCharacters)})",
        _ => $" (exit code {run.ExitCode})",
    };

    private static string? ScoreLine(EvaluationJob job, ScoreOutcome score) => score switch
    {
        ScoreOutcome.Scored(var seconds) =>
            $"Score: {TimeText.Of(seconds * 1e9)} ({job.Task.RankingBy.ToString().ToLowerInvariant()}, self-reported by the harness)",
        ScoreOutcome.Refused(var reason) => $"❌ No score: {reason}",
        _ => null,
    };

    private static string IsolationLine(Isolation? isolation) => isolation is null
        ? "Isolation: unknown"
        : $"Isolation: {IsolationWord.Of(isolation.Level)} ({isolation.Mechanism})"
            + string.Concat(isolation.Missing.Select(missing => $"\n  missing {missing.Name}: {missing.Cure}"));

    private static string Sign(bool good) => good ? "✅" : "❌";

    private static double? Number(IReadOnlyDictionary<string, string> result, string key) =>
        double.TryParse(result.GetValueOrDefault(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}
