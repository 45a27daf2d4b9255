using Agon.Domain.Submissions;
using Agon.Domain.Tournaments;
using Agon.Storage.Tests.Worlds;
using Agon.Storage.Tournaments;

namespace Agon.Storage.Tests.Tournaments;

public abstract class TournamentRunStoreContract(Func<Task<TestDatabase>> create) : TournamentContract(create)
{
    [ContractFact]
    public async Task Of_many_who_claim_at_once_one_gets_a_run_and_the_next_one_waits_for_its_end()
    {
        await RunningAsync(ImageType.Analytics, "ada", "bob");
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => ClaimAsync($"machine-{n}"))));

        var lease = Assert.Single(claims, claim => claim is not null)!;
        var task = (await TournamentRuns.DescribeAsync(lease, None))!;
        Assert.Equal("baseline_v1.0.0", task.Run.Hotkey);
        Assert.True(await TournamentRuns.BeginAsync(lease, ImageType.Analytics, Now, None));
        Assert.True(await TournamentRuns.RecordAsync(lease, task, Right(), Now, None));
        Assert.False(await TournamentRuns.RecordAsync(lease, task, Failed(), Now, None));
        Assert.NotNull(await ClaimAsync(lease.Machine));
    }

    [ContractFact]
    public async Task A_tournaments_runs_stay_on_the_machine_of_the_first_one_until_a_person_moves_it()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        var first = (await ClaimAsync("one"))!;
        await TournamentRuns.ReleaseAsync(first, ImageType.Analytics, Now, None);
        Assert.Null(await ClaimAsync("two"));
        Assert.Equal("one", (await TournamentRuns.OpenAsync(tournament.TournamentId, None)).Machine);

        Assert.True(await TournamentRuns.MoveAsync(tournament.TournamentId, "two", None));
        Assert.Null(await ClaimAsync("one"));
        Assert.Equal(first.RunId, (await ClaimAsync("two"))!.RunId);
        Assert.False(await TournamentRuns.MoveAsync(Guid.NewGuid(), "two", None));
    }

    [ContractFact]
    public async Task A_tournament_waits_for_its_machine_when_its_runs_are_due_and_that_makes_none_of_any_tournament()
    {
        var reader = new TournamentReadStore(Database);
        async Task<string> WaitsForAsync(Tournament one, double minutes) =>
            string.Join(' ', (await reader.WaitingAsync(one.TournamentId, Now.AddMinutes(minutes), None)).Select(waiting => waiting.Machine));
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        // No machine made a run of it yet: any may.
        Assert.Equal("", await WaitsForAsync(tournament, 100));

        await MakeRunAsync(_ => Right());
        Assert.Equal("", await WaitsForAsync(tournament, 1));
        Assert.Equal(Machine, await WaitsForAsync(tournament, 1.1));
        Assert.Equal(Machine, (await reader.OverviewAsync(tournament.TournamentId, Now.AddMinutes(1.1), None))!.WaitsForMachine);

        // It makes another one's, and comes back to this.
        var other = await RunningAsync(ImageType.Ml, "bob");
        var lease = (await TournamentRuns.ClaimAsync("worker", Machine, other.TournamentId, Now, Now.AddMinutes(2), None))!;
        Assert.Equal("", await WaitsForAsync(tournament, 1.1));
        Assert.Equal("", await WaitsForAsync(other, 1.1));
        // It died in the middle of that run.
        Assert.Equal((Machine, Machine), (await WaitsForAsync(tournament, 3.1), await WaitsForAsync(other, 3.1)));
        Assert.Equal(2, (await reader.WaitingAsync(tournamentId: null, Now.AddMinutes(3.1), None)).Count);

        // A pause after a fault is no silence.
        await TournamentRuns.FailAttemptAsync(lease, ImageType.Ml, "the engine is down", Now.AddMinutes(1.5), None);
        Assert.Equal("", await WaitsForAsync(other, 1.6));

        await MakeRunsAsync(_ => Right());
        Assert.Equal("", await WaitsForAsync(tournament, 100));
    }

    [ContractFact]
    public async Task While_a_silent_worker_may_only_be_asleep_nothing_starts_beside_its_participant()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        await Jobs.EnsureSlotsAsync(Machine, new Dictionary<string, int> { ["CPU"] = 1 }, Now, None);
        var asleep = (await ClaimAsync())!;
        var expired = Now.AddSeconds(31);
        Assert.Equal(1, await TournamentRuns.RescueAsync(Machine, worker => worker != asleep.Worker, expired, None));
        var until = Now.AddSeconds(30 + tournament.MaxExecutionTimeSeconds);
        // The cure of wrong clocks, which runs beside it, takes the wait for what it is.
        Assert.Equal(0, await Future.FetchAsync(expired.AddMinutes(1), expired, None));
        Assert.Null(await ClaimAsync(at: until.AddSeconds(-1)));
        var next = (await ClaimAsync(at: until))!;
        Assert.True(await TournamentRuns.BeginAsync(next, ImageType.Analytics, until, None));
        // Whoever wakes up with an old lease learns that another has the run.
        Assert.Null(await TournamentRuns.DescribeAsync(asleep, None));
    }

    [ContractFact]
    public async Task Another_machines_silent_run_is_taken_back_when_its_participant_must_have_ended()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        Assert.NotNull(await ClaimAsync("one"));
        var ended = Now.AddSeconds(30 + tournament.MaxExecutionTimeSeconds);
        Assert.Equal(0, await TournamentRuns.RescueAsync("two", _ => true, ended.AddSeconds(-1), None));
        Assert.Equal(1, await TournamentRuns.RescueAsync("two", _ => true, ended, None));
        Assert.NotNull(await ClaimAsync("one", ended));
    }

    [ContractFact]
    public async Task Two_tournaments_do_not_run_on_one_machine_at_once()
    {
        await RunningAsync(ImageType.Analytics, "ada");
        await RunningAsync(ImageType.Ml, "bob");
        Assert.NotNull(await ClaimAsync("one"));
        Assert.Null(await ClaimAsync("one"));
        Assert.NotNull(await ClaimAsync("two"));
    }

    [ContractFact]
    public async Task A_run_takes_every_slot_of_its_machine_and_starts_when_the_last_job_there_has_ended()
    {
        var board = await LeaderboardAsync("sums", true, "CPU");
        var ada = await UserAsync();
        await Jobs.EnsureSlotsAsync(Machine, new Dictionary<string, int> { ["CPU"] = 2 }, Now, None);
        await Jobs.EnsureSlotsAsync("there", new Dictionary<string, int> { ["CPU"] = 1 }, Now, None);
        for (var n = 0; n < 3; n++)
            await SubmitAsync(board, ada, SubmissionMode.Test);
        var job = (await Jobs.ClaimAsync("job-worker", Machine, Now, Now.AddSeconds(30), None))!;

        await RunningAsync(ImageType.Analytics, "ada");
        var run = (await ClaimAsync())!;
        Assert.Null(await Jobs.ClaimAsync("another", Machine, Now, Now.AddSeconds(30), None));
        await Jobs.EnsureSlotsAsync(Machine, new Dictionary<string, int> { ["CPU"] = 4 }, Now, None);
        Assert.Null(await Jobs.ClaimAsync("another", Machine, Now, Now.AddSeconds(30), None));
        Assert.False(await TournamentRuns.BeginAsync(run, ImageType.Analytics, Now, None));

        await Jobs.ReleaseAsync(job, Now, None);
        Assert.True(await TournamentRuns.BeginAsync(run, ImageType.Analytics, Now, None));
        Assert.NotNull(await Jobs.ClaimAsync("elsewhere", "there", Now, Now.AddSeconds(30), None));
        Assert.Null(await Jobs.ClaimAsync("another", Machine, Now, Now.AddSeconds(30), None));
        Assert.True(await TournamentRuns.RecordAsync(run, (await TournamentRuns.DescribeAsync(run, None))!, Right(), Now, None));
        Assert.NotNull(await Jobs.ClaimAsync("another", Machine, Now, Now.AddSeconds(30), None));
    }

    [ContractFact]
    public async Task A_silent_workers_run_is_made_again_and_its_late_result_is_refused()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        var lost = (await ClaimAsync())!;
        var task = (await TournamentRuns.DescribeAsync(lost, None))!;
        Assert.True(await TournamentRuns.RenewAsync(lost, Now.AddSeconds(20), Now.AddSeconds(50), None));
        Assert.Equal(0, await TournamentRuns.RescueAsync(Machine, _ => true, Now.AddSeconds(49), None));
        Assert.Equal(1, await TournamentRuns.RescueAsync(Machine, _ => true, Now.AddSeconds(50), None));

        var again = (await ClaimAsync(at: Now.AddSeconds(51)))!;
        Assert.Equal((lost.RunId, 2), (again.RunId, again.Attempt));
        Assert.False(await TournamentRuns.RecordAsync(lost, task, Failed(), Now.AddSeconds(52), None));
        Assert.True(await TournamentRuns.RecordAsync(again, task, Right(), Now.AddSeconds(52), None));
        Assert.False((await StoredAsync(tournament)).Participants[0].IsDisqualified);
    }

    [ContractFact]
    public async Task A_fault_of_ours_is_tried_again_after_a_pause_holds_what_is_behind_it_and_costs_nobody_anything()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        var now = Now;
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            var lease = (await ClaimAsync(at: now))!;
            Assert.Equal(attempt, lease.Attempt);
            await TournamentRuns.FailAttemptAsync(lease, ImageType.Analytics, "the engine is down", now, None);
            Assert.Null(await ClaimAsync(at: now));
            now += RunRetries.WaitAfter(attempt);
        }
        var open = await TournamentRuns.OpenAsync(tournament.TournamentId, None);
        Assert.Equal((2, true, false, "the engine is down"), (open.Count, open.IsHeldAfter(attempts: 0), open.IsHeldAfter(attempts: 2), open.Fault));
        Assert.All((await StoredAsync(tournament)).Participants, one => Assert.False(one.IsDisqualified));

        // Nobody who says that it can go on waits for the end of a pause.
        now -= TimeSpan.FromSeconds(1);
        Assert.Null(await ClaimAsync(at: now));
        await TournamentRuns.RetryNowAsync(tournament.TournamentId, now, None);
        var last = (await ClaimAsync(at: now))!;
        await TournamentRuns.ReleaseAsync(last, ImageType.Analytics, now, None);
        Assert.Equal(last.Attempt, (await ClaimAsync(at: now))!.Attempt);
    }

    [ContractFact]
    public async Task A_run_of_ml_keeps_its_own_figures()
    {
        var tournament = await RunningAsync(ImageType.Ml, "bob");
        await MakeRunsAsync(task => Right() with
        {
            Patterns = null,
            Risk = new RiskFigures(0.75, 0.5, task.Run.Hotkey != "bob"),
            DataCorrectnessPassed = task.Run.Hotkey != "bob",
        });
        Assert.Equal([new RiskFigures(0.75, 0.5, true), new RiskFigures(0.75, 0.5, false)], (await StoredAsync(tournament)).Runs.Select(run => run.Run.Risk));
    }

    [ContractFact]
    public async Task The_baseline_is_marked_and_runs_on()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        await MakeRunsAsync(task => task.Run.Hotkey == "ada" ? Right() : Failed());
        await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(4), Now, None);
        Assert.Equal(["baseline_v1.0.0", "ada"], await MakeRunsAsync(_ => Right()));
        await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(5), Now, None);
        Assert.Equal(Promotion.HoldBaselineInvalid, (await Tournaments.ScoreAsync(tournament.TournamentId, Now, None))!.Promotion);
    }
}

public sealed class TournamentRunStoreOnSqlite() : TournamentRunStoreContract(OnSqlite);

[NeedsPostgres]
public sealed class TournamentRunStoreOnPostgres() : TournamentRunStoreContract(OnPostgres);
