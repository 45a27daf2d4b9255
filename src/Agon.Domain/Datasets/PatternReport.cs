using Agon.Domain.Tournaments;

namespace Agon.Domain.Datasets;

/// <summary>A <see cref="PatternScore"/> with the planted instances by their names.</summary>
public sealed record PatternReport
{
    /// <summary>Planted instances.</summary>
    public required int Expected { get; init; }

    /// <summary>Those of them that were found; by the guarded rule, which scores (A3).</summary>
    public required int Found { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Recall { get; init; }

    /// <summary>Without the guard against flooding.</summary>
    public required int FoundUnguarded { get; init; }
    public required double RecallUnguarded { get; init; }

    /// <summary>Ids of the instances that were found.</summary>
    public required IReadOnlyList<string> Matched { get; init; }
    public required IReadOnlyList<string> Missed { get; init; }

    /// <summary>0 to 1 (V7).</summary>
    public required double Precision { get; init; }
    public required bool AllAddressesExist { get; init; }
    public required bool AllConnectionsExist { get; init; }
    public required int Reported { get; init; }

    /// <summary>Reported patterns whose flow can be traced (V6).</summary>
    public required int FlowTraced { get; init; }
    public required int NoveltyReported { get; init; }
    public required int NoveltyValidated { get; init; }

    /// <summary>Whether every address of the patterns that match no instance exists.</summary>
    public required bool NoveltyAddressesValid { get; init; }
    public required bool NoveltyConnectionsValid { get; init; }

    public bool DataCorrectnessPassed => AllAddressesExist && AllConnectionsExist;

    /// <param name="score">By numbers.</param>
    /// <param name="instances">The id of each planted instance.</param>
    public static PatternReport Of(PatternScore score, IReadOnlyList<string> instances) => new()
    {
        Expected = score.Expected,
        Found = score.FoundCount,
        Recall = score.Recall,
        FoundUnguarded = score.FoundUnguarded,
        RecallUnguarded = score.RecallUnguarded,
        Matched = [.. instances.Where((_, n) => score.Found[n])],
        Missed = [.. instances.Where((_, n) => !score.Found[n])],
        Precision = score.Precision,
        AllAddressesExist = score.AllAddressesExist,
        AllConnectionsExist = score.AllConnectionsExist,
        Reported = score.Reported,
        FlowTraced = score.FlowTraced,
        NoveltyReported = score.NoveltyReported,
        NoveltyValidated = score.NoveltyValidated,
        NoveltyAddressesValid = score.NoveltyAddressesValid,
        NoveltyConnectionsValid = score.NoveltyConnectionsValid,
    };

    /// <summary>Of an output that cannot be read: all is missed, and nothing is said to exist.</summary>
    public static PatternReport Nothing(IReadOnlyList<string> instances) => new()
    {
        Expected = instances.Count,
        Found = 0,
        Recall = 0,
        FoundUnguarded = 0,
        RecallUnguarded = 0,
        Matched = [],
        Missed = instances,
        Precision = 0,
        AllAddressesExist = false,
        AllConnectionsExist = false,
        Reported = 0,
        FlowTraced = 0,
        NoveltyReported = 0,
        NoveltyValidated = 0,
        NoveltyAddressesValid = false,
        NoveltyConnectionsValid = false,
    };

    /// <summary>The columns that a run stores of it (S024).</summary>
    public PatternFigures ToFigures() => new()
    {
        SyntheticPatternsRecall = Recall,
        SyntheticPatternsExpected = Expected,
        SyntheticPatternsFound = Found,
        NoveltyPatternsReported = NoveltyReported,
        NoveltyPatternsValidated = NoveltyValidated,
        NoveltyAddressesValid = NoveltyAddressesValid,
        NoveltyConnectionsValid = NoveltyConnectionsValid,
        AllAddressesExist = AllAddressesExist,
        AllConnectionsExist = AllConnectionsExist,
    };
}
