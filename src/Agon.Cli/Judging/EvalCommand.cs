using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Problems;
using Agon.Contracts;
using Agon.Contracts.Problems;
using Agon.Contracts.Runs;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;
using Agon.Evaluation.Kernels;
using Agon.Evaluation.Sandbox;

namespace Agon.Cli.Judging;

/// <summary><c>agon eval</c>: the judge that the server uses, here and now, on the caller's own entry.</summary>
/// <remarks>
/// The task's min_isolation says who may be ranked, not who may try at home: it is only told. But where there is no
/// sandbox at all nothing runs without the flag, since an entry may be somebody else's.
/// </remarks>
internal static class EvalCommand
{
    public const int Passed = 0;
    public const int NotPassed = 1;
    public const int Usage = 2;
    public const int PlatformFailed = 3;

    private static readonly Argument<string> FolderArgument = new("TASK_DIR") { Description = "folder of the task, with its task.yml" };
    private static readonly Argument<string> SubmissionArgument = new("SUBMISSION") { Description = "file to judge" };
    private static readonly Option<string> ModeOption = Mode();
    private static readonly Option<long?> SeedOption = new("--seed") { Description = "seed of the run; default: the task's own" };
    private static readonly Option<bool> JsonOption = new("--json") { Description = "print the report as one line of JSON, and nothing else on stdout" };
    private static readonly Option<string?> RootOption = TaskFolderArgument.Root();
    private static readonly JudgeOptions Device = new();

    public static Command Create()
    {
        var command = new AgonCommand(
            "eval",
            "Judge an entry on this machine, as the server would.\n"
            + "Exit codes: 0 passed, 1 not passed or no valid score, 2 wrong usage, 3 the platform failed.",
            "agon eval examples/problems/subsequence my.py",
            "agon eval examples/problems/subsequence my.py --mode leaderboard --seed 7 --json")
        {
            FolderArgument, SubmissionArgument, ModeOption, SeedOption, JsonOption, RootOption,
        };
        Device.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var task = TaskFolder.Read(parsed.GetRequiredValue(FolderArgument), parsed.GetValue(RootOption));
            var job = Device.Job(parsed, task) with
            {
                Submission = await EntryFile.ReadAsync(parsed.GetRequiredValue(SubmissionArgument), cancellationToken),
                Mode = Enum.Parse<EvaluationMode>(parsed.GetRequiredValue(ModeOption), ignoreCase: true),
                Seed = parsed.GetValue(SeedOption) ?? task.Seed,
            };
            var sandbox = await SandboxHost.RecallAsync(TimeProvider.System, cancellationToken);
            if (sandbox.Isolation.Level < task.Agon.MinIsolation)
                await error.WriteLineAsync($"note: isolation is '{IsolationWord.Of(sandbox.Isolation.Level)}' here; to be ranked this task needs '{IsolationWord.Of(task.Agon.MinIsolation)}'");

            var report = await new KernelJudge(sandbox, TimeProvider.System).EvaluateAsync(job, Tell, cancellationToken);
            var score = ScoringRules.Of(task.RankingBy, report);
            await output.WriteLineAsync(parsed.GetValue(JsonOption)
                ? JsonSerializer.Serialize(View(job, report, score), AgonJson.Wire.EvaluationView)
                : EvalSummary.Of(job, report, score));
            return ExitCode(job, report, score);
        }
        catch (Exception refusal) when (refusal is ProblemFileException or CommandFailure)
        {
            return Fail(refusal, Usage);
        }
        catch (Exception fault) when (fault is IsolationRefusedException or SandboxFaultException)
        {
            return Fail(fault, PlatformFailed);
        }

        void Tell(EvaluationProgress step) => error.WriteLine(step switch
        {
            EvaluationProgress.PhaseStarted(var key) => $"▶ {key}",
            EvaluationProgress.PhaseEnded(var key, var passed, var seconds) => $"{(passed ? "✅" : "❌")} {key} {seconds:F2} s",
            EvaluationProgress.LogLine(var text) => $"  {text}",
            _ => throw new System.Diagnostics.UnreachableException(),
        });

        int Fail(Exception reason, int exitCode)
        {
            error.WriteLine($"agon: {PlainText.OneLine(reason.Message, maxLength: 2000)}");
            return exitCode;
        }
    }

    private static EvaluationView View(EvaluationJob job, Report report, ScoreOutcome score)
    {
        var full = FullResult.From(report);
        return new EvaluationView
        {
            Success = full.Success,
            Error = full.Error,
            System = full.System,
            Runs = full.Runs,
            Mode = job.Mode.ToString().ToLowerInvariant(),
            Score = (score as ScoreOutcome.Scored)?.Seconds,
            ScoreError = (score as ScoreOutcome.Refused)?.Reason,
        };
    }

    private static int ExitCode(EvaluationJob job, Report report, ScoreOutcome score) => report switch
    {
        { Success: false } => PlatformFailed,
        _ when score is ScoreOutcome.Refused => NotPassed,
        _ => report.Phases.Count == Phases.Of(job.Task, job.Mode).Length && report.Phases.All(phase => phase.Passed) ? Passed : NotPassed,
    };

    private static Option<string> Mode()
    {
        var option = new Option<string>("--mode")
        {
            Description = "test (only the tests), benchmark, profile (where the time goes), or leaderboard (test, benchmark and ranked run)",
            DefaultValueFactory = _ => "test",
        };
        return option.AcceptOnlyFromAmong("test", "benchmark", "profile", "leaderboard");
    }
}
