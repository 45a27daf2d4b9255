namespace Agon.Domain.Datasets;

/// <summary>What a participant says it has found (contract section 7).</summary>
public enum PatternType
{
    Cycle,
    LayeringPath,
    SmurfingNetwork,
    ProximityRisk,
    MotifFanin,
    MotifFanout,
    TemporalBurst,
    ThresholdEvasion,
    WashTrading,
    SybilNetwork,
    NestedServices,
    RugPull,
    DormantActivation,
}

/// <summary>One pattern that a participant reports, with addresses as the dataset's numbers, or higher ones for what is not in it.</summary>
public sealed record ReportedPattern
{
    /// <summary>Decides how its flow is traced, and nothing else: what it matches does not depend on it (V1).</summary>
    public required PatternType Type { get; init; }

    /// <summary>As reported: in order, perhaps some twice.</summary>
    public required int[] Addresses { get; init; }

    /// <summary>Whether their order is meant; sorted lists have none.</summary>
    public bool IsOrdered { get; init; } = true;

    /// <summary>Transfers that are listed with it.</summary>
    public (int From, int To)[] Transfers { get; init; } = [];
}
