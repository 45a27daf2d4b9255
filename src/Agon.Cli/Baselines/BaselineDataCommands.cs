using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Demo;
using Agon.Cli.Leaderboards;
using Agon.Cli.Tournaments;
using Agon.Domain.Baselines;
using Agon.Domain.Tournaments;
using Agon.Server.Tournaments;
using Agon.Storage.Tournaments;

namespace Agon.Cli.Baselines;

/// <summary>Those of <c>agon baseline</c> that work on the registry.</summary>
internal static class BaselineDataCommands
{
    public static Command Seed(Shell shell)
    {
        var (flags, source) = (new TournamentFlags(), new SourceFlags());
        var version = new Option<string>("--version") { Description = "Default: 1.0.0", HelpName = "VERSION", DefaultValueFactory = _ => $"{BaselineVersion.First}" };
        var command = new AgonCommand(
            "seed",
            "Makes the first baseline of a type, active at once. Without a folder or repository it takes the example that ships with Agon.",
            "agon baseline seed --image-type analytics --data /srv/agon") { flags.ImageType, version, flags.DryRun, flags.Json, flags.Data };
        source.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var type = flags.RequiredTypeOf(parsed);
            var number = BaselineVersion.Parse(parsed.GetValue(version)!) ?? throw CommandFailure.Refused($"'{parsed.GetValue(version)}' is not a version, [v]MAJOR.MINOR[.PATCH]");
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            if (BaselineRules.RefuseSeed(type, await desk.Baselines.ActiveAsync(type, cancellationToken)) is { } early)
                throw CommandFailure.Refused(early);
            if (parsed.GetValue(flags.DryRun))
            {
                shell.Say($"would seed {ContractWord.Of(type)} {number}");
                return;
            }
            var pinned = source.PlaceOf(parsed) is null
                ? await SourceFlags.PinAsync(desk, null, null, null, ExampleFolder.Participant(shell, type, "baseline"), cancellationToken)
                : await source.PinAsync(parsed, desk, cancellationToken);
            var baseline = First(type, number, pinned, shell.Clock.GetUtcNow()) with
            {
                DockerImageTag = parsed.GetValue(source.Image) ?? BaselineRules.ImageTag(type, number),
                CommitHash = pinned.CommitHash ?? parsed.GetValue(source.Commit) ?? "0000000",
            };
            if (await desk.Baselines.SeedAsync(baseline, pinned, cancellationToken) is { } refusal)
                throw CommandFailure.Refused(refusal);
            shell.Print(parsed.GetValue(flags.Json)
                ? JsonSerializer.Serialize(BaselineLine.Of(baseline), TournamentJson.Default.BaselineLine)
                : $"{baseline.BaselineId}");
        });
        return command;
    }

    /// <summary>The shipped baseline, as the first one, unless there is an active one.</summary>
    public static async Task SeedExampleAsync(Shell shell, TournamentDesk desk, ImageType type, CancellationToken cancellationToken)
    {
        var pinned = await SourceFlags.PinAsync(desk, null, null, null, ExampleFolder.Participant(shell, type, "baseline"), cancellationToken);
        await desk.Baselines.SeedAsync(First(type, BaselineVersion.First, pinned, shell.Clock.GetUtcNow()), pinned, cancellationToken);
    }

    private static Baseline First(ImageType type, BaselineVersion version, ParticipantSource source, DateTimeOffset now) => new()
    {
        BaselineId = Guid.CreateVersion7(now),
        ImageType = type,
        Version = version,
        GithubRepository = source.Repository ?? "",
        DockerImageTag = BaselineRules.ImageTag(type, version),
        CommitHash = source.CommitHash ?? "0000000",
        Status = BaselineStatus.Active,
        CreatedAt = now,
        ActivatedAt = now,
    };

    public static Command List(Shell shell)
    {
        var flags = new TournamentFlags();
        var command = new AgonCommand("list", "Lists the baselines, the newest first.", "agon baseline list --data /srv/agon") { flags.ImageType, flags.Json, flags.Data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var type = flags.TypeOf(parsed);
            await using var desk = await flags.ReadAsync(shell, parsed, cancellationToken);
            var all = await desk.Baselines.ListAsync(type, cancellationToken);
            if (parsed.GetValue(flags.Json))
                shell.Output.WriteLine(JsonSerializer.Serialize<IReadOnlyList<BaselineLine>>([.. all.Select(BaselineLine.Of)], TournamentJson.Default.IReadOnlyListBaselineLine));
            else
                foreach (var line in TextTable.Of(
                    ["type", "version", "status", "from", "repository"],
                    all.Select(one => new[] { ContractWord.Of(one.ImageType), $"{one.Version}", ContractWord.Of(one.Status), one.OriginatedFromHotkey ?? "", one.GithubRepository })))
                    shell.Print(line);
        });
        return command;
    }

    public static Command Promote(Shell shell)
    {
        var flags = new TournamentFlags();
        var winner = new Option<string?>("--winner-hotkey") { Description = "Who has to be the winner; refused if it is another", HelpName = "HOTKEY" };
        var confirm = new Option<bool>("--confirm") { Description = "It is right all the same, although the baseline was invalid" };
        var command = new AgonCommand(
            "promote",
            "Makes a tournament's winner the next baseline, if it beat the one there is. Goes on where an earlier try failed; a second call changes nothing.",
            "agon baseline promote --tournament-id 0197... --data /srv/agon",
            "agon baseline promote --tournament-id 0197... --confirm") { flags.TournamentId, flags.ImageType, winner, confirm, flags.DryRun, flags.Json, flags.Data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (id, sure) = (flags.RequiredIdOf(parsed), parsed.GetValue(confirm));
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            var found = (await TournamentWorkCommands.FindAsync(desk, id, flags.TypeOf(parsed), cancellationToken)).Tournament.WinnerHotkey;
            if (parsed.GetValue(winner) is { } named && found != named)
                throw CommandFailure.Refused($"the winner is {(found is null ? "nobody" : $"'{found}'")}, not '{named}'");
            var asked = await desk.Promotions.AskAsync(id, sure, cancellationToken) ?? throw TournamentFlags.NoSuchTournament(id);
            if (parsed.GetValue(flags.DryRun))
            {
                shell.Say(asked switch
                {
                    PromotionDecision.Promote(var one) => $"would promote '{one.Hotkey}'",
                    PromotionDecision.Hold(var reason) => $"would hold: {reason}",
                    PromotionDecision.Skip(var reason) => $"would skip: {reason}",
                    _ => "is promoted already",
                });
                return ExitCode.Success;
            }
            var report = await desk.PromoteAsync(id, sure, cancellationToken) ?? throw TournamentFlags.NoSuchTournament(id);
            shell.Print(parsed.GetValue(flags.Json)
                ? JsonSerializer.Serialize(PromotionLine.Of(id, report), TournamentJson.Default.PromotionLine)
                : $"{ContractWord.Of(report.State)}{(report.Reason is null ? "" : $": {report.Reason}")}");
            return report.State == PromotionState.Done ? ExitCode.Success : ExitCode.Refused;
        });
        return command;
    }
}
