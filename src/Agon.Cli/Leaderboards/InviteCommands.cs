using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Storage;
using Agon.Contracts;
using Agon.Contracts.Leaderboards;
using Agon.Domain.Leaderboards;
using Agon.Storage.Leaderboards;

namespace Agon.Cli.Leaderboards;

/// <summary><c>agon invite</c>: who gets into closed leaderboards, straight on the data.</summary>
internal static class InviteCommands
{
    public static Command Create(Shell shell) => new AgonCommand("invite", "Invites to closed leaderboards.") { Make(shell), List(shell), Revoke(shell) };

    private static AgonCommand Make(Shell shell)
    {
        var names = new Argument<string[]>("LEADERBOARD") { Description = "The leaderboards; each code opens all of them", Arity = ArgumentArity.OneOrMore };
        var count = new Option<int>("--count", "-n") { Description = "How many codes", HelpName = "N", DefaultValueFactory = _ => 1 };
        var json = JsonOption();
        var data = DataOption.Create();
        var command = new AgonCommand(
            "create", "Makes invites and prints their codes, one a line. A code is for one participant: whoever claims it first.",
            "agon invite create finals --count 30 --data /srv/agon",
            "agon invite create finals semifinals") { names, count, json, data };
        count.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is < 1 or > InviteCode.MostAtOnce)
                given.AddError($"--count must be between 1 and {InviteCode.MostAtOnce}");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await DataOption.Find(shell, parsed.GetValue(data)).OpenAsync(cancellationToken);
            var boards = new List<Leaderboard>();
            foreach (var name in parsed.GetValue(names)!.Distinct(StringComparer.OrdinalIgnoreCase))
                boards.Add(await FindAsync(new LeaderboardStore(database), name, cancellationToken));
            var codes = await new InviteStore(database).CreateAsync(boards, parsed.GetValue(count), shell.Clock.GetUtcNow(), cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(JsonSerializer.Serialize(new InvitesCreatedView { Leaderboards = [.. boards.Select(board => board.Name)], Codes = codes }, AgonJson.Wire.InvitesCreatedView));
            else
                foreach (var code in codes)
                    shell.Print(code);
            foreach (var board in boards.Where(board => board.IsPublic))
                shell.Say($"leaderboard {board.Name} is public: everybody gets in without an invite, until 'agon leaderboard visibility {board.Name} closed'");
        });
        return command;
    }

    private static AgonCommand List(Shell shell)
    {
        var name = new Argument<string>("LEADERBOARD") { Description = "The leaderboard" };
        var json = JsonOption();
        var data = DataOption.Create();
        var command = new AgonCommand("list", "Lists the invites to a leaderboard, and who has claimed them.", "agon invite list finals --data /srv/agon") { name, json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await DataOption.Find(shell, parsed.GetValue(data)).OpenAsync(cancellationToken);
            var board = await FindAsync(new LeaderboardStore(database), parsed.GetValue(name)!, cancellationToken);
            var invites = await new InviteStore(database).ListAsync(board.Id, cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(JsonSerializer.Serialize(new InvitesView { Leaderboard = board.Name, Invites = invites }, AgonJson.Wire.InvitesView));
            else if (invites.Count == 0)
                shell.Say($"no invites to {board.Name} yet; 'agon invite create {board.Name}' makes one");
            else
                foreach (var line in Table(invites))
                    shell.Print(line);
        });
        return command;
    }

    private static AgonCommand Revoke(Shell shell)
    {
        var code = new Argument<string>("CODE") { Description = "The invite" };
        var json = JsonOption();
        var data = DataOption.Create();
        var command = new AgonCommand(
            "revoke", "Takes an invite back; who had claimed it loses the access that it gave. Entries stay.",
            "agon invite revoke 3q2-7wAAAAAAAAAAAAAAAA --data /srv/agon") { code, json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await DataOption.Find(shell, parsed.GetValue(data)).OpenAsync(cancellationToken);
            var claimed = await new InviteStore(database).RevokeAsync(parsed.GetValue(code)!, cancellationToken)
                ?? throw CommandFailure.Refused($"there is no invite {parsed.GetValue(code)}; 'agon invite list LEADERBOARD' shows those there are");
            if (parsed.GetValue(json))
                shell.Output.WriteLine(JsonSerializer.Serialize(new InviteRevokedView { Code = parsed.GetValue(code)!, WasClaimed = claimed }, AgonJson.Wire.InviteRevokedView));
            else
                shell.Print($"revoked  {parsed.GetValue(code)}{(claimed ? " (it had been claimed)" : "")}");
        });
        return command;
    }

    public static async Task<Leaderboard> FindAsync(LeaderboardStore leaderboards, string name, CancellationToken cancellationToken) =>
        await leaderboards.FindAsync(name, cancellationToken) ?? throw CommandFailure.Refused($"there is no leaderboard '{name}' in this data");

    private static IEnumerable<string> Table(IEnumerable<InviteView> invites) => TextTable.Of(
        ["code", "claimed by", "claimed at (UTC)", "made at (UTC)"],
        invites.Select(invite => new[] { invite.Code, invite.UserName ?? invite.UserId ?? "-", Time(invite.ClaimedAt), Time(invite.CreatedAt) }));

    private static string Time(DateTimeOffset? time) => time is { } at ? $"{at.UtcDateTime:yyyy-MM-dd HH:mm}" : "-";

    internal static Option<bool> JsonOption() => new("--json") { Description = "Print JSON, as the admin API answers it" };
}
