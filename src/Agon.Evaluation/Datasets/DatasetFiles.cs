namespace Agon.Evaluation.Datasets;

/// <summary>What lies in the folder of a dataset (contract section 5), each table as .csv or .csv.gz.</summary>
internal static class DatasetFiles
{
    public const string Transfers = "transfers";
    public const string AddressLabels = "address_labels";
    public const string Assets = "assets";
    public const string AssetPrices = "asset_prices";

    /// <summary>What is planted; never shown to a participant.</summary>
    public const string GroundTruth = "ground_truth";

    public const string Meta = "META.json";

    /// <summary>What a participant may read (contract section 4). An allow list: a new file is hidden until somebody puts it here.</summary>
    public static readonly IReadOnlyList<string> Public = [Transfers, AddressLabels, Assets, AssetPrices];

    public static readonly IReadOnlyList<string> Tables = [.. Public, GroundTruth];

    /// <summary>Opens a table that has to be there.</summary>
    /// <exception cref="DatasetFileException">It is not, or it is no plain file.</exception>
    public static CsvReader Open(string folder, string table) => TryOpen(folder, table)
        ?? throw new DatasetFileException($"{table}.csv is missing in {folder}");

    /// <summary>Opens a table; null if it is not there.</summary>
    public static CsvReader? TryOpen(string folder, string table, long mostBytes = long.MaxValue) =>
        PlainFile.TryOpenTable(folder, table) is var (bytes, name) ? new CsvReader(bytes, name, mostBytes) : null;
}
