using System.CommandLine;
using System.Text;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Problems;
using Agon.Contracts.Runs;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;
using Agon.Evaluation.Kernels;
using Agon.Evaluation.Sandbox;

namespace Agon.Cli;

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

    // As the server has it (contract section 2.2).
    private const int MaxSubmissionBytes = 1_000_000;

    private static readonly Argument<string> TaskFolderArgument = new("TASK_DIR") { Description = "folder of the task, with its task.yml" };
    private static readonly Argument<string> SubmissionArgument = new("SUBMISSION") { Description = "file to judge" };
    private static readonly Option<string> ModeOption = Mode();
    private static readonly Option<long?> SeedOption = new("--seed") { Description = "seed of the run; default: the task's own" };
    private static readonly Option<bool> JsonOption = new("--json") { Description = "print the report as one line of JSON, and nothing else on stdout" };
    private static readonly Option<string?> RootOption = new("--root") { Description = "folder that the task's files must lie in; default: around TASK_DIR" };
    private static readonly Option<string?> GpuOption = new("--gpu") { Description = "name of the device in the report; default: the task's first" };
    private static readonly Option<string?> InterpreterOption = new("--interpreter") { Description = "absolute path of the Python to use; default: /usr/bin/python3, else the one on the PATH" };
    private static readonly Option<bool> TrustOption = new("--i-trust-all-submitters") { Description = "run even where no sandbox can be built: the entry can then do what you can" };

    public static Command Create()
    {
        var command = new AgonCommand(
            "eval",
            "Judge an entry on this machine, as the server would.\n"
            + "Exit codes: 0 passed, 1 not passed or no valid score, 2 wrong usage, 3 the platform failed.",
            "agon eval examples/problems/subsequence my.py",
            "agon eval examples/problems/subsequence my.py --mode leaderboard --seed 7 --json")
        {
            TaskFolderArgument, SubmissionArgument, ModeOption, SeedOption, JsonOption, RootOption, GpuOption, InterpreterOption, TrustOption,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        try
        {
            var task = TaskFolder.Read(parsed.GetRequiredValue(TaskFolderArgument), parsed.GetValue(RootOption));
            var job = Job(parsed, task, await SubmissionAsync(parsed.GetRequiredValue(SubmissionArgument), cancellationToken));
            var sandbox = await SandboxHost.ProbeAsync(cancellationToken);
            if (sandbox.Isolation.Level < task.Agon.MinIsolation)
                await error.WriteLineAsync($"note: isolation is '{IsolationWord.Of(sandbox.Isolation.Level)}' here; to be ranked this task needs '{IsolationWord.Of(task.Agon.MinIsolation)}'");

            var report = await new KernelJudge(sandbox, TimeProvider.System).EvaluateAsync(job, Tell, cancellationToken);
            var score = ScoringRules.Of(task.RankingBy, report);
            await output.WriteLineAsync(parsed.GetValue(JsonOption)
                ? JsonSerializer.Serialize(View(job, report, score), AgonJson.Wire.EvaluationView)
                : EvalSummary.Of(job, report, score));
            return ExitCode(job, report, score);
        }
        catch (Exception refusal) when (refusal is ProblemFileException or BadEntryException)
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

    private static EvaluationJob Job(ParseResult parsed, TaskDefinition task, string submission) => new()
    {
        Task = task with { Agon = task.Agon with { MinIsolation = IsolationLevel.None } },
        Submission = submission,
        Mode = Enum.Parse<EvaluationMode>(parsed.GetRequiredValue(ModeOption), ignoreCase: true),
        Seed = parsed.GetValue(SeedOption) ?? task.Seed,
        Gpu = parsed.GetValue(GpuOption) ?? task.Gpus.FirstOrDefault("CPU"),
        Device = new DeviceSettings
        {
            Interpreter = parsed.GetValue(InterpreterOption),
            TrustAllSubmitters = parsed.GetValue(TrustOption),
        },
    };

    private static async Task<string> SubmissionAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            if (file.Length is 0 or > MaxSubmissionBytes)
                throw new BadEntryException($"'{path}' has {file.Length} bytes; an entry has 1 to {MaxSubmissionBytes}");
            using var reader = new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (DecoderFallbackException)
        {
            throw new BadEntryException($"'{path}' is not UTF-8 text");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadEntryException($"the entry cannot be read: {error.Message}");
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

    private sealed class BadEntryException(string message) : Exception(message);
}
