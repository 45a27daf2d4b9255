using System.Security.Cryptography;
using Agon.Cli.Judging;
using Agon.Cli.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;
using Agon.Evaluation.Kernels;
using Agon.Evaluation.Sandbox;

namespace Agon.Cli.Problems;

/// <summary>Runs shipped entries as a server would: the public run, and with a secret seed the second one.</summary>
internal sealed class EntryTrial(SandboxHost sandbox, Shell shell)
{
    // A leaderboard's seed is drawn from the same range.
    private readonly long secretSeed = RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>Judges one entry.</summary>
    /// <exception cref="CannotRunException">The device cannot do what the task asks for.</exception>
    public async Task<JudgedEntry> RunAsync(EvaluationJob job, string path, string name, EntryRole role, CancellationToken cancellationToken)
    {
        shell.Say($"▶ {name}");
        var entry = job with { Submission = await EntryFile.ReadAsync(path, cancellationToken) };
        var open = await JudgeAsync(entry with { Mode = EvaluationMode.Leaderboard, Seed = job.Task.Seed }, cancellationToken);
        var failure = FailureOf(entry.Task, EvaluationMode.Leaderboard, job.Gpu, open);
        var score = ScoreOf(job.Task, open);
        if (failure is null)
        {
            shell.Say("  once more, with a secret seed");
            var secret = await JudgeAsync(entry with { Mode = EvaluationMode.Private, Seed = secretSeed }, cancellationToken);
            // The organiser may know what an author must not: which step it was, and why.
            failure = FailureOf(entry.Task, EvaluationMode.Leaderboard, $"{job.Gpu} with a secret seed", secret);
            score = Better(job.Task, score, ScoreOf(job.Task, secret));
        }
        return new JudgedEntry(name, role, failure, score);
    }

    private static double? ScoreOf(TaskDefinition task, Report report) => (ScoringRules.Of(task.RankingBy, report) as ScoreOutcome.Scored)?.Seconds;

    // What made the other one worse was this machine, busy with something else.
    private static double? Better(TaskDefinition task, double? one, double? other) => (one, other) switch
    {
        ({ } first, { } second) => task.ScoreAscending ? Math.Min(first, second) : Math.Max(first, second),
        _ => one ?? other,
    };

    private async Task<Report> JudgeAsync(EvaluationJob job, CancellationToken cancellationToken)
    {
        var report = await new KernelJudge(sandbox, TimeProvider.System).EvaluateAsync(job, Tell, cancellationToken);
        if (!report.Success)
            throw new CannotRunException(report.Error);
        // The contract's word of a harness for a GPU that is not there or does not answer.
        return report.Phases is [.., { Run: { ExitCode: HarnessExit.CudaFailure } run }]
            ? throw new CannotRunException(run.LastWords ?? "the harness says that a CUDA call failed")
            : report;
    }

    private static string? FailureOf(TaskDefinition task, EvaluationMode mode, string gpu, Report report)
    {
        if (SubmissionOutcome.Of(task, mode, gpu, report) is not { Error: { } error })
            return null;
        return report.Phases is [.., { Run: { } run }] && FailedCases.Of(run.Result).FirstOrDefault() is { } first
            ? PlainText.OneLine($"{error}: {first}", maxLength: 500)
            : error;
    }

    private void Tell(EvaluationProgress step)
    {
        if (step is EvaluationProgress.PhaseEnded(var key, var passed, var seconds))
            shell.Say($"  {(passed ? "✅" : "❌")} {key} {seconds:F2} s");
    }
}

/// <summary>This machine cannot run the task, whatever the entry; the message is one sentence.</summary>
internal sealed class CannotRunException(string message) : Exception(message);
