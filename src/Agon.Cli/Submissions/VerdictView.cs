using System.Globalization;
using System.Text.Json;
using Agon.Cli.Http;
using Agon.Cli.Leaderboards;
using Agon.Contracts;
using Agon.Contracts.Runs;
using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;
using Agon.Domain.Submissions;

namespace Agon.Cli.Submissions;

/// <summary>The closing lines of <c>agon submit</c>: verdict, score, rank, or what failed and why.</summary>
internal sealed class VerdictView(SubmissionRequest request)
{
    private const int FailedCasesShown = 5;
    private const int StderrLinesShown = 10;

    private FullResult? report;

    /// <summary>Keeps the report of the public run, which holds what the final document does not: the harness's stderr.</summary>
    public void Remember(SubmissionEvent happened)
    {
        if (happened.Kind == EventKind.Result)
            report = JsonSerializer.Deserialize(happened.Data, AgonJson.Default.ResultEventView)!.Result;
    }

    public async Task PrintAsync(Shell shell, AgonClient client, SubmissionView submission, CancellationToken cancellationToken)
    {
        var passed = Verdict.Passed(submission);
        shell.PrintMarked($"submission {submission.Id}: {shell.Mark(Shell.Plain(submission.Job.Status ?? JobStatus.Succeeded), passed)}");
        if (submission.Job.Error is { } error)
            shell.Print($"why:    {error}");
        if (!passed)
            PrintFailures(shell, submission);
        foreach (var run in submission.Runs.Where(run => !run.Secret && run.Score is not null))
            shell.Print($"score:  {TimeText.OfSeconds(double.Parse(run.Score!, CultureInfo.InvariantCulture))} on {run.Runner}");
        if (passed && request.Mode == "leaderboard")
            await PrintRankAsync(shell, client, submission, cancellationToken);
    }

    private void PrintFailures(Shell shell, SubmissionView submission)
    {
        foreach (var run in submission.Runs.Where(run => run is { Secret: false, Passed: false }))
            foreach (var line in FailedCases.Of(run.Result ?? new Dictionary<string, string>()).Take(FailedCasesShown))
                shell.Print($"{run.Mode}: {line}");

        var stderr = report?.Runs.Values.LastOrDefault()?.Run is { Passed: false, Stderr: { Length: > 0 } text } ? text : "";
        foreach (var line in stderr.TrimEnd().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(StderrLinesShown))
            shell.Print($"stderr: {line}");
    }

    private static async Task PrintRankAsync(Shell shell, AgonClient client, SubmissionView submission, CancellationToken cancellationToken)
    {
        foreach (var gpu in submission.Runs.Where(run => run is { Mode: Phase.Leaderboard, Secret: false }).Select(run => run.Runner).Distinct())
        {
            var ranking = Ranking.Parse(await client.RankingAsync(submission.LeaderboardName, gpu, cancellationToken));
            if (ranking.FirstOrDefault(entry => entry.SubmissionId == submission.Id) is { } mine)
                shell.Print($"rank:   {mine.Rank} of {ranking.Count} on {gpu}");
            else if (ranking.FirstOrDefault(entry => $"{entry.UserId}" == submission.UserId) is { } better)
                shell.Print($"rank:   {better.Rank} of {ranking.Count} on {gpu} stays with your submission {better.SubmissionId}, {TimeText.OfSeconds(better.SubmissionScore)}");
        }
    }
}
