namespace Agon.Soak;

/// <summary>Compares what clients were promised with what the database holds: none lost, none twice, none stuck, each attempt accounted for.</summary>
internal sealed class Reckoning(
    IReadOnlyList<Entry> entries, IReadOnlyList<SubmissionRow> submissions, IReadOnlyList<JobRow> jobs,
    IReadOnlyList<(long Submission, bool Secret, string Mode, long Count)> runs,
    IReadOnlyList<(long Submission, string Kind, long Count)> events, IReadOnlyList<long> withGaps,
    IReadOnlyList<long> withLateEvents, Killer killer, Func<JobRow, int, bool> gaveUp)
{
    private const int MaxAttempts = 3;
    private static readonly string[] Tested = ["test"];
    private static readonly string[] Ranked = ["benchmark", "leaderboard", "test"];

    private readonly ILookup<string, SubmissionRow> byCode = submissions.ToLookup(submission => submission.Code);

    /// <summary>Attempts whose worker says itself that its machine was too slow to keep the lease.</summary>
    public int TooSlow { get; private set; }

    /// <summary>Everything that is wrong, a line each.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [.. entries.SelectMany(OfEntry), .. Strangers(), .. submissions.SelectMany(OfSubmission), .. jobs.SelectMany(OfJob)];
        if (TooSlow > Math.Max(2, jobs.Count / 10))
            faults.Add($"{TooSlow} attempts were lost to nothing but a slow machine");
        return faults;
    }

    private IEnumerable<string> OfEntry(Entry entry)
    {
        var found = byCode[entry.Code].ToList();
        if (found.Count > 1)
            yield return $"submissions {string.Join(" and ", found.Select(one => one.Id))} are one POST, accepted twice";
        if (entry.AcceptedAs is { } id && found.All(one => one.Id != id))
            yield return $"submission {id} was accepted and is lost";
    }

    private IEnumerable<string> Strangers()
    {
        var sent = entries.Select(entry => entry.Code).ToHashSet();
        return submissions.Where(submission => !sent.Contains(submission.Code)).Select(submission => $"submission {submission.Id} was never sent");
    }

    private IEnumerable<string> OfSubmission(SubmissionRow submission)
    {
        var mode = entries.FirstOrDefault(entry => entry.Code == submission.Code)?.Mode;
        if (!submission.Done)
            yield return $"submission {submission.Id} is stuck";
        if (jobs.Count(job => job.Submission == submission.Id) is var count && count != (mode == "leaderboard" ? 2 : 1))
            yield return $"submission {submission.Id} has {count} jobs";
        if (CountOf(submission.Id, "done") is var ends && ends != 1)
            yield return $"submission {submission.Id} has {ends} done events";
        if (withLateEvents.Contains(submission.Id))
            yield return $"something was recorded of submission {submission.Id} after its end";
        if (withGaps.Contains(submission.Id))
            yield return $"the events of submission {submission.Id} are not numbered without gaps";
    }

    private IEnumerable<string> OfJob(JobRow job)
    {
        var name = $"job {job.Id} of submission {job.Submission}";
        foreach (var phase in job.Mode == "test" ? Tested : Ranked)
        {
            var recorded = runs.Where(run => (run.Submission, run.Secret, run.Mode) == (job.Submission, job.Secret, phase)).Sum(run => run.Count);
            if (recorded > 1)
                yield return $"{name}: its {phase} run was recorded twice ({recorded})";
            else if (recorded != (job.State == "done" ? 1 : 0))
                yield return $"{name} is {job.State} with {recorded} {phase} runs: {job.Error}";
        }
        if (!job.Secret && CountOf(job.Submission, "result") is var results && results != (job.State == "done" ? 1 : 0))
            yield return $"{name} is {job.State} with {results} result events";
        if (job.State == "failed" && !IsHonestlyFailed(job))
            yield return $"{name} failed after {job.Attempt} attempts: {job.Error}";
        foreach (var fault in OfAttempts(job, name))
            yield return fault;
    }

    private IEnumerable<string> OfAttempts(JobRow job, string name)
    {
        var spent = job.State == "failed" ? job.Attempt : job.Attempt - 1;   // one that was called off had lost all it had
        for (var attempt = 1; attempt <= spent; attempt++)
        {
            if (killer.Touched.Contains((job.Id, attempt)))
                continue;
            if (gaveUp(job, attempt))
                TooSlow++;
            else
                yield return $"{name}: attempt {attempt} is gone, and nobody touched it";
        }
        if (job.State == "done" && killer.Dead.Contains(job.Key))
            yield return $"{name}: attempt {job.Attempt} has a result, and its worker was dead";
    }

    // By us after three attempts; or called off, since the public one failed.
    private bool IsHonestlyFailed(JobRow job) => job.Secret && job.Error?.StartsWith("the secret run was not made", StringComparison.Ordinal) == true
        ? jobs.Any(other => other.Submission == job.Submission && other is { Secret: false, State: "failed" })
        : job.Attempt == MaxAttempts && job.Error?.Contains("the platform failed", StringComparison.Ordinal) == true;

    private long CountOf(long submission, string kind) =>
        events.Where(one => (one.Submission, one.Kind) == (submission, kind)).Sum(one => one.Count);
}
