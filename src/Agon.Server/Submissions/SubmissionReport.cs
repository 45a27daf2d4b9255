using Agon.Contracts.Runs;
using Agon.Contracts.Submissions;
using Agon.Domain.Runs;
using Agon.Domain.Submissions;
using Agon.Server.Jobs;
using Agon.Storage.Submissions;

namespace Agon.Server.Submissions;

/// <summary>
/// All that a submission that has ended came to (contract section 2.3). Differs in one point: of a secret run only is told
/// which steps passed (section 14 number 4), neither what it printed nor what it measured nor when its steps began and ended.
/// </summary>
internal sealed class SubmissionReport(SubmissionStore submissions)
{
    public async Task<StreamResultView> OfAsync(long id, SubmissionMode mode, CancellationToken cancellationToken)
    {
        var jobs = await submissions.JobsAsync(id, cancellationToken);
        var results = await submissions.ResultsAsync(id, cancellationToken);
        var runs = (await submissions.RunsAsync(id, cancellationToken)).ToLookup(run => (run.Runner, run.Secret));

        var reports = jobs.Select(job => (job, Report: job.Secret
            ? Secret(job, [.. runs[(job.Gpu, true)]])
            : results.LastOrDefault(result => result.Gpu == job.Gpu)?.Result.ToReport() ?? Lost(job))).ToList();
        return new StreamResultView
        {
            Results = [.. reports.Select(one => FullResult.From(one.Report))],
            Reports = [.. reports.Select(one => one.job.Secret
                ? ReportText.OfSecret(one.Report, one.job.Gpu, RunnerQueues.LocalRunner)
                : ReportText.Of(one.Report, one.job.Gpu, RunnerQueues.LocalRunner, full: mode == SubmissionMode.Leaderboard))],
        };
    }

    private static Report Secret(StoredJob job, IReadOnlyList<StoredRun> runs)
    {
        if (runs.Count == 0)
            return Lost(job);
        // One moment for all steps, in whole seconds: the time between two would be the secret measurement.
        var moment = SubmissionViews.WholeSecond(runs[0].StartTime);
        return new Report
        {
            Success = true,
            System = runs[0].System?.ToSystem() ?? new SystemInfo { Gpu = job.Gpu },
            Phases = [.. runs.Select(run => new PhaseResult(run.Mode, moment, moment, CaseCount: 0, Compilation: null, Verdict(run.Passed)))],
        };
    }

    private static HarnessRun Verdict(bool passed) => new()
    {
        Success = true,
        Passed = passed,
        Command = "",
        Stdout = "",
        Stderr = "",
        ExitCode = passed ? HarnessExit.Success : HarnessExit.ValidationFailed,
        DurationSeconds = 0,
        Result = new Dictionary<string, string>(),
    };

    // No attempt brought a report that can be shown; the job's own word for its author is safe.
    private static Report Lost(StoredJob job) => new()
    {
        Success = false,
        Error = job.Error ?? "there is no report",
        System = new SystemInfo { Gpu = job.Gpu },
    };
}
