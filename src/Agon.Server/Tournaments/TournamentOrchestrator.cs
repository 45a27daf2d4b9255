using Agon.Domain.Tournaments;
using Agon.Storage;
using Agon.Storage.Tournaments;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Tournaments;

/// <summary>Carries out what the rules say comes next (S050, S054). Twice, late, or after a crash in any line: it comes to the same state.</summary>
public sealed partial class TournamentOrchestrator(
    TournamentStore tournaments, TournamentReadStore reader, TournamentTidier tidier, TimeProvider clock, ILogger<TournamentOrchestrator> logger)
{
    // Told once each, until they go on.
    private readonly HashSet<WaitingTournament> waiting = [];

    /// <summary>One call for one tournament (D02): its transitions, the day's runs into the queue, and if it is due scoring. A promotion waits for who makes promotions.</summary>
    /// <returns>Null: there is no such tournament.</returns>
    public async Task<TournamentStep?> TickAsync(Guid tournamentId, DateOnly today, CancellationToken cancellationToken)
    {
        var step = await tournaments.TickAsync(tournamentId, today, clock.GetUtcNow(), cancellationToken);
        if (step is { Actions: [_, ..] })
            LogStep(tournamentId, ContractWord.Of(step.State.Status), string.Join(", ", step.Actions.Select(action => action.Word)));
        if (step is { State.Status: TournamentStatus.Scoring })
            await ScoreAsync(tournamentId, cancellationToken);
        return step;
    }

    /// <summary>All that are under way; one that cannot get on holds up nobody else.</summary>
    public async Task TickAllAsync(ImageType? type, DateOnly today, CancellationToken cancellationToken)
    {
        foreach (var id in await tournaments.UnfinishedAsync(type, cancellationToken))
        {
            try
            {
                await TickAsync(id, today, cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && !DatabaseFault.IsAway(error))
            {
                LogStuck(id, error);
            }
        }
        await MissMachinesAsync(cancellationToken);
        await tidier.TidyAsync(cancellationToken);
    }

    /// <summary>Tells which tournaments wait for a machine that may never come back: only a person knows.</summary>
    public async Task MissMachinesAsync(CancellationToken cancellationToken)
    {
        var now = await reader.WaitingAsync(tournamentId: null, clock.GetUtcNow(), cancellationToken);
        waiting.IntersectWith(now);
        foreach (var one in now.Where(waiting.Add))
            LogWaits(one.TournamentId, one.Machine);
    }

    /// <summary>Scores a tournament that is scoring; its winner's promotion waits from then on. Null: it is not scoring.</summary>
    public async Task<TournamentOutcome?> ScoreAsync(Guid tournamentId, CancellationToken cancellationToken)
    {
        if (await tournaments.ScoreAsync(tournamentId, clock.GetUtcNow(), cancellationToken) is not { } outcome)
            return null;
        LogScored(tournamentId, outcome.WinnerHotkey ?? "nobody", ContractWord.Of(outcome.Promotion));
        return outcome;
    }

    [LoggerMessage(620, LogLevel.Information, "Tournament {TournamentId} is {Status}: {Actions}")]
    private partial void LogStep(Guid tournamentId, string status, string actions);

    [LoggerMessage(622, LogLevel.Warning, "Tournament {TournamentId} waits for the machine {Machine}, which makes its runs and makes none; if it is lost or renamed, 'agon tournament move --tournament-id {TournamentId} --machine NAME' lets another one make them")]
    private partial void LogWaits(Guid tournamentId, string machine);

    [LoggerMessage(623, LogLevel.Error, "Tournament {TournamentId} could not get on; the others go on, and it is looked at again at the next tick")]
    private partial void LogStuck(Guid tournamentId, Exception error);

    [LoggerMessage(621, LogLevel.Information, "Tournament {TournamentId} is scored; winner: {Winner}; promotion: {Promotion}")]
    private partial void LogScored(Guid tournamentId, string winner, string promotion);
}
