using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Baselines;
using Agon.Cli.Demo;
using Agon.Contracts;
using Agon.Domain.Baselines;
using Agon.Domain.Datasets;
using Agon.Domain.Datasets.Synthesis;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Datasets;
using Agon.Server.Tournaments;
using Agon.Storage.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary>What is played.</summary>
/// <param name="Type">The kind of tournament.</param>
/// <param name="Days">Of the competition.</param>
/// <param name="Transfers">In each dataset.</param>
internal sealed record Play(ImageType Type, int Days, int Transfers)
{
    public static Play Default { get; } = new(ImageType.Analytics, TournamentDefaults.EpochDays, 5000);
}

/// <summary><c>agon tournament simulate</c>: a whole tournament, its days one after the other without waiting for any.</summary>
internal static class SimulateCommand
{
    private const int Window = 30;

    private static readonly string[] Networks = ["torus", "bittensor"];
    private static readonly string[] Miners = ["better", "faster", "wrong", "crashing"];

    public static Command Create(Shell shell)
    {
        var flags = new TournamentFlags();
        var days = new Option<int>("--epoch-days") { Description = "Days of the competition. Default: 7", DefaultValueFactory = _ => Play.Default.Days };
        var transfers = new Option<int>("--transfers") { Description = "Transfers in each dataset. Default: 5000", DefaultValueFactory = _ => Play.Default.Transfers };
        var data = new Option<string?>("--data") { Description = "A folder to keep it in. Default: a temporary one, gone afterwards", HelpName = "DIR" };
        var command = new AgonCommand(
            "simulate",
            "Plays a whole tournament with the participants that ship with Agon: datasets, registration, every day, scores, promotion.",
            "agon tournament simulate",
            "agon tournament simulate --image-type ml --epoch-days 2 --json") { flags.ImageType, days, transfers, flags.Json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var play = new Play(flags.TypeOf(parsed) ?? ImageType.Analytics, parsed.GetValue(days), parsed.GetValue(transfers));
            if (play.Days is < 1 or > 100 || play.Transfers is < DatasetRequest.Fewest or > 1_000_000)
                throw CommandFailure.Usage($"--epoch-days is 1 to 100, --transfers {DatasetRequest.Fewest} to 1000000");
            if (parsed.GetValue(data) is { } kept)
                return await RunAsync(shell, kept, play, parsed.GetValue(flags.Json), cancellationToken);
            var folder = Directory.CreateTempSubdirectory("agon-simulate-");
            try
            {
                return await RunAsync(shell, folder.FullName, play, parsed.GetValue(flags.Json), cancellationToken);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    /// <summary>Plays it in that folder. Exit code 0: it was completed.</summary>
    public static async Task<int> RunAsync(Shell shell, string folder, Play play, bool json, CancellationToken cancellationToken)
    {
        await using var desk = await TournamentFlags.OpenAsync(shell, folder, DeskUse.Play, cancellationToken);
        var start = DateOnly.FromDateTime(shell.Clock.GetUtcNow().UtcDateTime);

        // 1. What an organiser does: a baseline, a tournament that opens today and starts tomorrow, and its datasets.
        await BaselineDataCommands.SeedExampleAsync(shell, desk, play.Type, cancellationToken);
        var tournament = await desk.Tournaments.CreateAsync(new NewTournament
        {
            Name = "simulation",
            RegistrationStart = start,
            RegistrationEnd = start,
            EpochDays = play.Days,
            TestNetworks = [.. Networks],
            TestWindowDays = [Window],
        }, play.Type, shell.Clock.GetUtcNow(), cancellationToken) ?? throw TournamentDataCommands.NoBaseline(play.Type);
        await GenerateAsync(shell, desk, tournament, play, cancellationToken);

        // 2. Miners register.
        foreach (var miner in Miners)
        {
            var source = await SourceFlags.PinAsync(desk, null, null, null, ExampleFolder.Participant(shell, play.Type, miner), cancellationToken);
            var registered = await desk.Participants.RegisterAsync(
                tournament.TournamentId, new RegistrationRequest(miner, null, BringsImageOrFolder: true), source, null, null, start, shell.Clock.GetUtcNow(), cancellationToken);
            if (registered.Refused is { } refused)
                throw CommandFailure.Refused(refused.Message);
            shell.Say($"registered {miner}");
        }

        // 3. Every day, and the day after the last one: scores and promotion.
        for (var day = 1; day <= play.Days + 1; day++)
        {
            var before = await FindAsync(desk, tournament, cancellationToken);
            await desk.TickAsync(tournament.TournamentId, start.AddDays(day), cancellationToken);
            await TournamentWorkCommands.WorkAsync(shell, desk, before, cancellationToken);
        }
        return await PrintAsync(shell, desk, tournament, json, cancellationToken);
    }

    private static async Task GenerateAsync(Shell shell, TournamentDesk desk, Tournament tournament, Play play, CancellationToken cancellationToken)
    {
        var secret = Guid.NewGuid().ToString();
        for (var date = tournament.Schedule.CompetitionStart; date <= tournament.Schedule.CompetitionEnd; date = date.AddDays(1))
        {
            foreach (var network in Networks)
            {
                var key = new DatasetKey(network, date, Window);
                await DatasetGenerator.GenerateAsync(new DatasetRequest(key, secret, play.Transfers), Path.Combine(desk.DatasetFolder, key.Place), cancellationToken);
            }
        }
        shell.Say($"generated {play.Days * Networks.Length} datasets of {play.Transfers} transfers");
    }

    private static async Task<int> PrintAsync(Shell shell, TournamentDesk desk, Tournament tournament, bool json, CancellationToken cancellationToken)
    {
        var after = await FindAsync(desk, tournament, cancellationToken);
        if (TournamentShowCommands.OutcomeOf(after) is not { } outcome)
            throw CommandFailure.Platform($"the tournament is {ContractWord.Of(after.Tournament.Status)} and was not scored");
        if (json)
        {
            shell.Output.WriteLine(JsonSerializer.Serialize(outcome, AgonJson.Wire.TournamentOutcomeView));
            return ExitCode.Success;
        }
        foreach (var line in TournamentText.Of(outcome))
            shell.Print(line);
        foreach (var baseline in await desk.Baselines.ListAsync(tournament.ImageType, cancellationToken))
            shell.Print($"baseline {baseline.Version}: {ContractWord.Of(baseline.Status)}{(baseline.Status == BaselineStatus.Active && baseline.OriginatedFromHotkey is { } hotkey ? $", from {hotkey}" : "")}");
        return ExitCode.Success;
    }

    private static async Task<StoredTournament> FindAsync(TournamentDesk desk, Tournament tournament, CancellationToken cancellationToken) =>
        await desk.Tournaments.FindAsync(tournament.TournamentId, cancellationToken) ?? throw TournamentFlags.NoSuchTournament(tournament.TournamentId);
}
