using System.Globalization;
using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Server.Jobs;
using Agon.Storage.Tournaments;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tournaments;

/// <summary>What came of a promotion.</summary>
/// <param name="Decision">Of its first step.</param>
/// <param name="State">How far it is.</param>
/// <param name="BaselineId">The new baseline; null where there is none.</param>
/// <param name="Reason">Why it is held or skipped, or failed; null where it is done.</param>
public sealed record PromotionReport(PromotionDecision Decision, PromotionState State, Guid? BaselineId, string? Reason);

/// <summary>
/// Makes a winner the next baseline, in the order of S055: 1. check, 2. record the building row, which fixes the version, 3. push the pinned commit under
/// the version as its tag (of an image alone there is none, and its id is pin enough), 4. build, 5. activate the new and deprecate the old one. Whoever takes the steps holds a lease; each may be taken twice, and
/// what fails leaves the old one active.
/// </summary>
internal sealed partial class Promoter(
    TournamentStore tournaments, ParticipantStore participants, PromotionStore promotions, ParticipantSources sources, SourceSettings settings,
    IOptions<TournamentOptions> options, IOptions<JobOptions> jobOptions, DatabaseOutage outage, TimeProvider clock, ILogger<Promoter> logger)
{
    private readonly JobOptions jobs = jobOptions.Value;

    /// <summary>A person asks for it: no pause is waited for, and what was held is tried again.</summary>
    /// <returns>Null: there is no such tournament.</returns>
    public async Task<PromotionReport?> PromoteAsync(Guid tournamentId, bool confirm, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (await promotions.AskForAsync(tournamentId, confirm, now, cancellationToken) is not { } decision)
            return null;
        var isHere = decision is PromotionDecision.Promote && await TryNextAsync(tournamentId, cancellationToken);
        var promotion = await promotions.FindAsync(tournamentId, cancellationToken);
        var elsewhere = decision is PromotionDecision.Promote && !isHere ? "another process is at it" : null;
        return new PromotionReport(decision, promotion?.State ?? PromotionState.Waiting, promotion?.BaselineId,
            promotion?.Reason ?? (decision as PromotionDecision.Skip)?.Reason ?? elsewhere);
    }

    /// <summary>Takes up the promotion that has waited longest, whose pause is over. False: there is none.</summary>
    /// <param name="tournamentId">Only that one; null for any.</param>
    /// <param name="cancellationToken">Hands it back unharmed.</param>
    public async Task<bool> TryNextAsync(Guid? tournamentId, CancellationToken cancellationToken)
    {
        var worker = string.Create(CultureInfo.InvariantCulture, $"{jobs.Machine}/{Environment.ProcessId}/{Guid.NewGuid():N}");
        var now = clock.GetUtcNow();
        if (await promotions.ClaimAsync(worker, tournamentId, now, now + jobs.Lease, cancellationToken) is not { } lease)
            return false;
        var handling = new LeaseHandling(
            (at, until, token) => promotions.RenewAsync(lease, at, until, token), () => LogLost(lease.TournamentId),
            outage.Or(error => LogMissed(lease.TournamentId, error)));
        await using var keeper = new LeaseKeeper(handling, now + jobs.Lease, jobs, clock);
        using var sure = CancellationTokenSource.CreateLinkedTokenSource(keeper.Lost, cancellationToken);
        try
        {
            if (lease.Tries > PromotionRetries.Most)
                throw new PlatformFaultException("the processes that tried it ended in the middle");
            await StepsAsync(lease, keeper, sure.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await promotions.ReleaseAsync(lease, clock.GetUtcNow(), CancellationToken.None);
            throw;
        }
        catch (OperationCanceledException)
        {
            // The lease is lost: another has it, and goes on where this one was.
        }
        catch (Exception error) when (!Patience.IsAway(error))
        {
            // Whatever it is, it must not stand before the others at every tick.
            await FailAsync(lease, error, isFinal: error is PushRefusedException);
        }
        return true;
    }

    private async Task StepsAsync(PromotionLease lease, LeaseKeeper keeper, CancellationToken cancellationToken)
    {
        var id = lease.TournamentId;
        switch (await promotions.CheckAsync(lease, clock.GetUtcNow(), cancellationToken))
        {
            case PromotionDecision.Promote(var winner):
                var tournament = (await tournaments.FindAsync(id, cancellationToken))!.Tournament;
                await StepsAsync(lease, keeper, tournament, winner, cancellationToken);
                break;
            case PromotionDecision.Hold(var reason):
                LogHeld(id, reason);
                break;
        }
    }

    private async Task StepsAsync(PromotionLease lease, LeaseKeeper keeper, Tournament tournament, Participant winner, CancellationToken cancellationToken)
    {
        var evaluated = await participants.SourceAsync(lease.TournamentId, winner.Hotkey, cancellationToken) ?? new ParticipantSource();
        var (baseline, source) = await promotions.RecordBuildingAsync(lease, tournament, winner, evaluated, clock.GetUtcNow(), cancellationToken);
        if (lease.State == PromotionState.Waiting && evaluated.HasCode && options.Value.BaselineRemote(tournament.ImageType) is { } remote)
        {
            var commit = await new BaselineRepository(remote, settings).PushAsync(evaluated.ToPinned(), await FolderAsync(evaluated, cancellationToken), $"{baseline.Version}", cancellationToken);
            // From now on it comes from there, and not from where its author may change or remove it.
            source = new ParticipantSource { Repository = remote.Address, CommitHash = commit, ImageTag = evaluated.Repository is null ? null : evaluated.ImageTag };
            await promotions.AdvanceAsync(lease, PromotionState.Pushed, source, clock.GetUtcNow(), cancellationToken);
        }
        try
        {
            await sources.PrepareAsync(source.ToPinned(), cancellationToken);
        }
        catch (SourceRefusedException refused)
        {
            // It will not build the next time.
            await FailAsync(lease, refused, isFinal: true);
            return;
        }
        await promotions.AdvanceAsync(lease, PromotionState.Built, null, clock.GetUtcNow(), cancellationToken);
        keeper.Conclude();
        if (await promotions.ActivateAsync(lease, tournament, baseline, clock.GetUtcNow(), cancellationToken))
            LogPromoted(lease.TournamentId, winner.Hotkey, $"{baseline.Version}");
        else
            await promotions.CheckAsync(lease, clock.GetUtcNow(), cancellationToken);   // holds it: another baseline is active by now
    }

    private async Task<string?> FolderAsync(ParticipantSource evaluated, CancellationToken cancellationToken) =>
        evaluated.FolderHash is null ? null : (await sources.PrepareAsync(evaluated.ToPinned(), cancellationToken) as ParticipantProgram.Folder)?.Path;

    private async Task FailAsync(PromotionLease lease, Exception error, bool isFinal)
    {
        var wait = isFinal ? null : PromotionRetries.WaitAfter(lease.Tries);
        var next = wait is { } pause
            ? $"it is tried again in {pause.TotalMinutes:0} min"
            : $"it waits for an operator: 'agon baseline promote --tournament-id {lease.TournamentId}' tries again, as the next version";
        var reason = $"{error.Message}; the old baseline stays active; {next}";
        LogFailed(lease.TournamentId, reason, error);
        await promotions.FailAsync(lease, reason, wait is null ? null : clock.GetUtcNow() + wait, clock.GetUtcNow(), CancellationToken.None);
    }

    [LoggerMessage(630, LogLevel.Information, "The winner of tournament {TournamentId}, {Hotkey}, is the next baseline, {Version}")]
    private partial void LogPromoted(Guid tournamentId, string hotkey, string version);

    [LoggerMessage(631, LogLevel.Warning, "The promotion of tournament {TournamentId} is held: {Reason}")]
    private partial void LogHeld(Guid tournamentId, string reason);

    [LoggerMessage(632, LogLevel.Error, "The promotion of tournament {TournamentId} failed: {Reason}")]
    private partial void LogFailed(Guid tournamentId, string reason, Exception error);

    [LoggerMessage(633, LogLevel.Warning, "The lease of the promotion of tournament {TournamentId} is lost; another goes on with it")]
    private partial void LogLost(Guid tournamentId);

    [LoggerMessage(634, LogLevel.Warning, "A heartbeat of the promotion of tournament {TournamentId} was missed")]
    private partial void LogMissed(Guid tournamentId, Exception error);
}
