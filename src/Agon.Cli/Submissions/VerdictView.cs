using System.Globalization;
using Agon.Cli.Http;
using Agon.Cli.Leaderboards;
using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Runs;
using Agon.Domain.Scoring;

namespace Agon.Cli.Submissions;

/// <summary>The closing lines of <c>agon submit</c>: verdict, score, rank, or what failed and why.</summary>
internal sealed class VerdictView(SubmissionRequest request)
{
    public async Task PrintAsync(Shell shell, AgonClient client, SubmissionView submission, CancellationToken cancellationToken)
    {
        var passed = Verdict.Passed(submission);
        shell.PrintMarked($"submission {submission.Id}: {shell.Mark(Shell.Plain(submission.Job.Status ?? JobStatus.Succeeded), passed)}");
        if (submission.Job.Error is { } error)
            shell.Print($"why:    {error}");
        RunFailures.Print(shell, submission);
        foreach (var run in submission.Runs.Where(run => !run.Secret && run.Score is not null))
            shell.Print($"score:  {TimeText.OfSeconds(double.Parse(run.Score!, CultureInfo.InvariantCulture))} on {run.Runner}");
        if (passed && request.Mode == "leaderboard")
            await PrintRankAsync(shell, client, submission, cancellationToken);
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
