using System.CommandLine;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Datasets;
using Agon.Domain.Datasets;
using Agon.Evaluation.Datasets;

namespace Agon.Cli.Datasets;

/// <summary><c>agon dataset publish|list|fetch|verify</c>: to a place, a folder or S3, and from it.</summary>
internal static class PlaceCommands
{
    private const string PlaceHelp = "A folder, or s3: the bucket that SYNTHETICS_S3_ENDPOINT, _BUCKET, _ACCESS_KEY, _SECRET_KEY and _REGION name";

    public static AgonCommand Publish(Shell shell)
    {
        var dataset = Dataset();
        var to = Place("--to");
        var json = Json();
        var command = new AgonCommand(
            "publish",
            "Puts a dataset where others find it, META.json last. Called again, it goes on where it was cut off.",
            "agon dataset publish --dataset datasets/torus/2026-03-01/30 --to s3") { dataset, to, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var place = Open(parsed.GetValue(to)!, shell);
            var folder = parsed.GetValue(dataset)!.FullName;
            var isNew = await DatasetTransfer.PublishAsync(folder, place, cancellationToken);
            var key = DatasetMeta.Read(folder).Key;
            Tell(shell, parsed.GetValue(json), key, folder, $"{key}: {(isNew ? "published" : "was published before")}");
        });
        return command;
    }

    public static AgonCommand List(Shell shell)
    {
        var from = Place("--from");
        var json = new Option<bool>("--json") { Description = "Print a list of {network, processing_date, window_days}" };
        var command = new AgonCommand("list", "Lists the datasets of a place, one NETWORK/DATE/WINDOW a line.", "agon dataset list --from s3") { from, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var place = Open(parsed.GetValue(from)!, shell);
            var keys = await place.ListAsync(cancellationToken);
            if (parsed.GetValue(json))
                shell.Output.WriteLine(JsonSerializer.Serialize([.. keys.Select(DatasetView.Of)], AgonJson.Wire.DatasetViewArray));
            else
                foreach (var key in keys)
                    shell.Print(key.Place);
        });
        return command;
    }

    public static AgonCommand Fetch(Shell shell)
    {
        var network = new Option<string>("--network") { Description = "Its network", Required = true };
        var date = new Option<string>("--date") { Description = "The last day of its window, YYYY-MM-DD", Required = true };
        var window = new Option<int>("--window") { Description = "Days", DefaultValueFactory = _ => 30 };
        var from = Place("--from");
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder of datasets; this one goes to NETWORK/DATE/WINDOW in it", HelpName = "DIR", Required = true };
        var json = Json();
        var command = new AgonCommand(
            "fetch",
            "Brings a dataset here and checks every byte. One that is here already is checked; called again, it goes on where it was cut off.",
            "agon dataset fetch --network torus --date 2026-03-01 --window 30 --from s3 --out datasets") { network, date, window, from, output, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var key = GenerateCommand.KeyOf(parsed.GetValue(network)!, parsed.GetValue(date)!, parsed.GetValue(window));
            using var store = new DatasetStore(parsed.GetValue(output)!.FullName, Open(parsed.GetValue(from)!, shell));
            try
            {
                var folder = await store.FetchAsync(key, cancellationToken);
                Tell(shell, parsed.GetValue(json), key, folder, folder);
            }
            catch (DatasetMissingException)
            {
                throw CommandFailure.Refused($"there is no dataset {key} in {parsed.GetValue(from)}; 'agon dataset list' tells what there is");
            }
        });
        return command;
    }

    public static AgonCommand Verify(Shell shell)
    {
        var dataset = Dataset();
        var json = Json();
        var command = new AgonCommand("verify", "Checks a dataset's files against META.json.", "agon dataset verify --dataset datasets/torus/2026-03-01/30") { dataset, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = parsed.GetValue(dataset)!.FullName;
            var meta = DatasetMeta.Read(folder);
            await meta.VerifyAsync(folder, cancellationToken);
            Tell(shell, parsed.GetValue(json), meta.Key, folder, $"{meta.BatchId}: {meta.Sha256.Count} files are as META.json says");
        });
        return command;
    }

    internal static Option<bool> Json() => new("--json") { Description = "Print {network, processing_date, window_days, folder}" };

    /// <summary>The dataset as JSON, or the line for people.</summary>
    internal static void Tell(Shell shell, bool asJson, DatasetKey key, string folder, string line)
    {
        if (asJson)
            shell.Output.WriteLine(JsonSerializer.Serialize(DatasetView.Of(key) with { Folder = folder }, AgonJson.Wire.DatasetView));
        else
            shell.Print(line);
    }

    private static Option<DirectoryInfo> Dataset() =>
        new Option<DirectoryInfo>("--dataset") { Description = "The dataset's own folder", HelpName = "DIR", Required = true }.AcceptExistingOnly();

    private static Option<string> Place(string name) => new(name) { Description = PlaceHelp, HelpName = "PLACE", Required = true };

    private static DatasetPlace Open(string place, Shell shell)
    {
        if (place != "s3")
            return new FolderPlace(Path.GetFullPath(place));
        try
        {
            return new S3Place(S3Settings.Of(shell.Variable));
        }
        catch (FormatException error)
        {
            throw CommandFailure.Usage(error.Message);
        }
    }
}
