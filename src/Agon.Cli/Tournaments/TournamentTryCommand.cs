using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
using Agon.Evaluation.Datasets;

namespace Agon.Cli.Tournaments;

/// <summary><c>agon tournament try</c>: one run of one participant, under the rules of a tournament and in none.</summary>
internal static class TournamentTryCommand
{
    public static Command Create(Shell shell)
    {
        var (flags, source) = (new TournamentFlags(), new SourceFlags());
        var dataset = new Option<DirectoryInfo>("--dataset") { Description = "A dataset with its META.json and ground truth", HelpName = "DIR", Required = true }.AcceptExistingOnly();
        var hotkey = new Option<string>("--hotkey") { Description = "Under which name the run is stored. Default: try", DefaultValueFactory = _ => "try" };
        var command = new AgonCommand(
            "try",
            "Runs one participant alone, as a tournament would, and stores the run without a tournament. Exits with 1 where the run would put it out.\n"
            + "The time limit is BENCHMARK_MAX_EXECUTION_TIME, the memory BENCHMARK_MEMORY_LIMIT. What else runs on the machine is not waited for.",
            "agon tournament try --image-type analytics --folder ./mine --dataset torus/2026-03-01/30",
            "agon tournament try --image-type ml --image ada/mine:3 --dataset torus/2026-03-01/30 --json",
            "agon tournament try --image-type analytics --repository https://github.com/ada/mine --commit main --dataset torus/2026-03-01/30")
        { flags.ImageType, dataset, hotkey, flags.Json, flags.Data };
        source.AddPlacesTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (type, who) = (flags.RequiredTypeOf(parsed), parsed.GetValue(hotkey)!);
            if (source.PlaceOf(parsed) is null)
                throw CommandFailure.Usage("name the participant: --folder, --repository or --image");
            if (RegistrationRules.RefuseHotkey(who) is { } wrong)
                throw CommandFailure.Usage(wrong);
            var folder = parsed.GetValue(dataset)!.FullName;
            var key = DatasetMeta.Read(folder).Key;
            var slot = new Slot(key.ProcessingDate, key.Network, key.WindowDays);
            await using var desk = await flags.OpenAsync(shell, parsed, cancellationToken);
            var pinned = await source.PinAsync(parsed, desk, cancellationToken);
            try
            {
                var (id, result) = await desk.TryAsync(type, who, pinned, folder, slot, desk.Usual.MaxExecutionTime, cancellationToken);
                Print(shell, TryLine.Of(id, type, who, slot, result), parsed.GetValue(flags.Json));
                return result is { Status: RunStatus.Completed, DataCorrectnessPassed: true } ? ExitCode.Success : ExitCode.Refused;
            }
            catch (PlatformFaultException error)
            {
                throw CommandFailure.Platform(error.Message, error);
            }
        });
        return command;
    }

    private static void Print(Shell shell, TryLine run, bool json)
    {
        if (json)
        {
            shell.Output.WriteLine(JsonSerializer.Serialize(run, TournamentJson.Default.TryLine));
            return;
        }
        foreach (var line in run.LogTail.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            shell.Say($"| {line}");
        var worth = run switch
        {
            { ErrorMessage: { } error } => error,
            { DataCorrectnessPassed: false } => "its data is wrong",
            { AucRoc: { } auc } => string.Create(CultureInfo.InvariantCulture, $"auc_roc {auc:F4}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"recall {run.SyntheticPatternsRecall:F4}, {run.SyntheticPatternsFound} of {run.SyntheticPatternsExpected}"),
        };
        var memory = run.MemoryPeakBytes is { } bytes ? $", peak memory {bytes >> 20} MiB" : "";
        shell.Print(string.Create(CultureInfo.InvariantCulture, $"{run.Status} after {run.ExecutionTimeSeconds:F3} s{memory}: {worth}"));
    }
}
