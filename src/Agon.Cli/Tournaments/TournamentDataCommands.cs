using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Agon.Cli.Leaderboards;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;
using Agon.Storage.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary>Those of <c>agon tournament</c> that write down or show what is stored.</summary>
internal static class TournamentDataCommands
{
    public static Command New(Shell shell)
    {
        var flags = new TournamentFlags();
        var name = new Option<string>("--name") { Description = "What it is called", Required = true };
        var start = new Option<string?>("--registration-start") { Description = "First day of registration. Default: today", HelpName = "DATE" };
        var end = new Option<string?>("--registration-end") { Description = "Last day of registration; the competition starts the day after. Default: 7 days after the first", HelpName = "DATE" };
        var most = new Option<int?>("--max-participants") { Description = "Miners at most. Default: TOURNAMENT_MAX_PARTICIPANTS, else 10" };
        var days = new Option<int?>("--epoch-days") { Description = "Days of the competition. Default: TOURNAMENT_EPOCH_DAYS, else 7" };
        var cap = new Option<string?>("--speed-cap")
        {
            Description = "The most that being faster than the baseline counts; 1, the default, makes it earn nothing, 'none' takes the cap away",
            HelpName = "RATIO",
        };
        var command = new AgonCommand(
            "create",
            "Creates a tournament against the active baseline of its type. Networks, windows and the time limit of a run come from\n"
            + "TOURNAMENT_TEST_NETWORKS, TOURNAMENT_TEST_WINDOWS and BENCHMARK_MAX_EXECUTION_TIME, and are fixed from then on.",
            "agon tournament create --name spring --image-type analytics --registration-start 2026-03-01 --registration-end 2026-03-04")
        { name, flags.ImageType, start, end, most, days, cap, flags.DryRun, flags.Json, flags.Data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var type = flags.RequiredTypeOf(parsed);
            var from = TournamentFlags.DateOf(parsed, start) ?? DateOnly.FromDateTime(shell.Clock.GetUtcNow().UtcDateTime);
            var request = new NewTournament
            {
                Name = parsed.GetValue(name)!,
                RegistrationStart = from,
                RegistrationEnd = TournamentFlags.DateOf(parsed, end) ?? from.AddDays(TournamentDefaults.RegistrationDays),
                MaxParticipants = parsed.GetValue(most) ?? Whole(shell, "TOURNAMENT_MAX_PARTICIPANTS") ?? TournamentDefaults.MaxParticipants,
                EpochDays = parsed.GetValue(days) ?? Whole(shell, "TOURNAMENT_EPOCH_DAYS") ?? TournamentDefaults.EpochDays,
                TestNetworks = shell.Variable("TOURNAMENT_TEST_NETWORKS") is { } networks ? [.. List(networks)] : TournamentDefaults.TestNetworks,
                TestWindowDays = shell.Variable("TOURNAMENT_TEST_WINDOWS") is { } windows
                    ? [.. List(windows).Select(window => Number("TOURNAMENT_TEST_WINDOWS", window))]
                    : TournamentDefaults.TestWindowDays,
                MaxExecutionTimeSeconds = Whole(shell, "BENCHMARK_MAX_EXECUTION_TIME") ?? TournamentDefaults.MaxExecutionTimeSeconds,
                Policy = PolicyOf(parsed.GetValue(cap)),
            };
            if (request.Refuse() is { } refusal)
                throw CommandFailure.Refused($"no tournament was created: {refusal}");
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            if (parsed.GetValue(flags.DryRun))
            {
                _ = await desk.Baselines.ActiveAsync(type, cancellationToken) ?? throw NoBaseline(type);
                shell.Say($"would create a draft: registration {request.RegistrationStart:yyyy-MM-dd} to {request.RegistrationEnd:yyyy-MM-dd}, competition {request.Schedule.CompetitionStart:yyyy-MM-dd} to {request.Schedule.CompetitionEnd:yyyy-MM-dd}");
                return;
            }
            var tournament = await desk.Tournaments.CreateAsync(request, type, shell.Clock.GetUtcNow(), cancellationToken) ?? throw NoBaseline(type);
            shell.Print(parsed.GetValue(flags.Json)
                ? JsonSerializer.Serialize(TournamentLine.Of(tournament), TournamentJson.Default.TournamentLine)
                : $"{tournament.TournamentId}");
        });
        return command;
    }

    public static Command Register(Shell shell)
    {
        var flags = new TournamentFlags();
        var hotkey = new Option<string>("--hotkey") { Description = "Who registers", Required = true };
        var source = new SourceFlags();
        var command = new AgonCommand(
            "register",
            "Registers a miner. What is run is pinned now: what its author changes later changes nothing.",
            "agon tournament register --tournament-id 0197... --hotkey ada --folder ./mine") { flags.TournamentId, hotkey, flags.TestDate, flags.DryRun, flags.Json, flags.Data };
        source.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (id, who, today) = (flags.RequiredIdOf(parsed), parsed.GetValue(hotkey)!, flags.TodayOf(shell, parsed));
            if (HotkeyRules.Refuse(who) is { } wrong)
                throw CommandFailure.Usage(wrong);
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            // Asked first: nobody waits for a clone to hear that it is too late.
            var asked = await desk.Participants.AskAsync(id, new RegistrationRequest(who, source.PlaceOf(parsed)), today, cancellationToken) ?? throw TournamentFlags.NoSuchTournament(id);
            if (asked is RegistrationOutcome.Refused early)
                throw CommandFailure.Refused(early.Message);
            if (parsed.GetValue(flags.DryRun))
            {
                shell.Say($"would register '{who}' as number {((RegistrationOutcome.Admitted)asked).Order}");
                return;
            }
            var pinned = await source.PinAsync(parsed, desk, cancellationToken);
            var (participant, refused) = await desk.Participants.RegisterAsync(
                id, new RegistrationRequest(who, pinned.Place), pinned, imageTag: null, source.DatabaseOf(parsed), today, shell.Clock.GetUtcNow(), cancellationToken);
            if (participant is null)
                throw refused is null ? TournamentFlags.NoSuchTournament(id) : CommandFailure.Refused(refused.Message);
            shell.Print(parsed.GetValue(flags.Json)
                ? JsonSerializer.Serialize(ParticipantLine.Of(participant), TournamentJson.Default.ParticipantLine)
                : $"{participant.Hotkey}: number {participant.RegistrationOrder}");
        });
        return command;
    }

    public static Command List(Shell shell)
    {
        var flags = new TournamentFlags();
        var command = new AgonCommand("list", "Lists the tournaments, the latest competition first.", "agon tournament list --data /srv/agon") { flags.ImageType, flags.Json, flags.Data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var type = flags.TypeOf(parsed);
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            var all = await desk.Tournaments.ListAsync(type, status: null, cancellationToken);
            if (parsed.GetValue(flags.Json))
                shell.Output.WriteLine(JsonSerializer.Serialize<IReadOnlyList<TournamentLine>>([.. all.Select(TournamentLine.Of)], TournamentJson.Default.IReadOnlyListTournamentLine));
            else
                foreach (var line in TextTable.Of(
                    ["tournament", "name", "type", "status", "day", "competition", "winner"],
                    all.Select(one => new[]
                    {
                        $"{one.TournamentId}", one.Name, ContractWord.Of(one.ImageType), ContractWord.Of(one.Status), $"{one.CurrentDay}/{one.Schedule.EpochDays}",
                        $"{one.Schedule.CompetitionStart:yyyy-MM-dd} to {one.Schedule.CompetitionEnd:yyyy-MM-dd}", one.WinnerHotkey ?? "",
                    })))
                    shell.Print(line);
        });
        return command;
    }

    public static Command Show(Shell shell)
    {
        var flags = new TournamentFlags();
        var command = new AgonCommand("show", "Shows a tournament: who takes part, its runs, its results.", "agon tournament show --tournament-id 0197... --json") { flags.TournamentId, flags.Json, flags.Data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = flags.RequiredIdOf(parsed);
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            var stored = await desk.Tournaments.FindAsync(id, cancellationToken) ?? throw TournamentFlags.NoSuchTournament(id);
            var promotion = await desk.Promotions.FindAsync(id, cancellationToken);
            if (parsed.GetValue(flags.Json))
            {
                shell.Output.WriteLine(JsonSerializer.Serialize(new TournamentDetails(
                    TournamentLine.Of(stored.Tournament),
                    stored.Epoch is { } epoch ? ContractWord.Of(epoch.Status) : null,
                    [.. stored.Participants.Select(ParticipantLine.Of)],
                    [.. stored.Runs.Select(RunLine.Of)],
                    OutcomeOf(stored),
                    promotion is null ? null : ContractWord.Of(promotion.State)), TournamentJson.Default.TournamentDetails));
                return;
            }
            shell.Print($"{stored.Tournament.Name}: {ContractWord.Of(stored.Tournament.Status)}, day {stored.Tournament.CurrentDay} of {stored.Tournament.Schedule.EpochDays}");
            foreach (var line in TextTable.Of(
                ["number", "hotkey", "status", "runs", ""],
                stored.Participants.Select(one => new[]
                {
                    $"{one.RegistrationOrder}", one.Hotkey, ContractWord.Of(one.Status),
                    $"{stored.Runs.Count(run => run.Run.Hotkey == one.Hotkey && run.Run.ToScored().IsFinished)}", one.DisqualificationReason ?? "",
                })))
                shell.Print(line);
            if (OutcomeOf(stored) is { } outcome)
                foreach (var line in TournamentText.Of(outcome))
                    shell.Print(line);
            if (promotion is not null)
                shell.Print($"promotion: {ContractWord.Of(promotion.State)}{(promotion.Reason is null ? "" : $": {promotion.Reason}")}");
        });
        return command;
    }

    public static Command Cancel(Shell shell)
    {
        var flags = new TournamentFlags();
        var command = new AgonCommand("cancel", "Calls a tournament off, whatever its status but completed. Nothing undoes it.", "agon tournament cancel --tournament-id 0197...") { flags.TournamentId, flags.DryRun, flags.Data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var id = flags.RequiredIdOf(parsed);
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            if (parsed.GetValue(flags.DryRun))
            {
                var stored = await desk.Tournaments.FindAsync(id, cancellationToken) ?? throw TournamentFlags.NoSuchTournament(id);
                shell.Say(TournamentRules.Cancel(stored.ToState()) is null ? "would be refused: it is completed" : $"would cancel it: it is {ContractWord.Of(stored.Tournament.Status)}");
                return;
            }
            if (await desk.Tournaments.CancelAsync(id, shell.Clock.GetUtcNow(), cancellationToken) is not { } cancelled)
                throw TournamentFlags.NoSuchTournament(id);
            if (!cancelled)
                throw CommandFailure.Refused("it is completed, which nothing undoes");
            shell.Say("cancelled");
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

    public static CommandFailure NoBaseline(ImageType type) => CommandFailure.Refused(
        $"there is no active baseline of {ContractWord.Of(type)}; 'agon baseline seed --image-type {ContractWord.Of(type)}' makes the first one");

    private static ScoringPolicy PolicyOf(string? cap) => cap switch
    {
        null => ScoringPolicy.Default,
        "none" => ScoringPolicy.Uncapped,
        _ => double.TryParse(cap, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio)
            ? ScoringPolicy.Default with { SpeedCap = ratio }
            : throw CommandFailure.Usage($"--speed-cap is '{cap}'; it is a number of 1 or more, or none"),
    };

    private static string[] List(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public static int? Whole(Shell shell, string variable) => shell.Variable(variable) is { } text ? Number(variable, text) : null;

    private static int Number(string variable, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw CommandFailure.Usage($"{variable} has '{text}', which is no whole number");
}
