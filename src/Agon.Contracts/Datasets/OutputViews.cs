using System.Text.Json.Serialization;
using Agon.Domain.Datasets;
using Agon.Domain.Tournaments;

namespace Agon.Contracts.Datasets;

/// <summary>What the patterns in an output are worth (contract section 8).</summary>
public sealed record PatternVerdictView
{
    /// <summary>Planted instances; 0 where the caller has no ground truth.</summary>
    public required int Expected { get; init; }
    public required int Found { get; init; }
    public required double Recall { get; init; }

    /// <summary>Without the guard against flooding; it scores nothing (A3).</summary>
    public required UnguardedView Unguarded { get; init; }
    public required IReadOnlyList<string> Matched { get; init; }
    public required IReadOnlyList<string> Missed { get; init; }
    public required double Precision { get; init; }
    public required bool AllAddressesExist { get; init; }
    public required bool AllConnectionsExist { get; init; }

    /// <summary>Reported patterns whose flow can be traced.</summary>
    public required int FlowTraced { get; init; }
    public required NoveltyView Novelty { get; init; }
    public required bool DataCorrectnessPassed { get; init; }

    /// <summary>What is malformed; missing where the output could be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <param name="report">Of the output; nothing of a malformed one counts.</param>
    /// <param name="error">What is malformed; null where nothing is.</param>
    public static PatternVerdictView Of(PatternReport report, string? error) => new()
    {
        Expected = report.Expected,
        Found = report.Found,
        Recall = report.Recall,
        Unguarded = new UnguardedView(report.FoundUnguarded, report.RecallUnguarded),
        Matched = report.Matched,
        Missed = report.Missed,
        Precision = report.Precision,
        AllAddressesExist = report.AllAddressesExist,
        AllConnectionsExist = report.AllConnectionsExist,
        FlowTraced = report.FlowTraced,
        Novelty = new NoveltyView(report.NoveltyReported, report.NoveltyValidated),
        DataCorrectnessPassed = report.DataCorrectnessPassed,
        Error = error,
    };
}

/// <summary>What would count without the guard against flooding.</summary>
public sealed record UnguardedView(int Found, double Recall);

/// <summary>Patterns that match nothing planted, and those of them that hold.</summary>
public sealed record NoveltyView(int Reported, int Validated);

/// <summary>What the risk scores in an output are worth (contract section 9).</summary>
public sealed record RiskVerdictView
{
    public required double AucRoc { get; init; }

    // The naming policy would write recall80 in one word.
    [JsonPropertyName("precision_at_recall_80")]
    public required double PrecisionAtRecall80 { get; init; }
    public required bool DataCorrectnessPassed { get; init; }

    /// <summary>What is malformed; missing where the output could be read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    public static RiskVerdictView Of(RiskFigures? risk, bool dataCorrectnessPassed, string? error) => new()
    {
        AucRoc = risk?.AucRoc ?? 0,
        PrecisionAtRecall80 = risk?.PrecisionAtRecall80 ?? 0,
        DataCorrectnessPassed = dataCorrectnessPassed,
        Error = error,
    };
}
