namespace Agon.Soak;

/// <summary>What can be killed.</summary>
internal enum Victim
{
    Server,
    Worker,
    Runner,
    Database,
}

/// <summary>Kills at random moments, and writes down which attempts at which jobs that touched.</summary>
internal sealed class Killer(Stage stage, SoakOptions options, Random random)
{
    private const int OpenAtLeast = 3;
    private static readonly TimeSpan FlightLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LateLimit = TimeSpan.FromMinutes(2);

    private int submitted;

    /// <summary>Attempts that a kill or a pause may have cost: no other one may be missing.</summary>
    public HashSet<(long Job, int Attempt)> Touched { get; } = [];

    /// <summary>Attempts whose worker or runner was dead while they ran: none of them may have a result.</summary>
    public HashSet<(long Job, int Attempt)> Dead { get; } = [];

    public KillTable Table { get; } = new();

    public int LateResultsRefused { get; private set; }

    /// <summary>Until enough kills count: a job was in flight and a POST unanswered.</summary>
    public async Task KillAsync()
    {
        var victims = stage.Postgres is null ? [Victim.Server, Victim.Worker, Victim.Runner] : Enum.GetValues<Victim>();
        while (Table.Counted < options.Kills)
        {
            // Each in its turn, but in no order.
            random.Shuffle(victims);
            foreach (var victim in victims)
            {
                if (Table.Counted < options.Kills)
                    await KillOnceAsync(victim);
            }
        }
    }

    /// <summary>
    /// Stops the worker while a runner of its works on a public job, past its lease and until another has recorded the job;
    /// then the report of the late one lies ready, and must be refused when the worker wakes up.
    /// </summary>
    public async Task PauseAsync()
    {
        for (var n = 0; n < options.Pauses; n++)
        {
            var tries = 0;
            while (!await PauseOnceAsync())
            {
                if (++tries == 10)
                    throw new TimeoutException("no pause fell into a job in ten tries");
            }
        }
    }

    // False: it was stopped a moment too late, or inside a transaction, whose locks keep the others out until it wakes up.
    private async Task<bool> PauseOnceAsync()
    {
        var held = await UntilHeldAsync(job => job is { Secret: false, Attempt: 1 } && job.Phase != Phases.Claimed && job.IsHeldBy(stage.Worker.Mark));
        var runners = stage.Worker.Runners();
        var isTakenUp = false;
        stage.Worker.Stop();
        try
        {
            // It may have ended between the look and the stop: then there is nothing to wake up late for.
            if ((await stage.Witness.RunningAsync()).All(job => job.Key != held.Key))
                return false;
            Touched.Add(held.Key);
            isTakenUp = await IsTakenUpAsync(held);
            if (isTakenUp)
            {
                Dead.Add(held.Key);
                await Patiently.UntilAsync(async () => await stage.Witness.HasEndedAsync(held.Id), FlightLimit, $"job {held.Id} of a stopped worker was not taken up by another");
            }
        }
        finally
        {
            stage.Worker.Wake();
        }
        if (isTakenUp)
            await UntilRefusedAsync(held, runners);
        else
            // Stopped again at once, it would never get out of its transaction.
            await Patiently.UntilAsync(async () => (await stage.Witness.RunningAsync()).All(job => job.Key != held.Key), LateLimit, $"a worker that woke up does not let go of job {held.Id}");
        return isTakenUp;
    }

    private async Task<bool> IsTakenUpAsync(JobRow held)
    {
        try
        {
            await Patiently.UntilAsync(async () => (await stage.Witness.JobsAsync($"WHERE j.id = {held.Id}")).Single().Worker != held.Worker,
                3 * options.Lease, "");
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task UntilRefusedAsync(JobRow held, IReadOnlyList<int> runners)
    {
        if (options.Forgetful)
        {
            await Patiently.UntilAsync(() => Task.FromResult(stage.Worker.Said($"Job {held.Id} of submission {held.Submission} ended")), LateLimit, "the forgetful worker wrote nothing");
            return;
        }
        await Patiently.UntilAsync(() => Task.FromResult(stage.Worker.Said($"The lease of job {held.Id} of submission {held.Submission}, attempt {held.Attempt}, is lost")),
            LateLimit, $"the worker that woke up did not notice that it had lost job {held.Id}");
        await Patiently.UntilAsync(() => Task.FromResult(!runners.Any(Processes.IsAlive)), LateLimit, "a runner outlived the lease of its worker that woke up");
        LateResultsRefused++;
    }

    private async Task KillOnceAsync(Victim victim)
    {
        var holder = victim switch
        {
            Victim.Server => stage.Server,
            Victim.Worker => stage.Worker,
            _ => random.Next(2) == 0 ? stage.Server : stage.Worker,
        };
        await UntilHeldAsync(job => victim is not Victim.Runner || (job.IsHeldBy(holder.Mark) && holder.Runners().Count > 0));
        await Patiently.WaitAsync(TimeSpan.FromMilliseconds(random.Next(0, 1500)));

        var mark = holder.Mark;
        var before = await stage.Witness.RunningAsync();
        var posting = stage.Participant.SubmitAsync(NextMode());
        await Patiently.WaitAsync(TimeSpan.FromMilliseconds(random.Next(0, 8)));
        var unanswered = !posting.IsCompleted;
        await StrikeAsync(victim, holder);

        // Nobody has taken anything back yet: what the dead held still stands in its name.
        var after = await stage.Witness.JobsAsync();
        var open = after.Where(job => job.State is "queued" or "running").Select(job => job.Key).ToHashSet();
        var inFlight = before.Where(job => open.Contains(job.Key)).ToList();
        Note(victim, mark, before, after);
        Table.Add(victim, (inFlight.Find(job => job.IsHeldBy(mark)) ?? inFlight.FirstOrDefault())?.Phase, unanswered);
        if (victim is Victim.Server or Victim.Worker)
            holder.Start();
        await stage.UntilServedAsync();
        await posting;
    }

    private async Task StrikeAsync(Victim victim, Actor holder)
    {
        switch (victim)
        {
            case Victim.Server or Victim.Worker:
                await holder.KillAsync();
                return;
            case Victim.Runner:
                foreach (var runner in holder.Runners())
                    Actor.Kill(runner);
                return;
            case Victim.Database:
                stage.Postgres!.Kill();
                await stage.Participant.IsServedAsync();   // 503, or the answer is noted
                await Patiently.WaitAsync(options.Away * random.NextDouble());
                await stage.Postgres.StartAsync();
                return;
        }
    }

    private void Note(Victim victim, string mark, IEnumerable<JobRow> before, IReadOnlyList<JobRow> after)
    {
        var running = after.Where(job => job.State == "running").ToList();
        var touched = victim switch
        {
            Victim.Database => before.Concat(running),
            Victim.Runner => before.Concat(running).Where(job => job.IsHeldBy(mark)),
            _ => running.Where(job => job.IsHeldBy(mark)),
        };
        foreach (var job in touched)
            Touched.Add(job.Key);
        if (victim is Victim.Server or Victim.Worker)
            Dead.UnionWith(running.Where(job => job.IsHeldBy(mark)).Select(job => job.Key));
    }

    // Hands in what is needed for something to run, and no more.
    private async Task<JobRow> UntilHeldAsync(Func<JobRow, bool> wanted)
    {
        JobRow? held = null;
        await Patiently.UntilAsync(async () =>
        {
            held = (await stage.Witness.RunningAsync()).Find(job => wanted(job));
            if (held is not null)
                return true;
            if ((await stage.Witness.SubmissionsAsync()).Count(submission => !submission.Done) < OpenAtLeast)
                await stage.Participant.SubmitAsync(NextMode());
            return false;
        }, FlightLimit, "nothing runs that could be hit");
        return held!;
    }

    private string NextMode() => ++submitted % 3 == 0 ? "leaderboard" : "test";
}
