using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agon.Domain.Datasets;

namespace Agon.Evaluation.Datasets;

/// <summary>META.json: what a dataset is, and the hash of each of its files (contract section 5). It is written last: where it lies, the dataset is whole.</summary>
public sealed record DatasetMeta
{
    /// <summary>A META.json has a few hundred bytes.</summary>
    public const int MostBytes = 1 << 16;

    private const string CurrentSchema = "1.0";

    public required string SchemaVersion { get; init; }
    public required string BatchId { get; init; }
    public required string Network { get; init; }
    public required string ProcessingDate { get; init; }
    public required int WindowDays { get; init; }

    /// <summary>Of a synthetic dataset the end of its window: the same request gives the same bytes, whenever it is made.</summary>
    public required string GeneratedAt { get; init; }

    /// <summary>Rows of transfers, address_labels and ground_truth.</summary>
    public required IReadOnlyDictionary<string, long> Counts { get; init; }

    /// <summary>Of each file its hash in lower-case hex.</summary>
    public required IReadOnlyDictionary<string, string> Sha256 { get; init; }

    public static DatasetMeta Of(DatasetKey key, IReadOnlyDictionary<string, long> counts, IReadOnlyDictionary<string, string> sha256) => new()
    {
        SchemaVersion = CurrentSchema,
        BatchId = key.BatchId,
        Network = key.Network,
        ProcessingDate = key.Date,
        WindowDays = key.WindowDays,
        GeneratedAt = key.ProcessingDate.AddDays(1).ToString("yyyy-MM-dd'T00:00:00Z'", CultureInfo.InvariantCulture),
        Counts = counts,
        Sha256 = sha256,
    };

    /// <summary>The key that it says it is of.</summary>
    /// <exception cref="DatasetFileException">It is none.</exception>
    [JsonIgnore]
    public DatasetKey Key => DatasetKey.Parse($"{Network}/{ProcessingDate}/{WindowDays}")
        ?? throw new DatasetFileException($"{DatasetFiles.Meta} is of no dataset: network, processing_date or window_days is wrong");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, DatasetJson.Default.DatasetMeta);

    /// <exception cref="DatasetFileException">It is missing, or not what it must be.</exception>
    public static DatasetMeta Read(string folder)
    {
        using var file = PlainFile.TryOpen(Path.Combine(folder, DatasetFiles.Meta)) ?? throw new DatasetFileException($"{DatasetFiles.Meta} is missing in {folder}");
        if (file.Length > MostBytes)
            throw new DatasetFileException($"{DatasetFiles.Meta} has more than {MostBytes} bytes");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return Parse(bytes);
    }

    /// <exception cref="DatasetFileException">It is not what it must be.</exception>
    public static DatasetMeta Parse(ReadOnlySpan<byte> json)
    {
        DatasetMeta? meta;
        try
        {
            meta = JsonSerializer.Deserialize(json, DatasetJson.Default.DatasetMeta);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new DatasetFileException($"{DatasetFiles.Meta} is not the JSON that it must be");
        }
        if (meta is not { Network: not null, ProcessingDate: not null, Counts: not null, Sha256: not null } || meta.Sha256.Values.Any(hash => hash is null))
            throw new DatasetFileException($"{DatasetFiles.Meta} lacks network, processing_date, counts or sha256");
        // These names become paths: of files and of objects.
        if (meta.Sha256.Keys.FirstOrDefault(name => !IsTable(name)) is { } strange)
            throw new DatasetFileException($"{DatasetFiles.Meta} names '{Shown(strange)}', which is no file of a dataset");
        foreach (var table in DatasetFiles.Tables)
            if (meta.Sha256.Keys.Count(name => name == $"{table}.csv" || name == $"{table}.csv{PlainFile.CompressedEnd}") != 1)
                throw new DatasetFileException($"{DatasetFiles.Meta} has to have one hash of {table}.csv");
        _ = meta.Key;
        return meta;
    }

    /// <summary>Checks every file of the folder against its hash.</summary>
    /// <exception cref="DatasetFileException">One is missing or was changed.</exception>
    public async Task VerifyAsync(string folder, CancellationToken cancellationToken)
    {
        foreach (var (name, expected) in Sha256.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            if (!await IsWholeAsync(Path.Combine(folder, name), expected, cancellationToken))
                throw new DatasetFileException($"{name} of {BatchId} is missing, or not what {DatasetFiles.Meta} says: its sha256 differs");
    }

    /// <summary>Whether there is a file with this hash.</summary>
    internal static async Task<bool> IsWholeAsync(string path, string expected, CancellationToken cancellationToken)
    {
        await using var file = PlainFile.TryOpen(path);
        return file is not null && Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) == expected;
    }

    private static bool IsTable(string name) =>
        DatasetFiles.Tables.Any(table => name == $"{table}.csv" || name == $"{table}.csv{PlainFile.CompressedEnd}");

    private static string Shown(string text) => new([.. text.Take(60).Select(letter => char.IsControl(letter) ? '\ufffd' : letter)]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(DatasetMeta))]
internal sealed partial class DatasetJson : JsonSerializerContext;
