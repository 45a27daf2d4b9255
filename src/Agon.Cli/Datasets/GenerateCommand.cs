using System.CommandLine;
using System.Globalization;
using Agon.Domain.Datasets;
using Agon.Domain.Datasets.Synthesis;
using Agon.Evaluation.Datasets;

namespace Agon.Cli.Datasets;

/// <summary><c>agon dataset generate</c>.</summary>
internal static class GenerateCommand
{
    private const string SeedVariable = "AGON_DATASET_SEED";

    public static AgonCommand Create(Shell shell)
    {
        var network = new Option<string>("--network") { Description = "torus, bittensor, polkadot, bitcoin, or a name of your own", Required = true };
        var date = new Option<string>("--date") { Description = "The last day of the window, YYYY-MM-DD", Required = true };
        var window = new Option<int>("--window") { Description = "Days", DefaultValueFactory = _ => 30 };
        var transfers = new Option<int>("--transfers") { Description = "Rows of transfers, about two in a hundred planted", DefaultValueFactory = _ => 10_000 };
        var seedFile = new Option<FileInfo?>("--seed-file")
        {
            Description = $"Holds the secret: who knows it can make the dataset again, with what is planted. Default: {SeedVariable}",
            HelpName = "FILE",
        };
        var seed = new Option<string?>("--seed") { Description = "The secret, of a dataset that nobody is measured by: everybody on a machine can read command lines", HelpName = "TEXT" };
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder of datasets; this one goes to NETWORK/DATE/WINDOW in it", HelpName = "DIR", Required = true };
        var gzip = new Option<bool>("--gzip") { Description = "Write .csv.gz" };
        var json = PlaceCommands.Json();
        var command = new AgonCommand(
            "generate",
            "Makes a synthetic transfer network with planted patterns. The same arguments give the same bytes.",
            "agon dataset generate --network torus --date 2026-03-01 --window 30 --transfers 10000 --seed-file secret --out datasets",
            $"{SeedVariable}=$(cat secret) agon dataset generate --network torus --date 2026-03-01 --out datasets") { network, date, window, transfers, seedFile, seed, output, gzip, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new DatasetRequest(
                KeyOf(parsed.GetValue(network)!, parsed.GetValue(date)!, parsed.GetValue(window)), SeedOf(shell, parsed.GetValue(seedFile), parsed.GetValue(seed)), parsed.GetValue(transfers));
            if (request.Transfers is < DatasetRequest.Fewest or > DatasetRequest.Most)
                throw CommandFailure.Usage($"--transfers is {request.Transfers}; {DatasetRequest.Fewest} to {DatasetRequest.Most} are possible");
            var folder = Path.Combine(parsed.GetValue(output)!.FullName, request.Key.Place);
            var meta = await DatasetGenerator.GenerateAsync(request, folder, cancellationToken, parsed.GetValue(gzip));
            shell.Say($"{string.Join(", ", meta.Counts.Select(count => $"{count.Value} rows of {count.Key}"))}");
            PlaceCommands.Tell(shell, parsed.GetValue(json), request.Key, folder, folder);
        });
        return command;
    }

    // A line break at a file's end is the editor's.
    private static string SeedOf(Shell shell, FileInfo? file, string? text) =>
        (file is not null ? File.ReadAllText(file.FullName).TrimEnd('\r', '\n') : text ?? shell.Variable(SeedVariable)) is { Length: > 0 } seed
            ? seed
            : throw CommandFailure.Usage($"a dataset needs a secret: name a file that holds it with --seed-file, or set {SeedVariable}");

    /// <exception cref="CommandFailure">They name no dataset.</exception>
    public static DatasetKey KeyOf(string network, string date, int window)
    {
        if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            throw CommandFailure.Usage($"'{date}' is no date; write it as YYYY-MM-DD");
        try
        {
            return new DatasetKey(network, day, window);
        }
        catch (FormatException error)
        {
            throw CommandFailure.Usage(error.Message);
        }
    }
}
