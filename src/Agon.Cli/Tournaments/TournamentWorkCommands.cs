using System.CommandLine;
using System.Text.Json;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;
using Agon.Server.Tournaments;
using Agon.Storage.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary>Those of <c>agon tournament</c> that get one on. They return when the runs that they started are recorded.</summary>
internal static class TournamentWorkCommands
{
    public static Command Orchestrate(Shell shell)
    {
        var flags = new TournamentFlags();
        var command = new AgonCommand(
            "orchestrate",
            "Gets tournaments on by what their status and the date say, and makes the runs that are due. Without an id: all of the type.",
            "agon tournament orchestrate --image-type analytics --data /srv/agon",
            "agon tournament orchestrate --tournament-id 0197... --test-date 2026-03-05 --dry-run")
        { flags.ImageType, flags.TournamentId, flags.TestDate, flags.DryRun, flags.Json, flags.Data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (type, today) = (flags.TypeOf(parsed), flags.TodayOf(shell, parsed));
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            IReadOnlyList<Guid> ids = flags.IdOf(parsed) is { } one ? [one] : await desk.Tournaments.UnfinishedAsync(type, cancellationToken);
            var held = new List<string>();
            // Those that a call before left open; what is scored below is promoted at once.
            foreach (var id in await OpenPromotionsAsync(desk, flags.IdOf(parsed), type, cancellationToken))
                await PromoteAsync(shell, desk, id, parsed.GetValue(flags.DryRun), held, cancellationToken);
            foreach (var id in ids)
            {
                try
                {
                    var before = await FindAsync(desk, id, type, cancellationToken);
                    var step = parsed.GetValue(flags.DryRun)
                        ? TournamentRules.Next(before.ToState(), today)
                        : await desk.TickAsync(id, today, cancellationToken) ?? throw TournamentFlags.NoSuchTournament(id);
                    shell.Say(TournamentText.Line($"{id}", TournamentStepView.Of(step)));
                    if (!parsed.GetValue(flags.DryRun))
                        await WorkAsync(shell, desk, before, cancellationToken);
                    if (parsed.GetValue(flags.Json))
                        await PrintAsync(shell, desk, before, step, cancellationToken);
                }
                catch (CommandFailure failure) when (failure.ExitCode == ExitCode.Platform)
                {
                    held.Add($"{id}: {failure.Message}");   // the others go on
                }
            }
            if (held.Count > 0)
                throw CommandFailure.Platform(string.Join("; ", held));
        });
        return command;
    }

    private static async Task<IReadOnlyList<Guid>> OpenPromotionsAsync(TournamentDesk desk, Guid? id, ImageType? type, CancellationToken cancellationToken)
    {
        var open = new List<Guid>();
        foreach (var waiting in await desk.Promotions.OpenAsync(cancellationToken))
        {
            if ((id is null || id == waiting) && (type is null || (await desk.Reader.FindAsync(waiting, cancellationToken))?.ImageType == type))
                open.Add(waiting);
        }
        return open;
    }

    private static async Task PromoteAsync(Shell shell, TournamentDesk desk, Guid id, bool dryRun, List<string> held, CancellationToken cancellationToken)
    {
        if (dryRun)
        {
            shell.Say($"{id}: would go on with the promotion of its winner");
            return;
        }
        var promotion = await desk.GoOnPromotingAsync(id, cancellationToken);
        shell.Say($"{id}: promotion {ContractWord.Of(promotion.State)}");
        if (promotion.State is not (PromotionState.Done or PromotionState.Skipped))
            held.Add($"{id}: {promotion.Reason}");
    }

    public static Command RunDay(Shell shell)
    {
        var flags = new TournamentFlags();
        var command = new AgonCommand(
            "run-day",
            "Makes the runs that a competition day still lacks, one at a time: the baseline first, then miners by registration.",
            "agon tournament run-day --tournament-id 0197... --image-type analytics --test-date 2026-03-05")
        { flags.TournamentId, flags.ImageType, flags.TestDate, flags.DryRun, flags.Json, flags.Data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (id, today) = (flags.RequiredIdOf(parsed), flags.TodayOf(shell, parsed));
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            var before = await FindAsync(desk, id, flags.TypeOf(parsed), cancellationToken);
            if (before.Tournament.Status != TournamentStatus.InProgress || !before.Tournament.Schedule.IsCompetitionDay(today))
            {
                throw CommandFailure.Refused(
                    $"{today:yyyy-MM-dd} cannot be run: the tournament is {ContractWord.Of(before.Tournament.Status)}, its competition {before.Tournament.Schedule.CompetitionStart:yyyy-MM-dd} to {before.Tournament.Schedule.CompetitionEnd:yyyy-MM-dd}");
            }
            if (parsed.GetValue(flags.DryRun))
            {
                foreach (var run in DayRules.Remaining(before.Tournament, before.Participants, before.PlainRuns, today))
                    shell.Print($"would run {run.Participant.Hotkey} on {run.Slot.Network}, {run.Slot.WindowDays} days");
                return;
            }
            var step = await desk.Tournaments.PlanDayAsync(id, today, shell.Clock.GetUtcNow(), cancellationToken) ?? throw TournamentFlags.NoSuchTournament(id);
            await WorkAsync(shell, desk, before, cancellationToken);
            if (parsed.GetValue(flags.Json))
                await PrintAsync(shell, desk, before, step, cancellationToken);
        });
        return command;
    }

    /// <summary>Scores a stored tournament, whose competition ends by that if it still runs (D03).</summary>
    public static async Task<TournamentOutcomeView> ScoreAsync(Shell shell, ParseResult parsed, TournamentFlags flags, CancellationToken cancellationToken)
    {
        var id = flags.IdOf(parsed) ?? throw CommandFailure.Usage("name a stored tournament with --tournament-id, or a file with --from");
        await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
        var before = await FindAsync(desk, id, flags.TypeOf(parsed), cancellationToken);
        if (TournamentRules.Close(before.ToState()) is EarlyClose.Refused refused)
            throw CommandFailure.Refused(refused.Reason);
        if (parsed.GetValue(flags.DryRun) && before.Tournament.Status != TournamentStatus.Completed)
            return TournamentOutcomeView.Of(TournamentScoring.Score(before.ToScoring()), id, shell.Clock.GetUtcNow());
        if (await desk.Tournaments.CloseAsync(id, shell.Clock.GetUtcNow(), cancellationToken) is EarlyClose.Proceed)
            await desk.ScoreAsync(id, cancellationToken);
        return TournamentShowCommands.OutcomeOf(await FindAsync(desk, id, type: null, cancellationToken))
            ?? throw CommandFailure.Platform("the tournament was not scored; the same command may work later");
    }

    /// <summary>Makes the tournament's runs, and tells each as it ends.</summary>
    /// <exception cref="CommandFailure">A fault of ours holds the day.</exception>
    public static async Task WorkAsync(Shell shell, TournamentDesk desk, StoredTournament before, CancellationToken cancellationToken)
    {
        var id = before.Tournament.TournamentId;
        var told = Finished(before).Select(run => run.Run.RunId).ToHashSet();
        var open = await desk.WorkAsync(id, TellNewAsync, cancellationToken);
        await TellNewAsync();   // what another process made meanwhile
        if (open.Count > 0)
            throw CommandFailure.Platform($"the day is held, {open.Count} runs are open, nobody is disqualified by it: {open.Fault}; the same command goes on");

        async Task TellNewAsync()
        {
            var now = await desk.Tournaments.FindAsync(id, cancellationToken);
            foreach (var run in Finished(now!).Where(run => told.Add(run.Run.RunId)))
                shell.Say(TournamentText.Of(run));
        }
    }

    private static IEnumerable<RecordedRun> Finished(StoredTournament stored) => stored.Runs.Where(run => run.Run.ToScored().IsFinished);

    private static async Task PrintAsync(Shell shell, TournamentDesk desk, StoredTournament before, TournamentStep step, CancellationToken cancellationToken)
    {
        var known = Finished(before).Select(run => run.Run.RunId).ToHashSet();
        var after = await desk.Tournaments.FindAsync(before.Tournament.TournamentId, cancellationToken);
        shell.Output.WriteLine(JsonSerializer.Serialize(
            new StepLine(before.Tournament.TournamentId, TournamentStepView.Of(step), [.. Finished(after!).Where(run => !known.Contains(run.Run.RunId)).Select(RunLine.Of)]),
            TournamentJson.Default.StepLine));
    }

    /// <exception cref="CommandFailure">There is none, or it is of another type than the one that was named.</exception>
    public static async Task<StoredTournament> FindAsync(TournamentDesk desk, Guid id, ImageType? type, CancellationToken cancellationToken)
    {
        var stored = await desk.Tournaments.FindAsync(id, cancellationToken) ?? throw TournamentFlags.NoSuchTournament(id);
        return type is null || stored.Tournament.ImageType == type
            ? stored
            : throw CommandFailure.Refused($"tournament {id} is of {ContractWord.Of(stored.Tournament.ImageType)}");
    }
}
