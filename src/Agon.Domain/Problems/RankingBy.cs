namespace Agon.Domain.Problems;

/// <summary>How the means of several benchmarks become one score (contract sections 7.1 and 9).</summary>
public enum RankingBy
{
    /// <summary>Only the last benchmark is run, and its mean is the score.</summary>
    Last,

    /// <summary>The arithmetic mean over all benchmarks.</summary>
    Mean,

    /// <summary>The geometric mean over all benchmarks.</summary>
    Geom,
}
