namespace Agon.Domain.Datasets;

/// <summary>Whether value really flowed among the addresses of a pattern (V6).</summary>
/// <remarks>
/// The transfers among them join them into one piece. Beyond that a path whose order is given goes from each address to the next, and
/// a cycle also from its last to its first; a cycle without an order receives from and sends to its own at every address.
/// An address alone shows no flow.
/// </remarks>
internal sealed class FlowTracer(TransferGraph graph)
{
    /// <summary>Whether the pattern's flow is traced; <paramref name="distinct"/> are its addresses, each once, sorted.</summary>
    public bool IsTraced(ReportedPattern pattern, ReadOnlySpan<int> distinct) => distinct.Length >= 2 && pattern switch
    {
        { Type: PatternType.Cycle, IsOrdered: true } => IsPath(Opened(pattern.Addresses), isClosed: true),
        { Type: PatternType.LayeringPath, IsOrdered: true } => IsPath(pattern.Addresses, isClosed: false),
        { Type: PatternType.Cycle } => IsOnePiece(distinct, everyoneSendsAndReceives: true),
        _ => IsOnePiece(distinct, everyoneSendsAndReceives: false),
    };

    // "a, b, c, a" and "a, b, c" are the same cycle.
    private static ReadOnlySpan<int> Opened(int[] addresses) => addresses[0] == addresses[^1] ? addresses.AsSpan(..^1) : addresses;

    private bool IsPath(ReadOnlySpan<int> addresses, bool isClosed)
    {
        for (var n = 1; n < addresses.Length; n++)
            if (!graph.HasTransfer(addresses[n - 1], addresses[n]))
                return false;
        return !isClosed || graph.HasTransfer(addresses[^1], addresses[0]);
    }

    private bool IsOnePiece(ReadOnlySpan<int> distinct, bool everyoneSendsAndReceives)
    {
        var pieces = new Pieces(distinct.Length);
        var sends = new bool[distinct.Length];
        var receives = new bool[distinct.Length];
        for (var from = 0; from < distinct.Length; from++)
        {
            var receivers = graph.ReceiversOf(distinct[from]);
            // The shorter side is walked and the other searched: a pattern full of exchanges must not cost all their transfers.
            var walksReceivers = receivers.Length < distinct.Length;
            var walked = walksReceivers ? receivers : distinct;
            var searched = walksReceivers ? distinct : receivers;
            for (var n = 0; n < walked.Length; n++)
            {
                var at = searched.BinarySearch(walked[n]);
                var to = walksReceivers ? at : n;
                if (at < 0 || to == from)
                    continue;
                pieces.Join(from, to);
                sends[from] = receives[to] = true;
            }
            if (!everyoneSendsAndReceives && pieces.Count == 1)
                return true;
        }
        return pieces.Count == 1 && !sends.Contains(false) && !receives.Contains(false);
    }

    /// <summary>Disjoint sets: which addresses hang together already.</summary>
    private sealed class Pieces(int count)
    {
        private readonly int[] parents = [.. Enumerable.Range(0, count)];

        public int Count { get; private set; } = count;

        public void Join(int a, int b)
        {
            var (rootA, rootB) = (Root(a), Root(b));
            if (rootA == rootB)
                return;
            parents[rootA] = rootB;
            Count--;
        }

        private int Root(int one)
        {
            while (parents[one] != one)
                one = parents[one] = parents[parents[one]];
            return one;
        }
    }
}
