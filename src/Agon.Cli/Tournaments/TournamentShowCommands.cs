using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Leaderboards;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;
using Agon.Storage.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary>Those of <c>agon tournament</c> that show what there is.</summary>
internal static class TournamentShowCommands
{
    public static Command List(Shell shell)
    {
        var flags = new TournamentFlags();
        var command = new AgonCommand(
            "list", "Lists the tournaments, the latest competition first.", "agon tournament list --data /srv/agon", "agon tournament list --url https://agon.example.org --json")
        { flags.ImageType, flags.Json, flags.Data, flags.Url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var type = flags.TypeOf(parsed);
            using var server = flags.ClientOf(shell, parsed);
            var all = server is not null ? await server.ListAsync(type, cancellationToken) : await ListAsync(flags, shell, parsed, type, cancellationToken);
            if (parsed.GetValue(flags.Json))
                shell.Output.WriteLine(JsonSerializer.Serialize(all, TournamentJson.Default.IReadOnlyListTournamentLine));
            else
                foreach (var line in TextTable.Of(
                    ["tournament", "name", "type", "status", "day", "competition", "winner"],
                    all.Select(one => new[]
                    {
                        $"{one.TournamentId}", one.Name, one.ImageType, one.Status, $"{one.CurrentDay}/{one.EpochDays}",
                        $"{one.CompetitionStart:yyyy-MM-dd} to {one.CompetitionEnd:yyyy-MM-dd}", one.WinnerHotkey ?? "",
                    })))
                    shell.Print(line);
        });
        return command;
    }

    public static Command Show(Shell shell)
    {
        var flags = new TournamentFlags();
        var log = new Option<Guid?>("--log") { Description = "Print the end of what this run printed, and nothing else; on the data alone", HelpName = "RUN_ID" };
        var command = new AgonCommand(
            "show",
            "Shows a tournament: who takes part, its runs, its results.",
            "agon tournament show --tournament-id 0197... --json",
            "agon tournament show --tournament-id 0197... --url https://agon.example.org") { flags.TournamentId, log, flags.Json, flags.Data, flags.Url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var server = flags.ClientOf(shell, parsed);
            if (parsed.GetValue(log) is { } run)
            {
                await PrintLogAsync(flags, shell, parsed, run, cancellationToken);
                return;
            }
            var id = flags.RequiredIdOf(parsed);
            var details = server is not null ? await server.ShowAsync(id, cancellationToken) : await ShowAsync(flags, shell, parsed, id, cancellationToken);
            if (parsed.GetValue(flags.Json))
                shell.Output.WriteLine(JsonSerializer.Serialize(details, TournamentJson.Default.TournamentDetails));
            else
                foreach (var line in TournamentText.Of(details))
                    shell.Print(line);
        });
        return command;
    }

    /// <summary>The stored results; null before scoring.</summary>
    public static TournamentOutcomeView? OutcomeOf(StoredTournament stored) => stored is not { Results: [_, ..], Verdict: { } verdict }
        ? null
        : TournamentOutcomeView.Of(new TournamentOutcome
        {
            Results = stored.Results,
            WinnerHotkey = stored.Tournament.WinnerHotkey,
            BaselineBeaten = stored.Tournament.BaselineBeaten,
            Promotion = verdict,
        }, stored.Tournament.TournamentId, stored.Tournament.CompletedAt ?? stored.Tournament.CreatedAt);

    private static async Task<IReadOnlyList<TournamentLine>> ListAsync(TournamentFlags flags, Shell shell, ParseResult parsed, ImageType? type, CancellationToken cancellationToken)
    {
        await using var desk = await flags.ReadAsync(shell, parsed, cancellationToken);
        var page = await desk.Reader.PageAsync(type, status: null, limit: int.MaxValue, offset: 0, cancellationToken);
        return [.. page.Tournaments.Select(listed => TournamentLine.Of(listed.Tournament))];
    }

    private static async Task<TournamentDetails> ShowAsync(TournamentFlags flags, Shell shell, ParseResult parsed, Guid id, CancellationToken cancellationToken)
    {
        await using var desk = await flags.ReadAsync(shell, parsed, cancellationToken);
        var stored = await desk.Tournaments.FindAsync(id, cancellationToken) ?? throw TournamentFlags.NoSuchTournament(id);
        var promotion = await desk.Promotions.FindAsync(id, cancellationToken);
        return new TournamentDetails(
            TournamentLine.Of(stored.Tournament),
            stored.Epoch is { } epoch ? ContractWord.Of(epoch.Status) : null,
            [.. stored.Participants.Select(ParticipantLine.Of)],
            [.. stored.Runs.Select(RunLine.Of)],
            OutcomeOf(stored),
            promotion is null ? null : ContractWord.Of(promotion.State),
            promotion?.Reason,
            (await desk.Reader.WaitingAsync(id, shell.Clock.GetUtcNow(), cancellationToken)).SingleOrDefault()?.Machine);
    }

    private static async Task PrintLogAsync(TournamentFlags flags, Shell shell, ParseResult parsed, Guid run, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(flags.Url) is not null)
            throw CommandFailure.Usage("--log is read from the data: a server shows nobody what others' programs print");
        await using var desk = await flags.ReadAsync(shell, parsed, cancellationToken);
        shell.Print(await desk.Reader.LogTailAsync(run, cancellationToken) ?? throw CommandFailure.Refused($"there is no run {run} that has ended"));
    }
}
