using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Storage;
using Agon.Contracts;
using Agon.Contracts.Admin;
using Agon.Contracts.Leaderboards;
using Agon.Domain.Leaderboards;
using Agon.Domain.Submissions;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;

namespace Agon.Cli.Leaderboards;

/// <summary>What an organiser sets on a leaderboard, straight on the data.</summary>
internal static class LeaderboardSettings
{
    public static AgonCommand SetVisibility(Shell shell)
    {
        var name = new Argument<string>("NAME") { Description = "The leaderboard" };
        var visibility = new Argument<string>("VISIBILITY") { Description = "public: for everybody; closed: for who has claimed an invite" };
        visibility.AcceptOnlyFromAmong([.. Visibility.All]);
        var json = InviteCommands.JsonOption();
        var data = DataOption.Create();
        var command = new AgonCommand(
            "visibility", "Opens a leaderboard to everybody, or closes it to all but the invited.",
            "agon leaderboard visibility finals closed --data /srv/agon") { name, visibility, json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await DataOption.Find(shell, parsed.GetValue(data)).OpenAsync(cancellationToken);
            var found = await new LeaderboardStore(database).SetVisibilityAsync(parsed.GetValue(name)!, parsed.GetValue(visibility)!, cancellationToken)
                ?? throw CommandFailure.Refused($"there is no leaderboard '{parsed.GetValue(name)}' in this data");
            if (parsed.GetValue(json))
                shell.Output.WriteLine(JsonSerializer.Serialize(new VisibilityView { Leaderboard = found, Visibility = parsed.GetValue(visibility)! }, AgonJson.Wire.VisibilityView));
            else
                shell.Print($"leaderboard {found} is {parsed.GetValue(visibility)}");
        });
        return command;
    }

    public static AgonCommand SetLimit(Shell shell)
    {
        const string none = "none";
        var name = new Argument<string>("NAME") { Description = "The leaderboard" };
        var mode = new Option<string>("--mode", "-m") { Description = "leaderboard, or test for all other modes together", Required = true };
        mode.AcceptOnlyFromAmong([.. ModeCategory.All]);
        var perHour = new Option<string>("--per-hour") { Description = "Most submissions of one participant in an hour; 0 blocks all, none lifts the limit", HelpName = "N", Required = true };
        var json = InviteCommands.JsonOption();
        var data = DataOption.Create();
        var command = new AgonCommand(
            "limit", "Limits how often one participant may submit to a leaderboard.",
            "agon leaderboard limit finals --mode leaderboard --per-hour 4 --data /srv/agon",
            "agon leaderboard limit finals --mode test --per-hour none") { name, mode, perHour, json, data };
        perHour.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<string>() is var text && text != none && !(int.TryParse(text, out var number) && number >= 0))
                given.AddError($"--per-hour takes a number from 0 up, or {none}");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var database = await DataOption.Find(shell, parsed.GetValue(data)).OpenAsync(cancellationToken);
            var board = await InviteCommands.FindAsync(new LeaderboardStore(database), parsed.GetValue(name)!, cancellationToken);
            var limits = new RateLimitStore(database);
            var category = parsed.GetValue(mode)!;
            string view;
            if (parsed.GetValue(perHour) is not none and var number)
            {
                var limit = await limits.SetAsync(board, category, int.Parse(number!), cancellationToken);
                view = JsonSerializer.Serialize(new RateLimitSetView { RateLimit = limit.ToView(board) }, AgonJson.Wire.RateLimitSetView);
            }
            else
            {
                await limits.RemoveAsync(board, category, cancellationToken);
                view = JsonSerializer.Serialize(new RateLimitLiftedView { Leaderboard = board.Name, ModeCategory = category }, AgonJson.Wire.RateLimitLiftedView);
            }
            if (parsed.GetValue(json))
                shell.Output.WriteLine(view);
            else
                shell.Print($"leaderboard {board.Name}, mode {category}: {(parsed.GetValue(perHour) == none ? "no limit" : $"{parsed.GetValue(perHour)} an hour")}");
        });
        return command;
    }
}
