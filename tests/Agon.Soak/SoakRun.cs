using System.Diagnostics;
using System.Text;

namespace Agon.Soak;

/// <summary>One database from the first submission to the reckoning.</summary>
internal static class SoakRun
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(5);

    /// <exception cref="OperationCanceledException">It was <paramref name="ended"/>; all that ran is stopped.</exception>
    public static async Task<Tally> RunAsync(SoakOptions options, bool postgres, CancellationToken ended)
    {
        await using var stage = new Stage(options, postgres);
        await stage.OpenAsync();
        ended.ThrowIfCancellationRequested();
        return await PlayAsync(options, postgres, stage).WaitAsync(ended);
    }

    private static async Task<Tally> PlayAsync(SoakOptions options, bool postgres, Stage stage)
    {
        var began = Stopwatch.GetTimestamp();
        var killer = new Killer(stage, options, new Random(options.Seed));
        var faults = new List<string>();
        try
        {
            await killer.PauseAsync();
            await killer.KillAsync();
            await Patiently.UntilAsync(async () => (await stage.Witness.SubmissionsAsync()).All(submission => submission.Done),
                EndLimit, "some submissions do not end");
        }
        catch (TimeoutException error)
        {
            faults.Add(error.Message);
        }
        faults.AddRange(stage.Participant.WrongAnswers);
        var jobs = await stage.Witness.JobsAsync();
        var submissions = await stage.Witness.SubmissionsAsync();
        var reckoning = new Reckoning(stage.Participant.Entries, submissions, jobs, await stage.Witness.RunsAsync(),
            await stage.Witness.EventsAsync(), await stage.Witness.WithGapsAsync(), await stage.Witness.WithLateEventsAsync(), killer,
            (job, attempt) => new[] { stage.Server, stage.Worker }.Any(actor => actor.LostLease(job, attempt)));
        faults.AddRange(reckoning.Faults());
        if (await stage.Witness.TakenSlotsAsync() is > 0 and var taken)
            faults.Add($"{taken} slots are taken, and nothing runs");
        foreach (var actor in new[] { stage.Server, stage.Worker }.Where(actor => !actor.IsAlive))
            faults.Add($"the {actor.Mark} ended by itself");
        Console.WriteLine(Describe(options, postgres, stage, killer, submissions, jobs, reckoning.TooSlow, faults, Stopwatch.GetElapsedTime(began)));
        stage.HasPassed = faults.Count == 0;
        if (!stage.HasPassed)
            Console.WriteLine($"logs are in {stage.Folder}");
        return new Tally(killer.Table.Counted + killer.Refused.Count + submissions.Count, faults.Count);
    }

    private static string Describe(
        SoakOptions options, bool postgres, Stage stage, Killer killer, List<SubmissionRow> submissions, List<JobRow> jobs, int tooSlow,
        List<string> faults, TimeSpan took)
    {
        var client = stage.Participant;
        var found = client.Entries.Count(entry => entry.AcceptedAs is null && submissions.Any(one => one.Code == entry.Code));
        var text = new StringBuilder($"\n== {(postgres ? "PostgreSQL, fsync and synchronous_commit on" : "SQLite")}, seed {options.Seed}, {took.TotalSeconds:0} s\n");
        text.AppendLine("kills with a job in flight and a POST unanswered, by the phase of the job that was in the killed one's hands:");
        text.Append(killer.Table);
        text.AppendLine($"kills that missed the moment, and do not count: {killer.Table.NotCounted}");
        text.AppendLine($"stopped past the lease, and what came late was refused: worker {killer.Refused.Count(one => one.Who == Victim.Worker)}, "
            + $"server {killer.Refused.Count(one => one.Who == Victim.Server)}; of these the database refused {killer.Refused.Count(one => one.ByDatabase)}, and the others gave up before they brought anything");
        text.AppendLine($"POSTs: {client.Entries.Count}, of which accepted {client.Entries.Count(entry => entry.AcceptedAs is not null)}, "
            + $"told to come again {client.TurnedAway}, without an answer {client.Unanswered}; of the last two kinds {found} were accepted all the same");
        text.AppendLine($"submissions: {submissions.Count}; jobs: {jobs.Count}, of which {jobs.Count(job => job.Attempt > 1)} took more than one attempt "
            + $"and {jobs.Count(job => job.State == "failed")} ended as failed by the platform after three");
        text.AppendLine($"attempts lost to a machine that was too slow for its lease: {tooSlow}");
        foreach (var fault in faults)
            text.AppendLine($"FAULT  {fault}");
        return text.Append(faults.Count == 0 ? "none lost, none twice, none stuck, each attempt accounted for" : $"{faults.Count} faults").ToString();
    }
}
