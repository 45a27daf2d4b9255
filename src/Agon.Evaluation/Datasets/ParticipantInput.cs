using System.Globalization;
using System.Text.Json;

namespace Agon.Evaluation.Datasets;

/// <summary>What a participant may see of a dataset: a copy of the four public tables, and run.json (contract section 4).</summary>
/// <remarks>
/// Real files, since a link would lead out of what is mounted (W05). The tables are an allow list: ground truth, META.json, whose hashes would tell
/// of it, and whatever else lies in the folder stay behind.
/// </remarks>
public static class ParticipantInput
{
    public const string RunFile = "run.json";

    /// <summary>Where a container finds its input.</summary>
    public const string InputPath = "/data/input";

    /// <summary>Where a container writes its output.</summary>
    public const string OutputPath = "/data/output";

    /// <summary>Fills an empty folder.</summary>
    /// <param name="datasetFolder">With all of the dataset's files.</param>
    /// <param name="inputFolder">Made if need be.</param>
    /// <param name="network">As the tournament names it.</param>
    /// <param name="windowDays">Days that the transfers cover.</param>
    /// <param name="processingDate">The last of these days.</param>
    /// <param name="cancellationToken">Leaves the folder half filled.</param>
    /// <param name="inputPath">The input folder as the participant sees it.</param>
    /// <param name="outputPath">The output folder as the participant sees it.</param>
    /// <exception cref="DatasetFileException">A table is missing; not the participant's fault.</exception>
    public static async Task PrepareAsync(
        string datasetFolder, string inputFolder, string network, int windowDays, DateOnly processingDate, CancellationToken cancellationToken,
        string inputPath = InputPath, string outputPath = OutputPath)
    {
        Directory.CreateDirectory(inputFolder);
        if (Directory.EnumerateFileSystemEntries(inputFolder).Any())
            throw new IOException($"{inputFolder} is not empty");
        foreach (var table in DatasetFiles.Public)
            await CopyAsync(datasetFolder, inputFolder, table, cancellationToken);

        var run = new MemoryStream();
        await using (var json = new Utf8JsonWriter(run, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("network", network);
            json.WriteNumber("window_days", windowDays);
            json.WriteString("processing_date", processingDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            json.WriteString("input_path", inputPath);
            json.WriteString("output_path", outputPath);
            json.WriteEndObject();
        }
        await File.WriteAllBytesAsync(Path.Combine(inputFolder, RunFile), run.ToArray(), cancellationToken);
    }

    private static async Task CopyAsync(string from, string to, string table, CancellationToken cancellationToken)
    {
        var isCopied = false;
        foreach (var name in (string[])[$"{table}.csv", $"{table}.csv{PlainFile.CompressedEnd}"])
        {
            await using var source = PlainFile.TryOpen(Path.Combine(from, name));
            if (source is null)
                continue;
            await using var copy = new FileStream(Path.Combine(to, name), FileMode.CreateNew, FileAccess.Write);
            await source.CopyToAsync(copy, cancellationToken);
            isCopied = true;
        }
        if (!isCopied)
            throw new DatasetFileException($"{table}.csv is missing in {from}");
    }
}
