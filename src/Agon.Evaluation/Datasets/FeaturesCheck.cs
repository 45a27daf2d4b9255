namespace Agon.Evaluation.Datasets;

/// <summary>Whether features.csv, which a participant may add, is one row an address with at least five columns and no number that is none (contract section 6).</summary>
internal static class FeaturesCheck
{
    private const string File = "features";
    private const int FewestColumns = 5;

    // How the usual languages write what is no number, or nothing at all.
    private static readonly string[] NoValues = ["nan", "-nan", "inf", "+inf", "-inf", "infinity", "-infinity", "null", "none"];
    private static readonly int LongestNoValue = NoValues.Max(word => word.Length);

    /// <exception cref="DatasetFileException">It is there, and malformed.</exception>
    public static void Run(string folder, int mostRows, OutputLimits limits, CancellationToken cancellationToken)
    {
        using var table = DatasetFiles.TryOpen(folder, File, limits.FileBytes);
        if (table is null)
            return;
        var address = table.Column("address");
        if (table.Columns.Count < FewestColumns)
            throw table.Failure($"{table.Columns.Count} columns; at least {FewestColumns} are needed");
        var seen = new AddressBook();
        for (var rows = 0; table.Read(); rows++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (rows == mostRows)
                throw table.Failure($"more than {mostRows} rows");
            if (table[address].IsEmpty || table[address].Length > limits.NameBytes)
                throw table.Failure($"the address is empty or longer than {limits.NameBytes} bytes");
            if (seen.Add(table[address]) != rows)
                throw table.Failure("the address stands in an earlier row, too");
            for (var column = 0; column < table.Columns.Count; column++)
                if (IsNoValue(table[column]))
                    throw table.Failure($"column {column + 1} is no value");
        }
        if (seen.Count == 0)
            throw table.Failure("there is no row");
    }

    private static bool IsNoValue(ReadOnlySpan<byte> field)
    {
        if (field.IsEmpty || field.Length > LongestNoValue)
            return false;
        foreach (var word in NoValues)
            if (System.Text.Ascii.EqualsIgnoreCase(field, word))
                return true;
        return false;
    }
}
