using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary>Those of <c>agon tournament</c> that an organiser sets a contest up with.</summary>
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
        { name, flags.ImageType, start, end, most, days, cap, flags.DryRun, flags.Json, flags.Data, flags.Url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var type = flags.RequiredTypeOf(parsed);
            var from = TournamentFlags.DateOf(parsed, start) ?? DateOnly.FromDateTime(shell.Clock.GetUtcNow().UtcDateTime);
            var until = TournamentFlags.DateOf(parsed, end) ?? from.AddDays(TournamentDefaults.RegistrationDays);
            var policy = PolicyOf(parsed.GetValue(cap));
            using var server = flags.ClientOf(shell, parsed);
            if (server is not null)
            {
                PrintCreated(shell, await server.CreateAsync(new CreateTournamentRequest
                {
                    Name = parsed.GetValue(name),
                    ImageType = ContractWord.Of(type),
                    RegistrationStart = $"{from:yyyy-MM-dd}",
                    RegistrationEnd = $"{until:yyyy-MM-dd}",
                    MaxParticipants = parsed.GetValue(most),
                    EpochDays = parsed.GetValue(days),
                    ScoringPolicy = parsed.GetValue(cap) is null ? null : ScoringPolicyView.Of(policy),
                }, cancellationToken), parsed.GetValue(flags.Json));
                return;
            }
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            var usual = desk.Usual.Usual(parsed.GetValue(name)!, from, until);
            var request = usual with
            {
                MaxParticipants = parsed.GetValue(most) ?? usual.MaxParticipants,
                EpochDays = parsed.GetValue(days) ?? usual.EpochDays,
                Policy = policy,
            };
            if (request.Refuse() is { } refusal)
                throw CommandFailure.Refused($"no tournament was created: {refusal}");
            if (parsed.GetValue(flags.DryRun))
            {
                _ = await desk.Baselines.ActiveAsync(type, cancellationToken) ?? throw NoBaseline(type);
                shell.Say($"would create a draft: registration {request.RegistrationStart:yyyy-MM-dd} to {request.RegistrationEnd:yyyy-MM-dd}, competition {request.Schedule.CompetitionStart:yyyy-MM-dd} to {request.Schedule.CompetitionEnd:yyyy-MM-dd}");
                return;
            }
            var tournament = await desk.Tournaments.CreateAsync(request, type, shell.Clock.GetUtcNow(), cancellationToken) ?? throw NoBaseline(type);
            PrintCreated(shell, TournamentLine.Of(tournament), parsed.GetValue(flags.Json));
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
            "agon tournament register --tournament-id 0197... --hotkey ada --folder ./mine",
            "agon tournament register --tournament-id 0197... --hotkey ada --github-repository https://github.com/ada/mine --url https://agon.example.org")
        { flags.TournamentId, hotkey, flags.TestDate, flags.DryRun, flags.Json, flags.Data, flags.Url };
        source.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (id, who, today) = (flags.RequiredIdOf(parsed), parsed.GetValue(hotkey)!, flags.TodayOf(shell, parsed));
            using var server = flags.ClientOf(shell, parsed);
            if (server is not null)
            {
                PrintRegistered(shell, await server.RegisterAsync(id, source.WireOf(parsed, who), cancellationToken), parsed.GetValue(flags.Json));
                return;
            }
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            // Asked first: nobody waits for a clone to hear that it is too late.
            var request = source.RequestOf(parsed, who);
            var asked = await desk.Participants.AskAsync(id, request, today, cancellationToken) ?? throw TournamentFlags.NoSuchTournament(id);
            if (asked is RegistrationOutcome.Refused early)
                throw CommandFailure.Refused(early.Message);
            if (parsed.GetValue(flags.DryRun))
            {
                shell.Say($"would register '{who}' as number {((RegistrationOutcome.Admitted)asked).Order}");
                return;
            }
            var pinned = await source.PinAsync(parsed, desk, cancellationToken);
            var (participant, refused) = await desk.Participants.RegisterAsync(
                id, request, pinned, imageTag: null, source.DatabaseOf(parsed), today, shell.Clock.GetUtcNow(), cancellationToken);
            if (participant is null)
                throw refused is null ? TournamentFlags.NoSuchTournament(id) : CommandFailure.Refused(refused.Message);
            PrintRegistered(shell, ParticipantLine.Of(participant), parsed.GetValue(flags.Json));
        });
        return command;
    }

    public static Command Withdraw(Shell shell)
    {
        var flags = new TournamentFlags();
        var hotkey = new Option<string>("--hotkey") { Description = "Who withdraws", Required = true };
        var command = new AgonCommand(
            "withdraw",
            "Takes a miner out while registration is open. Its place is free again, and it may come back.",
            "agon tournament withdraw --tournament-id 0197... --hotkey ada") { flags.TournamentId, hotkey, flags.TestDate, flags.Data, flags.Url };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (id, who) = (flags.RequiredIdOf(parsed), parsed.GetValue(hotkey)!);
            using var server = flags.ClientOf(shell, parsed);
            if (server is not null)
                await server.WithdrawAsync(id, who, cancellationToken);
            else
                await WithdrawAsync(flags, shell, parsed, id, who, cancellationToken);
            shell.Say($"'{who}' has withdrawn");
        });
        return command;
    }

    private static async Task WithdrawAsync(TournamentFlags flags, Shell shell, ParseResult parsed, Guid id, string hotkey, CancellationToken cancellationToken)
    {
        await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
        var (found, refused) = await desk.Participants.WithdrawAsync(id, hotkey, flags.TodayOf(shell, parsed), cancellationToken);
        if (refused is not null)
            throw CommandFailure.Refused(refused.Message);
        if (!found)
            throw CommandFailure.Refused($"'{hotkey}' takes no part in tournament {id}");
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

    public static CommandFailure NoBaseline(ImageType type) => CommandFailure.Refused(
        $"there is no active baseline of {ContractWord.Of(type)}; 'agon baseline seed --image-type {ContractWord.Of(type)}' makes the first one");

    private static void PrintCreated(Shell shell, TournamentLine tournament, bool json) =>
        shell.Print(json ? JsonSerializer.Serialize(tournament, TournamentJson.Default.TournamentLine) : $"{tournament.TournamentId}");

    private static void PrintRegistered(Shell shell, ParticipantLine participant, bool json) =>
        shell.Print(json ? JsonSerializer.Serialize(participant, TournamentJson.Default.ParticipantLine) : $"{participant.Hotkey}: number {participant.RegistrationOrder}");

    private static ScoringPolicy PolicyOf(string? cap) => cap switch
    {
        null => ScoringPolicy.Default,
        "none" => ScoringPolicy.Uncapped,
        _ => double.TryParse(cap, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio)
            ? ScoringPolicy.Default with { SpeedCap = ratio }
            : throw CommandFailure.Usage($"--speed-cap is '{cap}'; it is a number of 1 or more, or none"),
    };
}
