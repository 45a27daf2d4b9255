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
    private const int MostTries = 10;
    private static readonly TimeSpan FlightLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LateLimit = TimeSpan.FromMinutes(2);

    // Its first event is written by then, and the next one is far.
    private static readonly TimeSpan IntoPhase = TimeSpan.FromMilliseconds(300);

    private int submitted;
    private bool isPausing;

    /// <summary>Attempts that a kill or a pause may have cost: no other one may be missing.</summary>
    public HashSet<(long Job, int Attempt)> Touched { get; } = [];

    /// <summary>Attempts whose worker or runner was dead while they ran: none of them may have a result.</summary>
    public HashSet<(long Job, int Attempt)> Dead { get; } = [];

    public KillTable Table { get; } = new();

    /// <summary>Who woke up late with something to bring, and whether it was the database that refused it, or its own doubt that came first.</summary>
    public List<(Victim Who, bool ByDatabase)> Refused { get; } = [];

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
                // One that missed the moment is repeated, or some victim might hardly be hit.
                var hit = false;
                for (var tries = 0; !hit && tries < MostTries && Table.Counted < options.Kills; tries++)
                    hit = await KillOnceAsync(victim);
            }
            TellProgress();
        }
    }

    /// <summary>
    /// Stops the worker or the server while a runner of its works on a public job, past its lease and until another has recorded the job;
    /// then the report of the late one lies ready, and must be refused when it wakes up.
    /// </summary>
    public async Task PauseAsync()
    {
        isPausing = true;
        for (var n = 0; n < options.Pauses; n++)
        {
            var tries = 0;
            // Of the two only the worker can be one that forgets.
            var who = n % 2 == 0 || options.Check != LeaseCheck.Both ? Victim.Worker : Victim.Server;
            while (!await PauseOnceAsync(who, who == Victim.Worker ? stage.Worker : stage.Server))
            {
                if (++tries == MostTries)
                    throw new TimeoutException($"no pause fell into a job in {MostTries} tries");
            }
            TellProgress();
        }
        isPausing = false;
    }

    // False: it was stopped a moment too late, or inside a transaction, whose locks keep the others out until it wakes up.
    private async Task<bool> PauseOnceAsync(Victim who, Actor holder)
    {
        // With phases to come: what is told of them late would be seen behind the submission's end.
        var held = await UntilHeldAsync(job => job is { Secret: false, Attempt: 1, Mode: "leaderboard", Phase: "test" or "benchmark" } && job.IsHeldBy(holder.Mark));
        await Patiently.WaitAsync(IntoPhase);
        var runners = holder.Runners();
        var isTakenUp = false;
        holder.Stop();
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
                await Patiently.UntilAsync(async () => await stage.Witness.HasEndedAsync(held.Id), FlightLimit, $"job {held.Id} of a stopped {who} was not taken up by another");
            }
        }
        finally
        {
            holder.Wake();
        }
        if (isTakenUp)
            await UntilRefusedAsync(who, holder, held, runners);
        else
            // Stopped again at once, it would never get out of its transaction.
            await Patiently.UntilAsync(async () => (await stage.Witness.RunningAsync()).All(job => job.Key != held.Key), LateLimit, $"a {who} that woke up does not let go of job {held.Id}");
        return isTakenUp;
    }

    private void TellProgress() => Console.Error.WriteLine(
        $"{(stage.Postgres is null ? "SQLite" : "PostgreSQL")}: {Refused.Count} of {options.Pauses} pauses, {Table.Counted} of {options.Kills} kills");

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

    private async Task UntilRefusedAsync(Victim who, Actor holder, JobRow held, IReadOnlyList<int> runners)
    {
        if (options.Check == LeaseCheck.None)
        {
            await Patiently.UntilAsync(() => Task.FromResult(holder.Said($"Job {held.Id} of submission {held.Submission} ended")), LateLimit, "the forgetful worker wrote nothing");
            return;
        }
        await Patiently.UntilAsync(() => Task.FromResult(holder.LostLease(held, held.Attempt)), LateLimit, $"the {who} that woke up did not notice that it had lost job {held.Id}");
        await Patiently.UntilAsync(() => Task.FromResult(!runners.Any(Processes.IsAlive)), LateLimit, $"a runner outlived the lease of its {who} that woke up");
        // One that never doubts has nothing but the database's word for it, of what it brought or of how far it is.
        Refused.Add((who, options.Check == LeaseCheck.ByDatabaseAlone || holder.WasRefused(held, held.Attempt)));
    }

    /// <returns>Whether it counts.</returns>
    private async Task<bool> KillOnceAsync(Victim victim)
    {
        var holder = victim switch
        {
            Victim.Server => stage.Server,
            Victim.Worker => stage.Worker,
            _ => random.Next(2) == 0 ? stage.Server : stage.Worker,
        };
        var mark = holder.Mark;
        var before = await UntilRandomMomentAsync(job => victim is not Victim.Runner || (job.IsHeldBy(mark) && holder.Runners().Count > 0));
        var posting = stage.Participant.SubmitAsync(NextMode());
        await Patiently.WaitAsync(TimeSpan.FromMilliseconds(random.Next(0, 8)));
        var unanswered = !posting.IsCompleted;
        await StrikeAsync(victim, holder, mark);

        // Nobody has taken anything back yet: what the dead held still stands in its name.
        var after = await stage.Witness.JobsAsync();
        var open = after.Where(job => job.State is "queued" or "running").Select(job => job.Key).ToHashSet();
        var inFlight = before.Where(job => open.Contains(job.Key)).ToList();
        Note(victim, mark, before, after);
        var counts = Table.Add(victim, PhaseOf(victim, mark, inFlight), unanswered);
        if (victim is Victim.Server or Victim.Worker)
            holder.Start();
        await stage.UntilServedAsync();
        await posting;
        return counts;
    }

    // Random from the start of what is wanted on, but never after its end.
    private async Task<List<JobRow>> UntilRandomMomentAsync(Func<JobRow, bool> wanted)
    {
        while (true)
        {
            await UntilHeldAsync(wanted);
            await Patiently.WaitAsync(TimeSpan.FromMilliseconds(random.Next(0, 1500)));
            var running = await stage.Witness.RunningAsync();
            if (running.Exists(job => wanted(job)))
                return running;
        }
    }

    // Everything in flight is the database's. A killed runner that had no job, one that waited for the next, is a kill that missed.
    private static string? PhaseOf(Victim victim, string mark, List<JobRow> inFlight) => victim switch
    {
        Victim.Database => inFlight.FirstOrDefault()?.Phase,
        Victim.Runner => inFlight.Find(job => job.IsHeldBy(mark))?.Phase,
        _ when inFlight.Count == 0 => null,
        _ => inFlight.Find(job => job.IsHeldBy(mark))?.Phase ?? Phases.Idle,
    };

    private async Task StrikeAsync(Victim victim, Actor holder, string mark)
    {
        switch (victim)
        {
            case Victim.Server or Victim.Worker:
                await holder.KillAsync();
                return;
            case Victim.Runner:
                await KillRunnersAsync(holder, mark);
                return;
            case Victim.Database:
                stage.Postgres!.Kill();
                await stage.Participant.IsServedAsync();   // 503, or the answer is noted
                await Patiently.WaitAsync(options.Away * random.NextDouble());
                await stage.Postgres.StartAsync();
                return;
        }
    }

    // It stands still meanwhile: else it may take a job up after the look before, and report its dead runner before the look after.
    private async Task KillRunnersAsync(Actor holder, string mark)
    {
        holder.Stop();
        try
        {
            Touched.UnionWith((await stage.Witness.RunningAsync()).Where(job => job.IsHeldBy(mark)).Select(job => job.Key));
            foreach (var runner in holder.Runners())
                Actor.Kill(runner);
        }
        finally
        {
            holder.Wake();
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
                await stage.Participant.SubmitAsync(NextMode(), isPausing);
            return false;
        }, FlightLimit, "nothing runs that could be hit");
        return held!;
    }

    // For a pause only what has several phases is of use; of that alone one would always get the public jobs, and the other the secret ones.
    private string NextMode() => ++submitted % 3 == 0 != isPausing ? "leaderboard" : "test";
}
