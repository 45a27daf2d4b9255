namespace Agon.Domain.Datasets;

/// <summary>Which patterns say again what an earlier one said: those that share at least four fifths of their joint addresses (V7).</summary>
/// <remarks>
/// Two sets that are so alike share one of their rarest few addresses ("prefix filtering", Chaudhuri, Ganti and Kaushik 2006), so each is
/// compared only with earlier ones that have one of those. Where more than <see cref="MostRivals"/> have it, the pattern is one of a crowd
/// and counts as a repetition unseen: honest findings do not share even their rarest address, and a flood must stay cheap.
/// </remarks>
internal sealed class NearDuplicates
{
    public const int MostRivals = 256;

    private readonly int[] ranks;
    private readonly Dictionary<int, List<int[]>> kept = [];

    /// <summary>Looks at all patterns, each with every address once, to learn which addresses are rare.</summary>
    public NearDuplicates(IReadOnlyList<int[]> patterns)
    {
        var counts = new int[patterns.SelectMany(pattern => pattern).DefaultIfEmpty(-1).Max() + 1];
        foreach (var pattern in patterns)
            foreach (var address in pattern)
                counts[address]++;
        var byRarity = Enumerable.Range(0, counts.Length).ToArray();
        Array.Sort((int[])counts.Clone(), byRarity);
        ranks = new int[counts.Length];
        for (var rank = 0; rank < byRarity.Length; rank++)
            ranks[byRarity[rank]] = rank;
    }

    /// <summary>Whether the pattern is nearly one that was asked about before; if it is not, later ones are compared with it, too.</summary>
    public bool IsRepetition(int[] distinct)
    {
        var own = Array.ConvertAll(distinct, address => ranks[address]);
        Array.Sort(own);
        var prefix = own.AsSpan(0, own.Length - (4 * own.Length + 4) / 5 + (own.Length > 0 ? 1 : 0));
        foreach (var rare in prefix)
            if (kept.TryGetValue(rare, out var rivals) && (rivals.Count > MostRivals || rivals.Exists(rival => AreNear(own, rival))))
                return true;
        foreach (var rare in prefix)
        {
            if (!kept.TryGetValue(rare, out var rivals))
                kept[rare] = rivals = [];
            rivals.Add(own);
        }
        return false;
    }

    // |A ∩ B| / |A ∪ B| >= 4/5, in whole numbers; both sorted.
    private static bool AreNear(int[] a, int[] b)
    {
        if (5L * Math.Min(a.Length, b.Length) < 4L * Math.Max(a.Length, b.Length))
            return false;
        var common = 0L;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (a[i] == b[j])
                (common, i, j) = (common + 1, i + 1, j + 1);
            else if (a[i] < b[j])
                i++;
            else
                j++;
        }
        return 5 * common >= 4 * (a.Length + (long)b.Length - common);
    }
}
