using System.CommandLine;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Datasets;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Datasets;

namespace Agon.Cli.Datasets;

/// <summary><c>agon dataset</c>: the data that tournaments run on, and what an output on it is worth.</summary>
internal static class DatasetCommands
{
    public static Command Create(Shell shell) => new AgonCommand("dataset", "Transfer networks with planted patterns, and what outputs on them are worth.")
    {
        GenerateCommand.Create(shell),
        Score(shell),
        PlaceCommands.Publish(shell),
        PlaceCommands.List(shell),
        PlaceCommands.Fetch(shell),
        PlaceCommands.Verify(shell),
    };

    private static AgonCommand Score(Shell shell)
    {
        var dataset = new Option<DirectoryInfo>("--dataset")
        {
            Description = "The dataset's folder; without ground_truth.csv nothing is expected, and the rest is still told",
            HelpName = "DIR",
            Required = true,
        }.AcceptExistingOnly();
        var output = new Option<DirectoryInfo>("--output")
        {
            Description = "What the participant wrote: patterns.jsonl and perhaps features.csv; ml: risk_scores.csv",
            HelpName = "DIR",
            Required = true,
        }.AcceptExistingOnly();
        var type = new Option<string>("--image-type") { Description = "What it is the output of", DefaultValueFactory = _ => "analytics" };
        type.AcceptOnlyFromAmong("analytics", "ml");
        var json = new Option<bool>("--json") { Description = "Print the figures as JSON" };
        var command = new AgonCommand(
            "score",
            "Scores an output as a tournament does. Exits with 1 where the output is malformed.",
            "agon dataset score --dataset torus/2026-03-01/30 --output out",
            "agon dataset score --dataset torus/2026-03-01/30 --output out --image-type ml --json") { dataset, output, type, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var imageType = ContractWord.Parse<ImageType>(parsed.GetValue(type)!)!.Value;
            var verdict = await OutputJudge.JudgeAsync(parsed.GetValue(dataset)!.FullName, parsed.GetValue(output)!.FullName, imageType, cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(imageType == ImageType.Ml
                    ? JsonSerializer.Serialize(RiskVerdictView.Of(verdict.Risk, verdict.DataCorrectnessPassed, verdict.Error), AgonJson.Wire.RiskVerdictView)
                    : JsonSerializer.Serialize(PatternVerdictView.Of(verdict.Report!, verdict.Error), AgonJson.Wire.PatternVerdictView));
            else
                foreach (var line in VerdictText.Of(verdict))
                    shell.Print(line);
            if (verdict.Error is not null)
                shell.Say($"agon: the output is malformed: {verdict.Error}");
            return verdict.Error is null ? ExitCode.Success : ExitCode.Refused;
        });
        return command;
    }
}
