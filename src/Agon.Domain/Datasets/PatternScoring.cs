namespace Agon.Domain.Datasets;

/// <summary>What a participant's patterns are worth on one dataset (contract section 8).</summary>
public sealed record PatternScore
{
    /// <summary>Planted instances.</summary>
    public required int Expected { get; init; }

    /// <summary>Whether each instance was found; the guarded rule, which scores (A3).</summary>
    public required IReadOnlyList<bool> Found { get; init; }

    /// <summary>Without the guard against flooding, to be shown beside it.</summary>
    public required int FoundUnguarded { get; init; }
    public required bool AllAddressesExist { get; init; }
    public required bool AllConnectionsExist { get; init; }
    public required int Reported { get; init; }

    /// <summary>Reported patterns whose flow can be traced (V6).</summary>
    public required int FlowTraced { get; init; }

    /// <summary>Share of reported patterns that find an instance or can be traced, repetitions not counted (V7); 0 without any.</summary>
    public required double Precision { get; init; }

    /// <summary>Reported patterns that match no instance, even unguarded (V8).</summary>
    public required int NoveltyReported { get; init; }

    /// <summary>Those of them whose addresses and transfers exist, that can be traced and repeat no other.</summary>
    public required int NoveltyValidated { get; init; }

    /// <summary>Whether every address of the patterns that match no instance exists.</summary>
    public required bool NoveltyAddressesValid { get; init; }

    /// <summary>Whether every transfer listed with them exists.</summary>
    public required bool NoveltyConnectionsValid { get; init; }

    public int FoundCount => Found.Count(found => found);

    /// <summary>0 where nothing was planted (D41).</summary>
    public double Recall => Share(FoundCount);

    public double RecallUnguarded => Share(FoundUnguarded);

    /// <summary>0 to 1; more than half as many novelties as planted patterns earn nothing more (V8).</summary>
    public double NoveltyCredit => Expected == 0 ? 0 : Math.Min(1, NoveltyValidated / (Expected / 2.0));

    /// <summary>Of readable outputs; unreadable ones never come here (V5).</summary>
    public bool DataCorrectnessPassed => AllAddressesExist && AllConnectionsExist;

    private double Share(int found) => Expected == 0 ? 0 : found / (double)Expected;
}

/// <summary>Validates reported patterns against a dataset and what is planted in it.</summary>
public static class PatternScoring
{
    /// <summary>Scores all patterns; the work grows with their addresses, nearly linearly.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static PatternScore Score(TransferGraph graph, GroundTruth truth, IReadOnlyList<ReportedPattern> reported, CancellationToken cancellationToken = default)
    {
        var matcher = new PatternMatcher(truth);
        var tracer = new FlowTracer(graph);
        var distinct = reported.Select(pattern => Distinct(pattern.Addresses)).ToArray();
        var repetitions = new NearDuplicates(distinct);
        var (addresses, connections, traced, good, novel, validated) = (true, true, 0, 0, 0, 0);
        var (novelAddresses, novelConnections) = (true, true);
        for (var n = 0; n < distinct.Length; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var exist = Array.TrueForAll(distinct[n], graph.Occurs);
            var connected = Array.TrueForAll(reported[n].Transfers, pair => graph.HasTransfer(pair.From, pair.To));
            var flows = tracer.IsTraced(reported[n], distinct[n]);
            var match = matcher.Find(distinct[n]);
            var counts = (match.Guarded || flows) && !repetitions.IsRepetition(distinct[n]);
            addresses &= exist;
            connections &= connected;
            traced += flows ? 1 : 0;
            good += counts ? 1 : 0;
            novel += match.Unguarded ? 0 : 1;
            novelAddresses &= exist || match.Unguarded;
            novelConnections &= connected || match.Unguarded;
            validated += !match.Unguarded && counts && flows && exist && connected ? 1 : 0;
        }
        return new PatternScore
        {
            Expected = truth.Count,
            Found = matcher.Found,
            FoundUnguarded = matcher.FoundUnguarded.Count(found => found),
            AllAddressesExist = addresses,
            AllConnectionsExist = connections,
            Reported = distinct.Length,
            FlowTraced = traced,
            Precision = distinct.Length == 0 ? 0 : good / (double)distinct.Length,
            NoveltyReported = novel,
            NoveltyValidated = validated,
            NoveltyAddressesValid = novelAddresses,
            NoveltyConnectionsValid = novelConnections,
        };
    }

    private static int[] Distinct(int[] addresses)
    {
        var sorted = (int[])addresses.Clone();
        Array.Sort(sorted);
        var kept = 0;
        for (var n = 0; n < sorted.Length; n++)
            if (n == 0 || sorted[n] != sorted[n - 1])
                sorted[kept++] = sorted[n];
        return kept == sorted.Length ? sorted : sorted[..kept];
    }
}
