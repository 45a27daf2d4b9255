using Agon.Domain.Datasets;
using Agon.Domain.Tournaments;

namespace Agon.Evaluation.Datasets;

/// <summary>What a participant's output on one dataset is worth.</summary>
/// <param name="DataCorrectnessPassed">V5; false where the output is malformed.</param>
/// <param name="Error">One sentence that names file and line; null where the output could be read.</param>
/// <param name="Patterns">Of analytics; where the output is malformed, that nothing was found.</param>
/// <param name="Risk">Of ml; null where the output is malformed.</param>
public sealed record OutputVerdict(bool DataCorrectnessPassed, string? Error, PatternFigures? Patterns, RiskFigures? Risk)
{
    /// <summary><see cref="Patterns"/> at length, for who may know what is planted.</summary>
    public PatternReport? Report { get; init; }
}
