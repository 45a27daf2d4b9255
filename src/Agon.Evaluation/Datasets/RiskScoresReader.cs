using System.Globalization;

namespace Agon.Evaluation.Datasets;

/// <summary>Reads what an ml participant reports: risk_scores.csv with address, risk_score and, optionally, model_version (contract section 6).</summary>
internal static class RiskScoresReader
{
    public const string File = "risk_scores";

    // Of an address that the dataset does not have; such a row fails data correctness (V5).
    private const int Stranger = -1;

    /// <exception cref="DatasetFileException">It is missing or malformed.</exception>
    public static (List<int> Addresses, List<double> Scores) Read(string folder, AddressBook known, OutputLimits limits, CancellationToken cancellationToken)
    {
        using var table = DatasetFiles.TryOpen(folder, File, limits.FileBytes) ?? throw new DatasetFileException($"there is no {File}.csv");
        var (address, score) = (table.Column("address"), table.Column("risk_score"));
        var mostRows = known.Count + limits.Strangers;
        var (addresses, scores) = (new List<int>(), new List<double>());
        while (table.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (addresses.Count == mostRows)
                throw table.Failure($"more than {mostRows} rows, where the dataset has {known.Count} addresses");
            if (table[address].IsEmpty)
                throw table.Failure("address is empty");
            // NaN is read as one: it is out of 0..1 like any other wrong score (M5).
            if (!double.TryParse(table[score], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                throw table.Failure("risk_score is no number");
            addresses.Add(known.Find(table[address]) is >= 0 and var number ? number : Stranger);
            scores.Add(value);
        }
        return (addresses, scores);
    }
}
