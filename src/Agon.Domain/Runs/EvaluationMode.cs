namespace Agon.Domain.Runs;

/// <summary>What an evaluation is to find out (contract section 8.4).</summary>
public enum EvaluationMode
{
    Test,
    Benchmark,
    Profile,

    /// <summary>Test, benchmark and ranked run; each only after the one before has passed.</summary>
    Leaderboard,

    /// <summary>As <see cref="Leaderboard"/>, with the leaderboard's secret seed. A harness is never told (section 8.2).</summary>
    Private,
}
