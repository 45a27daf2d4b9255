namespace Agon.Domain.Datasets;

/// <summary>Who sent something to whom in a dataset.</summary>
/// <remarks>
/// Addresses are numbers that the reader of the dataset gave out, from 0 on; an address that occurs in no transfer may have one, too.
/// The receivers of each sender lie side by side and sorted, so a question costs a binary search and the whole two numbers a transfer.
/// </remarks>
public sealed class TransferGraph
{
    private readonly int[] starts;
    private readonly int[] receivers;
    private readonly bool[] occurs;

    /// <summary>Sender and receiver of each transfer, in any order; both are numbers below <paramref name="addressCount"/>.</summary>
    public TransferGraph(int addressCount, ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        if (from.Length != to.Length)
            throw new ArgumentException($"{from.Length} senders, but {to.Length} receivers", nameof(to));
        occurs = new bool[addressCount];
        starts = new int[addressCount + 1];
        foreach (var sender in from)
            starts[sender + 1]++;
        for (var n = 0; n < addressCount; n++)
            starts[n + 1] += starts[n];

        receivers = new int[from.Length];
        var next = starts.AsSpan(0, addressCount).ToArray();
        for (var n = 0; n < from.Length; n++)
        {
            receivers[next[from[n]]++] = to[n];
            occurs[from[n]] = occurs[to[n]] = true;
        }
        for (var n = 0; n < addressCount; n++)
            Receivers(n).Sort();
    }

    /// <summary>Numbers that were given out; reported addresses may have higher ones.</summary>
    public int AddressCount => occurs.Length;

    /// <summary>Whether the address sends or receives anything (V3).</summary>
    public bool Occurs(int address) => address >= 0 && address < occurs.Length && occurs[address];

    /// <summary>Whether there is a transfer in this direction (V4).</summary>
    public bool HasTransfer(int from, int to) => from >= 0 && from < occurs.Length && Receivers(from).BinarySearch(to) >= 0;

    /// <summary>Whom the address sends to, sorted, some more than once; empty for a number that was never given out.</summary>
    public ReadOnlySpan<int> ReceiversOf(int from) => from >= 0 && from < occurs.Length ? Receivers(from) : [];

    private Span<int> Receivers(int from) => receivers.AsSpan(starts[from]..starts[from + 1]);
}
