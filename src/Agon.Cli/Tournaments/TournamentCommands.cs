using System.CommandLine;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary><c>agon tournament</c>; in this file the rules by themselves, without a database.</summary>
internal static class TournamentCommands
{
    public static Command Create(Shell shell) => new AgonCommand("tournament", "Tournaments over several days against a baseline.")
    {
        TournamentDataCommands.New(shell),
        TournamentDataCommands.Register(shell),
        TournamentDataCommands.Withdraw(shell),
        TournamentWorkCommands.Orchestrate(shell),
        TournamentWorkCommands.RunDay(shell),
        Score(shell),
        TournamentShowCommands.Show(shell),
        TournamentShowCommands.List(shell),
        TournamentDataCommands.Cancel(shell),
        MoveCommand.Create(shell),
        Next(shell),
        SimulateCommand.Create(shell),
        TournamentCheckCommand.Create(shell),
        TournamentTryCommand.Create(shell),
    };

    private static AgonCommand Next(Shell shell)
    {
        var from = From("The described state: JSON, or .jsonl with one a line");
        var json = new Option<bool>("--json") { Description = "Print {single_step, tick} as JSON" };
        var command = new AgonCommand(
            "next",
            "Tells what the orchestrator would do with a tournament in a described state: in one step, and in one call.",
            "agon tournament next --from state.json --json") { from, json };
        command.SetAction(parsed =>
        {
            foreach (var file in StateFile.Read(parsed.GetValue(from)!.FullName))
            {
                var view = TournamentNextView.Of(file.State, file.Today);
                if (parsed.GetValue(json))
                    shell.Output.WriteLine(JsonSerializer.Serialize(view, AgonJson.Wire.TournamentNextView));
                else
                    foreach (var line in TournamentText.Of(view))
                        shell.Print(line);
            }
        });
        return command;
    }

    private static AgonCommand Score(Shell shell)
    {
        var from = From("A tournament and its runs: JSON, or .jsonl with one tournament a line. Nothing is stored", required: false);
        var flags = new TournamentFlags();
        var json = new Option<bool>("--json") { Description = "Print {winner_hotkey, baseline_beaten, promotion, results} as JSON, one line a tournament" };
        var command = new AgonCommand(
            "score",
            "Scores and ranks: a stored tournament, whose competition ends by that if it still runs, or recorded runs in a file.\n"
            + "A server scores by itself; with --url its results are printed.\n"
            + "Being faster than the baseline earns nothing unless the tournament's scoring policy raises speed_cap.",
            "agon tournament score --tournament-id 0197... --data /srv/agon",
            "agon tournament score --tournament-id 0197... --url https://agon.example.org --json",
            "agon tournament score --from runs.json",
            "agon tournament score --from season.jsonl --json") { from, flags.TournamentId, flags.ImageType, flags.DryRun, flags.Data, flags.Url, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var server = flags.ClientOf(shell, parsed);
            if (server is not null)
            {
                if (parsed.GetValue(from) is not null)
                    throw CommandFailure.Usage("--from is a file here, and --url goes to a server; give one of both");
                PrintOutcome(shell, await server.OutcomeAsync(flags.RequiredIdOf(parsed), cancellationToken), parsed.GetValue(json));
                return;
            }
            if (parsed.GetValue(from) is not { } file)
            {
                PrintOutcome(shell, await TournamentWorkCommands.ScoreAsync(shell, parsed, flags, cancellationToken), parsed.GetValue(json));
                return;
            }
            foreach (var one in ScoreFile.Read(file.FullName))
                PrintOutcome(shell, TournamentOutcomeView.Of(TournamentScoring.Score(one.Input), one.TournamentId, shell.Clock.GetUtcNow()), parsed.GetValue(json));
        });
        return command;
    }

    private static void PrintOutcome(Shell shell, TournamentOutcomeView outcome, bool json)
    {
        if (json)
            shell.Output.WriteLine(JsonSerializer.Serialize(outcome, AgonJson.Wire.TournamentOutcomeView));
        else
            foreach (var line in TournamentText.Of(outcome))
                shell.Print(line);
    }

    private static Option<FileInfo> From(string description, bool required = true) =>
        new Option<FileInfo>("--from") { Description = description, HelpName = "FILE", Required = required }.AcceptExistingOnly();
}
