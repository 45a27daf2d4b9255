using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
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
/// Makes a winner the next baseline, in the order of S055: 1. check, 2. record the building row, which fixes the version, 3. push the pinned commit and the
/// version as its tag, 4. build, 5. activate the new and deprecate the old one. Each step may be taken twice; what fails leaves the old one active.
/// </summary>
public sealed partial class Promoter(
    TournamentStore tournaments, ParticipantStore participants, PromotionStore promotions, ParticipantSources sources, IOptions<TournamentOptions> options, TimeProvider clock, ILogger<Promoter> logger)
{
    /// <returns>Null: there is no such tournament.</returns>
    public async Task<PromotionReport?> PromoteAsync(Guid tournamentId, bool confirm, CancellationToken cancellationToken)
    {
        var decision = await promotions.DecideAsync(tournamentId, confirm, clock.GetUtcNow(), cancellationToken);
        switch (decision)
        {
            case null:
                return null;
            case PromotionDecision.Promote(var winner):
                await StepsAsync((await tournaments.FindAsync(tournamentId, cancellationToken))!.Tournament, winner, cancellationToken);
                break;
            case PromotionDecision.Hold(var reason):
                LogHeld(tournamentId, reason);
                break;
        }
        var promotion = await promotions.FindAsync(tournamentId, cancellationToken);
        return new PromotionReport(decision, promotion?.State ?? PromotionState.Waiting, promotion?.BaselineId,
            promotion?.Reason ?? (decision as PromotionDecision.Skip)?.Reason);
    }

    private async Task StepsAsync(Tournament tournament, Participant winner, CancellationToken cancellationToken)
    {
        var id = tournament.TournamentId;
        try
        {
            var source = await participants.SourceAsync(id, winner.Hotkey, cancellationToken) ?? new ParticipantSource();
            var baseline = await promotions.RecordBuildingAsync(tournament, winner, source, clock.GetUtcNow(), cancellationToken);
            if (options.Value.BaselineRepository(tournament.ImageType) is { } remote)
            {
                var code = source.FolderHash is null ? null : (await sources.PrepareAsync(source.ToPinned(), cancellationToken) as ParticipantProgram.Folder)?.Path;
                var commit = await BaselinePush.RunAsync(source with { Folder = code }, remote, $"{baseline.Version}", cancellationToken);
                await promotions.AdvanceAsync(id, PromotionState.Pushed, new ParticipantSource { Repository = BaselinePush.Shown(remote), CommitHash = commit }, clock.GetUtcNow(), cancellationToken);
            }
            // Most often there already: it is what was evaluated.
            await sources.PrepareAsync(source.ToPinned(), cancellationToken);
            await promotions.AdvanceAsync(id, PromotionState.Built, pushed: null, clock.GetUtcNow(), cancellationToken);
            if (await promotions.ActivateAsync(tournament, clock.GetUtcNow(), cancellationToken))
                LogPromoted(id, winner.Hotkey, $"{baseline.Version}");
        }
        catch (Exception error) when (error is BaselinePushException or SourceRefusedException or PlatformFaultException or IOException or UnauthorizedAccessException)
        {
            LogFailed(id, error);
            await promotions.FailAsync(
                id, $"{error.Message}; the old baseline stays active; 'agon baseline promote --tournament-id {id}' tries again", buildFailed: error is SourceRefusedException,
                clock.GetUtcNow(), cancellationToken);
        }
    }

    [LoggerMessage(630, LogLevel.Information, "The winner of tournament {TournamentId}, {Hotkey}, is the next baseline, {Version}")]
    private partial void LogPromoted(Guid tournamentId, string hotkey, string version);

    [LoggerMessage(631, LogLevel.Warning, "The promotion of tournament {TournamentId} is held: {Reason}")]
    private partial void LogHeld(Guid tournamentId, string reason);

    [LoggerMessage(632, LogLevel.Error, "The promotion of tournament {TournamentId} failed; it is tried again")]
    private partial void LogFailed(Guid tournamentId, Exception error);
}
