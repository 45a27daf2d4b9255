using System.Buffers.Text;
using System.Text;
using Agon.Domain.Datasets;

namespace Agon.Evaluation.Datasets;

/// <summary>What of a dataset judges an output: who sent to whom, and what is planted.</summary>
internal sealed class Dataset
{
    /// <summary>Every address that a transfer or the ground truth names.</summary>
    public required AddressBook Addresses { get; init; }
    public required TransferGraph Graph { get; init; }
    public required GroundTruth Truth { get; init; }

    /// <summary>Of each planted instance, its <c>pattern_instance_id</c>.</summary>
    public required IReadOnlyList<string> Instances { get; init; }

    /// <summary>Of each address, whether it is malicious (M4).</summary>
    public required bool[] IsPositive { get; init; }

    /// <summary>Reads transfers and ground truth; without the latter, nothing is planted.</summary>
    /// <exception cref="DatasetFileException">A file is missing or broken.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static Dataset Read(string folder, CancellationToken cancellationToken)
    {
        var addresses = new AddressBook();
        var (from, to) = ReadTransfers(folder, addresses, cancellationToken);
        var truth = ReadTruth(folder, addresses, cancellationToken);
        var isPositive = new bool[addresses.Count];
        foreach (var address in truth.Positives)
            isPositive[address] = true;
        return new Dataset
        {
            Addresses = addresses,
            Graph = new TransferGraph(addresses.Count, from.ToArray(), to.ToArray()),
            Truth = new GroundTruth(truth.Instances.Count, truth.Addresses.ToArray(), truth.InstanceOf.ToArray()),
            Instances = truth.Instances,
            IsPositive = isPositive,
        };
    }

    private static (List<int> From, List<int> To) ReadTransfers(string folder, AddressBook addresses, CancellationToken cancellationToken)
    {
        var (from, to) = (new List<int>(), new List<int>());
        using var table = DatasetFiles.Open(folder, DatasetFiles.Transfers);
        var (sender, receiver) = (table.Column("from_address"), table.Column("to_address"));
        while (table.Read())
        {
            if ((from.Count & 0xFFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            from.Add(addresses.Add(Filled(table, sender)));
            to.Add(addresses.Add(Filled(table, receiver)));
        }
        return (from, to);
    }

    private static TruthRows ReadTruth(string folder, AddressBook addresses, CancellationToken cancellationToken)
    {
        var rows = new TruthRows();
        using var table = DatasetFiles.TryOpen(folder, DatasetFiles.GroundTruth);
        if (table is null)
            return rows;
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var (address, role, template) = (table.Column("address"), table.Column("role"), table.Column("pattern_type"));
        var (instance, hops) = (table.Column("pattern_instance_id"), table.Column("hop_distance"));
        while (table.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var number = addresses.Add(Filled(table, address));
            var id = Encoding.UTF8.GetString(Filled(table, instance));
            if (!numbers.TryGetValue(id, out var n))
            {
                numbers[id] = n = rows.Instances.Count;
                rows.Instances.Add(id);
            }
            rows.Addresses.Add(number);
            rows.InstanceOf.Add(n);
            if (!Utf8Parser.TryParse(table[hops], out int distance, out var read) || read != table[hops].Length)
                throw table.Failure("hop_distance is no whole number");
            if (RoleRules.IsPositive(Encoding.UTF8.GetString(table[role]), TemplateOf(table[template]), distance))
                rows.Positives.Add(number);
        }
        return rows;
    }

    // The contract writes a template's display name: "Centralized Service" is centralized_service.
    private static string TemplateOf(ReadOnlySpan<byte> displayed) =>
        Encoding.UTF8.GetString(displayed).Trim().ToLowerInvariant().Replace(' ', '_').Replace('-', '_');

    private static ReadOnlySpan<byte> Filled(CsvReader table, int column) =>
        table[column] is { IsEmpty: false } field ? field : throw table.Failure($"{table.Columns[column]} is empty");

    private sealed class TruthRows
    {
        public List<int> Addresses { get; } = [];
        public List<int> InstanceOf { get; } = [];
        public List<string> Instances { get; } = [];
        public List<int> Positives { get; } = [];
    }
}
