using System.CommandLine;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;

namespace Agon.Cli.Tournaments;

/// <summary><c>agon tournament</c>: the rules by themselves, without a database.</summary>
internal static class TournamentCommands
{
    public static Command Create(Shell shell) => new AgonCommand("tournament", "Tournaments over several days against a baseline.") { Next(shell), Score(shell) };

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
        var from = From("A tournament and its runs: JSON, or .jsonl with one tournament a line");
        var json = new Option<bool>("--json") { Description = "Print {winner_hotkey, baseline_beaten, promotion, results} as JSON, one line a tournament" };
        var command = new AgonCommand(
            "score",
            "Scores and ranks recorded runs. Being faster than the baseline earns nothing unless the tournament's scoring_policy raises speed_cap.",
            "agon tournament score --from runs.json",
            "agon tournament score --from season.jsonl --json") { from, json };
        command.SetAction(parsed =>
        {
            foreach (var file in ScoreFile.Read(parsed.GetValue(from)!.FullName))
            {
                var outcome = TournamentOutcomeView.Of(TournamentScoring.Score(file.Input), file.TournamentId, shell.Clock.GetUtcNow());
                if (parsed.GetValue(json))
                    shell.Output.WriteLine(JsonSerializer.Serialize(outcome, AgonJson.Wire.TournamentOutcomeView));
                else
                    foreach (var line in TournamentText.Of(outcome))
                        shell.Print(line);
            }
        });
        return command;
    }

    private static Option<FileInfo> From(string description) =>
        new Option<FileInfo>("--from") { Description = description, HelpName = "FILE", Required = true }.AcceptExistingOnly();
}
