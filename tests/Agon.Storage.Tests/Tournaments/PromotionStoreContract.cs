using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Storage.Tests.Worlds;
using Agon.Storage.Tournaments;

namespace Agon.Storage.Tests.Tournaments;

public abstract class PromotionStoreContract(Func<Task<TestDatabase>> create) : TournamentContract(create)
{
    [ContractFact]
    public async Task Of_many_who_claim_a_promotion_at_once_one_gets_it_and_who_falls_silent_loses_it()
    {
        var (tournament, _) = await WonAsync();
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ClaimPromotionAsync())));
        var lost = Assert.Single(claims, claim => claim is not null)!;
        Assert.Equal((tournament.TournamentId, 1, PromotionState.Waiting), (lost.TournamentId, lost.Tries, lost.State));
        Assert.True(await Promotions.RenewAsync(lost, Now.AddSeconds(20), Now.AddSeconds(50), None));
        Assert.Null(await ClaimPromotionAsync(Now.AddSeconds(49)));

        var next = (await ClaimPromotionAsync(Now.AddSeconds(50)))!;
        Assert.Equal(2, next.Tries);
        var late = Now.AddSeconds(51);
        Assert.False(await Promotions.RenewAsync(lost, late, late.AddSeconds(30), None));
        Assert.Null(await Promotions.CheckAsync(lost, late, None));
        await Assert.ThrowsAsync<OperationCanceledException>(() => Promotions.AdvanceAsync(lost, PromotionState.Built, null, late, None));
        await Promotions.ReleaseAsync(next, late, None);
        Assert.Equal(2, (await ClaimPromotionAsync(late))!.Tries);
    }

    [ContractFact]
    public async Task The_new_baseline_comes_from_where_it_was_pushed_and_replaces_the_old_one_at_once()
    {
        var (tournament, winner) = await WonAsync();
        var lease = (await ClaimPromotionAsync())!;
        Assert.IsType<PromotionDecision.Promote>(await Promotions.CheckAsync(lease, Now, None));
        var (baseline, source) = await Promotions.RecordBuildingAsync(lease, tournament, winner, Folder("ada"), Now, None);
        Assert.Equal(("v1.1.0", Folder("ada")), ($"{baseline.Version}", source));
        var pushed = new ParticipantSource { Repository = "https://git.example.org/baselines", CommitHash = new string('a', 40) };
        await Promotions.AdvanceAsync(lease, PromotionState.Pushed, pushed, Now, None);

        // Whoever goes on after a crash finds the row, and what it is built from now.
        await Promotions.ReleaseAsync(lease, Now, None);
        lease = (await ClaimPromotionAsync())!;
        Assert.Equal(PromotionState.Pushed, lease.State);
        var again = await Promotions.RecordBuildingAsync(lease, tournament, winner, Folder("ada"), Now, None);
        Assert.Equal((baseline.BaselineId, pushed), (again.Baseline.BaselineId, again.Source));
        await Promotions.AdvanceAsync(lease, PromotionState.Built, null, Now, None);
        Assert.True(await Promotions.ActivateAsync(lease, tournament, again.Baseline, Now, None));

        var active = (await Baselines.ActiveAsync(ImageType.Analytics, None))!;
        Assert.Equal((baseline.BaselineId, pushed.Repository, pushed.CommitHash), (active.BaselineId, active.GithubRepository, active.CommitHash));
        Assert.Equal(pushed, await Baselines.SourceAsync(active.BaselineId, None));
        Assert.Equal(BaselineStatus.Deprecated, (await Baselines.FindAsync(tournament.BaselineId, None))!.Status);
        Assert.Null(await ClaimPromotionAsync(Now.AddDays(1)));
        Assert.IsType<PromotionDecision.AlreadyPromoted>(await Promotions.AskForAsync(tournament.TournamentId, confirm: false, Now, None));
    }

    [ContractFact]
    public async Task A_failed_try_waits_and_a_held_one_waits_for_a_person()
    {
        var (tournament, winner) = await WonAsync();
        var lease = (await ClaimPromotionAsync())!;
        await Promotions.FailAsync(lease, "the server is away", Now.AddMinutes(1), Now, None);
        Assert.Null(await ClaimPromotionAsync(Now.AddSeconds(59)));
        lease = (await ClaimPromotionAsync(Now.AddMinutes(1)))!;
        Assert.Equal(2, lease.Tries);
        var (first, _) = await Promotions.RecordBuildingAsync(lease, tournament, winner, Folder("ada"), Now, None);
        // What is tried again by itself keeps its version.
        await Promotions.FailAsync(lease, "the server is away", Now, Now, None);
        lease = (await ClaimPromotionAsync(Now.AddMinutes(2)))!;
        Assert.Equal(first.BaselineId, (await Promotions.RecordBuildingAsync(lease, tournament, winner, Folder("ada"), Now, None)).Baseline.BaselineId);
        await Promotions.FailAsync(lease, "it does not build", runAfter: null, Now, None);
        Assert.Null(await ClaimPromotionAsync(Now.AddDays(30)));
        Assert.Equal((PromotionState.Held, "it does not build"), ((await Promotions.FindAsync(tournament.TournamentId, None))!.State, (await Promotions.FindAsync(tournament.TournamentId, None))!.Reason));
        Assert.Equal(BaselineStatus.Failed, (await Baselines.FindAsync(first.BaselineId, None))!.Status);
        Assert.Equal(tournament.BaselineId, (await Baselines.ActiveAsync(ImageType.Analytics, None))!.BaselineId);

        Assert.IsType<PromotionDecision.Promote>(await Promotions.AskForAsync(tournament.TournamentId, confirm: false, Now, None));
        lease = (await ClaimPromotionAsync())!;
        Assert.Equal(1, lease.Tries);
        // The version is spent.
        Assert.Equal("v1.2.0", $"{(await Promotions.RecordBuildingAsync(lease, tournament, winner, Folder("ada"), Now, None)).Baseline.Version}");
    }

    [ContractFact]
    public async Task A_winner_that_was_not_measured_against_the_active_baseline_is_held_even_in_the_last_step()
    {
        var (tournament, winner) = await WonAsync();
        var lease = (await ClaimPromotionAsync())!;
        var (baseline, _) = await Promotions.RecordBuildingAsync(lease, tournament, winner, Folder("ada"), Now, None);
        await WriteAsync("UPDATE baseline_registry SET status = 'failed', activated_at = NULL WHERE status = 'active'");
        Assert.False(await Promotions.ActivateAsync(lease, tournament, baseline, Now, None));
        Assert.IsType<PromotionDecision.Hold>(await Promotions.CheckAsync(lease, Now, None));
        // Nothing goes on building, and no image is kept for it.
        Assert.Equal((PromotionState.Held, null), ((await Promotions.FindAsync(tournament.TournamentId, None))!.State, (await Promotions.FindAsync(tournament.TournamentId, None))!.BaselineId));
        Assert.Equal(BaselineStatus.Failed, (await Baselines.FindAsync(baseline.BaselineId, None))!.Status);

        await WriteAsync("UPDATE baseline_registry SET status = 'active', activated_at = created_at WHERE version = 'v1.0.0'");
        Assert.IsType<PromotionDecision.Promote>(await Promotions.AskForAsync(tournament.TournamentId, confirm: false, Now, None));
        lease = (await ClaimPromotionAsync())!;
        Assert.Equal(PromotionState.Waiting, lease.State);
        var (next, _) = await Promotions.RecordBuildingAsync(lease, tournament, winner, Folder("ada"), Now, None);
        Assert.Equal("v1.2.0", $"{next.Version}");
        Assert.True(await Promotions.ActivateAsync(lease, tournament, next, Now, None));
    }

    [ContractFact]
    public async Task A_winner_over_an_invalid_baseline_waits_for_a_person_whose_word_holds_for_whoever_takes_the_steps()
    {
        var (tournament, winner) = await WonAsync(Right(0.5) with { DataCorrectnessPassed = false }, Promotion.HoldBaselineInvalid);
        var id = tournament.TournamentId;
        Assert.IsType<PromotionDecision.Hold>(await Promotions.CheckAsync((await ClaimPromotionAsync())!, Now, None));
        Assert.IsType<PromotionDecision.Hold>(await Promotions.AskForAsync(id, confirm: false, Now, None));
        Assert.Null(await ClaimPromotionAsync());
        // To ask what would be is no word.
        Assert.IsType<PromotionDecision.Promote>(await Promotions.AskAsync(id, confirm: true, None));
        var held = (await Promotions.FindAsync(id, None))!;
        Assert.Equal((PromotionState.Held, false), (held.State, held.Confirmed));

        Assert.IsType<PromotionDecision.Promote>(await Promotions.AskForAsync(id, confirm: true, Now, None));
        Assert.True((await Promotions.FindAsync(id, None))!.Confirmed);
        var lease = (await ClaimPromotionAsync())!;
        Assert.IsType<PromotionDecision.Promote>(await Promotions.CheckAsync(lease, Now, None));
        await Promotions.FailAsync(lease, "the server is away", Now.AddMinutes(1), Now, None);

        // Another process, later, and nobody says it again.
        var later = Now.AddMinutes(1);
        lease = (await ClaimPromotionAsync(later))!;
        Assert.IsType<PromotionDecision.Promote>(await Promotions.CheckAsync(lease, later, None));
        var (baseline, _) = await Promotions.RecordBuildingAsync(lease, tournament, winner, Folder("ada"), later, None);
        Assert.True(await Promotions.ActivateAsync(lease, tournament, baseline, later, None));
        Assert.Equal(baseline.BaselineId, (await Baselines.ActiveAsync(ImageType.Analytics, None))!.BaselineId);
    }

    private Task<PromotionLease?> ClaimPromotionAsync(DateTimeOffset? at = null) =>
        Promotions.ClaimAsync($"worker-{Guid.NewGuid()}", null, at ?? Now, (at ?? Now).AddSeconds(30), None);

    private async Task<(Tournament Tournament, Participant Winner)> WonAsync(RunResult? baseline = null, Promotion verdict = Promotion.Promote)
    {
        var tournament = await RunningAsync(ImageType.Analytics, "ada");
        await MakeRunsAsync(task => task.Run.Hotkey == "ada" ? Right(0.9) : baseline ?? Right(0.5));
        await Tournaments.CloseAsync(tournament.TournamentId, Now, None);
        Assert.Equal(verdict, (await Tournaments.ScoreAsync(tournament.TournamentId, Now, None))!.Promotion);
        var stored = await StoredAsync(tournament);
        return (stored.Tournament, stored.Participants.Single(one => one.Hotkey == "ada"));
    }
}

public sealed class PromotionStoreOnSqlite() : PromotionStoreContract(OnSqlite);

[NeedsPostgres]
public sealed class PromotionStoreOnPostgres() : PromotionStoreContract(OnPostgres);
