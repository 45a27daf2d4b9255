using Agon.Domain.Tournaments;
using Agon.Storage.Tests.Worlds;
using Agon.Storage.Tournaments;

namespace Agon.Storage.Tests.Tournaments;

public abstract class TournamentStoreContract(Func<Task<TestDatabase>> create) : TournamentContract(create)
{
    [ContractFact]
    public async Task Sources_are_in_use_until_their_tournament_is_over_and_a_winners_until_it_is_promoted()
    {
        async Task<string> InUseAsync() => string.Join(' ', (await Participants.SourcesInUseAsync(None)).Select(source => Path.GetFileName(source.Folder)).Order());
        var tournament = await RunningAsync(ImageType.Analytics, "ada", "bob");
        Assert.Equal("ada baseline bob", await InUseAsync());
        await MakeRunsAsync(task => Right(task.Run.Hotkey == "ada" ? 0.9 : 0.5));
        await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(5), Now, None);
        Assert.Equal(Promotion.Promote, (await Tournaments.ScoreAsync(tournament.TournamentId, Now, None))!.Promotion);
        Assert.Equal("ada baseline", await InUseAsync());
    }

    [ContractFact]
    public async Task A_draft_has_the_active_baseline_as_participant_0_and_keeps_all_that_was_asked_for()
    {
        var tournament = await DraftAsync();
        var stored = await StoredAsync(tournament);

        Assert.Equal(TournamentStatus.Draft, stored.Tournament.Status);
        Assert.Equal(tournament.Schedule, stored.Tournament.Schedule);
        Assert.Equal(["torus"], stored.Tournament.TestNetworks.ToArray());
        Assert.Equal([30], stored.Tournament.TestWindowDays.ToArray());
        Assert.Equal(ScoringPolicy.Default, stored.Tournament.Policy);
        var baseline = Assert.Single(stored.Participants);
        Assert.Equal(("baseline_v1.0.0", ParticipantType.Baseline, 0), (baseline.Hotkey, baseline.Type, baseline.RegistrationOrder));
        Assert.Equal("/data/baseline", (await Participants.SourceAsync(tournament.TournamentId, baseline.Hotkey, None))!.Folder);
        Assert.Equal(tournament.TournamentId, Assert.Single(await Tournaments.UnfinishedAsync(ImageType.Analytics, None)));
        Assert.Empty(await Tournaments.UnfinishedAsync(ImageType.Ml, None));
    }

    [ContractFact]
    public async Task Without_an_active_baseline_no_tournament_is_created_and_a_second_one_is_not_seeded()
    {
        var request = new NewTournament { Name = "none", RegistrationStart = FirstDay, RegistrationEnd = FirstDay };
        Assert.Null(await Tournaments.CreateAsync(request, ImageType.Ml, Now, None));
        Assert.Null(await Baselines.SeedAsync(Seed(), Folder(), None));
        Assert.Contains("active baseline", await Baselines.SeedAsync(Seed(version: "v2.0.0"), Folder(), None));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => WriteAsync("""
            INSERT INTO baseline_registry (baseline_id, image_type, version, github_repository, docker_image_tag, commit_hash, status, created_at, activated_at)
            SELECT originated_from_tournament_id, image_type, 'v9.0.0', '', '', '', status, created_at, activated_at FROM baseline_registry
            """));
    }

    [ContractFact]
    public async Task The_limit_is_exact_and_orders_are_unique_when_many_register_at_once()
    {
        var tournament = await DraftAsync(maxParticipants: 5);
        var tries = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Task.Run(() => RegisterAsync(tournament, $"miner-{n % 11}"))));

        Assert.Equal([1, 2, 3, 4, 5], tries.Select(one => one.Participant).OfType<Participant>().Select(one => one.RegistrationOrder).Order());
        Assert.All(tries.Select(one => one.Refused).OfType<RegistrationOutcome.Refused>(),
            refused => Assert.True(refused.Error is RegistrationError.MaxParticipants or RegistrationError.AlreadyRegistered));
        var stored = await StoredAsync(tournament);
        Assert.Equal((TournamentStatus.Registration, 6), (stored.Tournament.Status, stored.Participants.Count));
    }

    [ContractFact]
    public async Task Who_withdraws_frees_the_place_and_nobody_is_renumbered()
    {
        var tournament = await DraftAsync(maxParticipants: 2);
        await RegisterAsync(tournament, "ada");
        await RegisterAsync(tournament, "bob");
        Assert.Equal((true, null), await Participants.WithdrawAsync(tournament.TournamentId, "ada", FirstDay, None));
        Assert.Equal((false, null), await Participants.WithdrawAsync(tournament.TournamentId, "ada", FirstDay, None));
        Assert.Equal(RegistrationError.NotAMiner, (await Participants.WithdrawAsync(tournament.TournamentId, "baseline_v1.0.0", FirstDay, None)).Refused!.Error);
        Assert.Equal(3, (await RegisterAsync(tournament, "eve")).Participant!.RegistrationOrder);
    }

    [ContractFact]
    public async Task One_call_opens_starts_and_plans_the_day_and_a_second_one_changes_nothing()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada", "bob");
        var stored = await StoredAsync(tournament);

        Assert.Equal((TournamentStatus.InProgress, 1), (stored.Tournament.Status, stored.Tournament.CurrentDay));
        Assert.Equal((EpochStatus.Running, $"tournament_{tournament.TournamentId}"), (stored.Epoch!.Status, stored.Epoch.Hotkey));
        Assert.All(stored.Participants, one => Assert.Equal(ParticipantStatus.Active, one.Status));
        Assert.Equal([("baseline_v1.0.0", 1), ("ada", 2), ("bob", 3)], stored.Runs.Select(run => (run.Run.Hotkey, run.Run.RunOrder)));

        await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(3), Now.AddHours(1), None);
        Assert.Equal(stored.Runs.Select(run => run.Run.RunId), (await StoredAsync(tournament)).Runs.Select(run => run.Run.RunId));
        Assert.Null(await Tournaments.TickAsync(Guid.NewGuid(), FirstDay, Now, None));
    }

    [ContractFact]
    public async Task A_whole_tournament_is_scored_once_with_every_column_and_its_winner()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada", "bob", "eve");
        var day = 3;
        RunResult Play(Agon.Storage.Tournaments.RunTask task) => task.Run.Hotkey switch { "ada" => Right(0.9), "bob" => Failed(), "eve" => Right(0.3, 4000), _ => Right(0.5) };
        Assert.Equal(["baseline_v1.0.0", "ada", "bob", "eve"], await MakeRunsAsync(Play));
        await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(++day), Now, None);
        // Who is out is spared the rest (D04).
        Assert.Equal(["baseline_v1.0.0", "ada"], await MakeRunsAsync(Play));
        Assert.Equal(TournamentStatus.Scoring, (await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(++day), Now, None))!.State.Status);

        var outcome = await Tournaments.ScoreAsync(tournament.TournamentId, Now.AddDays(6), None);
        Assert.Equal(("ada", true, Promotion.Promote), (outcome!.WinnerHotkey, outcome.BaselineBeaten, outcome.Promotion));
        Assert.Null(await Tournaments.ScoreAsync(tournament.TournamentId, Now, None));
        var stored = await StoredAsync(tournament);
        Assert.Equal((TournamentStatus.Completed, "ada", true), (stored.Tournament.Status, stored.Tournament.WinnerHotkey, stored.Tournament.BaselineBeaten));
        Assert.Equal(EpochStatus.Completed, stored.Epoch!.Status);
        Assert.Equal(["ada", "baseline_v1.0.0", "bob", "eve"], stored.Results.Select(result => result.Hotkey));
        Assert.Equal(outcome.Results, stored.Results);
        Assert.Equal(
            [("ada", ParticipantStatus.Completed, null, null), ("bob", ParticipantStatus.Disqualified, "data_correctness_failed", 1), ("eve", ParticipantStatus.Disqualified, "time_limit_exceeded", 1)],
            stored.Participants.Skip(1).Select(one => (one.Hotkey, one.Status, one.DisqualificationReason, one.DisqualifiedOnDay)));
        Assert.Equal(PromotionState.Waiting, (await Promotions.FindAsync(tournament.TournamentId, None))!.State);
    }

    [ContractFact]
    public async Task A_recorded_run_keeps_every_column()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        await MakeRunsAsync(task => task.Run.Hotkey == "ada" ? Failed() : Right());
        var runs = (await StoredAsync(tournament)).Runs;

        var (right, failed) = (runs[0], runs[1]);
        Assert.Equal(Right().Patterns, right.Run.Patterns);
        Assert.Equal((RunStatus.Completed, 1.0, 0, FirstDay, true), (right.Run.Status, right.Run.ExecutionTimeSeconds, right.Run.ContainerExitCode, right.Run.ProcessingDate, right.Run.DataCorrectnessPassed));
        Assert.Equal((Now, Now.AddSeconds(2), 1, Machine), (right.StartedAt, right.EndedAt, right.Attempts, right.Machine));
        Assert.Equal((RunStatus.Failed, 3, "it ended with 3", true, "data_correctness_failed"),
            (failed.Run.Status, failed.Run.ContainerExitCode, failed.Run.ErrorMessage, failed.Run.IsDisqualified, failed.Run.DisqualificationReason));
        Assert.Equal(("no\uFFFD memory", 5_000_000_000), (await Reader.LogTailAsync(failed.Run.RunId, None), failed.MemoryPeakBytes));
    }

    [ContractFact]
    public async Task A_tournament_of_ml_has_its_runs_in_its_own_table_and_is_scored_by_auc_roc()
    {
        var tournament = await RunningAsync(ImageType.Ml, "ada");
        await MakeRunsAsync(task => Right() with { Patterns = null, Risk = new RiskFigures(task.Run.Hotkey == "ada" ? 0.9 : 0.6, 0.25, true) });
        Assert.Equal(2, await RowAsync<long>("SELECT COUNT(*) FROM benchmark_ml_daily_runs"));
        Assert.Equal(0, await RowAsync<long>("SELECT COUNT(*) FROM benchmark_analytics_daily_runs"));

        await Tournaments.CloseAsync(tournament.TournamentId, Now, None);
        var outcome = await Tournaments.ScoreAsync(tournament.TournamentId, Now, None);
        Assert.Equal(("ada", 0.9), (outcome!.WinnerHotkey, outcome.Results[0].PatternAccuracyScore));
    }

    [ContractFact]
    public async Task What_scoring_would_say_in_the_middle_of_a_day_is_what_it_says()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        await MakeRunsAsync(task => Right(task.Run.Hotkey == "ada" ? 0.9 : 0.5));
        await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(4), Now, None);   // the second day waits
        var foretold = TournamentScoring.Score((await StoredAsync(tournament)).ToScoring());
        Assert.True(foretold.BaselineBeaten);
        await Tournaments.CloseAsync(tournament.TournamentId, Now, None);
        Assert.Equal(foretold.Results, (await Tournaments.ScoreAsync(tournament.TournamentId, Now, None))!.Results);
    }

    [ContractFact]
    public async Task Who_is_active_no_more_runs_no_more_and_is_scored_by_what_it_ran()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada", "bob");
        await MakeRunsAsync(_ => Right());
        await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(4), Now, None);
        foreach (var (hotkey, status) in new[] { ("ada", ParticipantStatus.Failed), ("bob", ParticipantStatus.Completed) })
            Assert.Equal(status, (await Participants.SetStatusAsync(tournament.TournamentId, hotkey, status, null, Now, None)).Participant!.Status);
        Assert.Equal(["baseline_v1.0.0"], await MakeRunsAsync(_ => Right()));
        Assert.Equal(TournamentStatus.Scoring, (await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(5), Now, None))!.State.Status);

        // Nobody is out by that (D07, D12), but both lack slots.
        var results = (await Tournaments.ScoreAsync(tournament.TournamentId, Now, None))!.Results.Where(one => one.Type == ParticipantType.Miner);
        Assert.Equal([("ada", false, true, false, 1), ("bob", false, false, false, 1)],
            results.Select(one => (one.Hotkey, one.IsDisqualified, one.IsWinner, one.BeatBaseline, one.TotalRunsCompleted)));
        Assert.Equal([ParticipantStatus.Failed, ParticipantStatus.Completed], (await StoredAsync(tournament)).Participants.Skip(1).Select(one => one.Status));
    }

    [ContractFact]
    public async Task A_cancelled_tournament_has_no_more_runs_and_its_epoch_is_failed()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        var lease = await ClaimAsync();
        Assert.True(await Tournaments.CancelAsync(tournament.TournamentId, Now, None));

        Assert.False(await TournamentRuns.RenewAsync(lease!, Now, Now.AddMinutes(1), None));
        Assert.Null(await ClaimAsync());
        var stored = await StoredAsync(tournament);
        Assert.Equal((TournamentStatus.Cancelled, EpochStatus.Failed, 0), (stored.Tournament.Status, stored.Epoch!.Status, stored.Runs.Count));
        Assert.True(await Tournaments.CancelAsync(tournament.TournamentId, Now, None));
        Assert.Equal(TournamentStatus.Cancelled, (await Tournaments.TickAsync(tournament.TournamentId, FirstDay.AddDays(3), Now, None))!.State.Status);
    }

    [ContractFact]
    public async Task An_operator_may_disqualify_with_a_reason_and_what_is_final_stays()
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        var id = tournament.TournamentId;
        Assert.Contains("reason", (await Participants.SetStatusAsync(id, "ada", ParticipantStatus.Disqualified, null, Now, None)).Refusal);
        var changed = (await Participants.SetStatusAsync(id, "ada", ParticipantStatus.Disqualified, "copied", Now, None)).Participant!;
        Assert.Equal((ParticipantStatus.Disqualified, true, "copied"), (changed.Status, changed.IsDisqualified, changed.DisqualificationReason));
        Assert.NotNull((await Participants.SetStatusAsync(id, "ada", ParticipantStatus.Active, null, Now, None)).Refusal);
        Assert.Equal((null, null), await Participants.SetStatusAsync(id, "nobody", ParticipantStatus.Active, null, Now, None));
        Assert.Equal(["baseline_v1.0.0"], await MakeRunsAsync(_ => Right()));
    }
}

public sealed class TournamentStoreOnSqlite() : TournamentStoreContract(OnSqlite);

[NeedsPostgres]
public sealed class TournamentStoreOnPostgres() : TournamentStoreContract(OnPostgres);
