using System.Globalization;
using Agon.Contracts.Submissions;
using Agon.Domain.Runs;
using Agon.Storage.Submissions;

namespace Agon.Server.Submissions;

/// <summary>A submission as its author sees it: of a secret run no more than that it was and whether it passed.</summary>
internal static class SubmissionViews
{
    public static SubmissionView Of(StoredSubmission submission, IReadOnlyList<StoredRun> runs, RunnerQueueView? queue, QueuePlace? place) => new()
    {
        Id = submission.Id,
        LeaderboardId = submission.LeaderboardId,
        LeaderboardName = submission.LeaderboardName,
        FileName = submission.FileName,
        UserId = submission.UserId,
        SubmissionTime = submission.SubmissionTime,
        Done = submission.Done,
        Code = submission.Code,
        Runs = [.. runs.Select(run => run.Secret ? Secret(run) : Public(run))],
        Job = new JobStatusView { Status = submission.JobStatus, Error = submission.JobError, LastHeartbeat = submission.LastHeartbeat },
        RunnerQueue = queue,
        Queue = place is null ? null : Of(place),
    };

    public static QueuedEventView Of(QueuePlace place) => new()
    {
        Gpu = place.Gpu,
        Position = place.Position,
        Ahead = place.Ahead,
        Of = place.Of,
        Wait = place.Wait is { } wait ? new WaitView { P50 = Tenths(wait.P50), P90 = Tenths(wait.P90) } : null,
    };

    private static double Tenths(TimeSpan wait) => Math.Round(wait.TotalSeconds, 1);

    public static ListedSubmissionView Of(ListedSubmission submission) => new()
    {
        Id = submission.Id,
        LeaderboardName = submission.LeaderboardName,
        FileName = submission.FileName,
        SubmissionTime = submission.SubmissionTime,
        Done = submission.Done,
        Status = submission.Status,
        Runs = [.. submission.Runs.Select(run => new ListedRunView { GpuType = run.Gpu, Score = ScoreText(run.Score) })],
    };

    private static string? ScoreText(decimal? seconds) => seconds?.ToString("0.############################", CultureInfo.InvariantCulture);

    private static RunView Public(StoredRun run) => new()
    {
        StartTime = run.StartTime,
        EndTime = run.EndTime,
        Mode = run.Mode,
        Secret = false,
        Runner = run.Runner,
        Score = ScoreText(run.Score),
        Passed = run.Passed,
        Result = run.Mode is Phase.Test or Phase.Benchmark ? run.Result : null,
        ExitCode = run.Failure?.ExitCode,
        Stderr = run.Failure?.Stderr,
        Isolation = run.System?.Isolation,
    };

    // Whole seconds: the difference of the two times would be the secret measurement.
    private static RunView Secret(StoredRun run) => new()
    {
        StartTime = WholeSecond(run.StartTime),
        EndTime = WholeSecond(run.EndTime),
        Mode = run.Mode,
        Secret = true,
        Runner = run.Runner,
        Score = null,
        Passed = run.Passed,
        Isolation = run.System?.Isolation,
    };

    public static DateTimeOffset WholeSecond(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
}
