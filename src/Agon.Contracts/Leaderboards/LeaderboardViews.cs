using Agon.Domain.Problems;

namespace Agon.Contracts.Leaderboards;

/// <summary>An item of <c>GET /leaderboards</c> (contract section 2.1), without the secret seed and the task's files.</summary>
public sealed record LeaderboardView
{
    public required long Id { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset Deadline { get; init; }
    public required PublicTaskView Task { get; init; }
    public required IReadOnlyList<string> GpuTypes { get; init; }
    public required long CreatorId { get; init; }
    public required long ForumId { get; init; }
    public required string Description { get; init; }
    public required string Visibility { get; init; }
}

/// <summary>What everybody may know of a task: neither its files nor a seed.</summary>
public sealed record PublicTaskView
{
    public required string Lang { get; init; }
    public required IReadOnlyList<Case> Tests { get; init; }
    public required int TestTimeout { get; init; }
    public required IReadOnlyList<Case> Benchmarks { get; init; }
    public required int BenchmarkTimeout { get; init; }
    public required int RankedTimeout { get; init; }
    public required string RankingBy { get; init; }
    public required bool MultiGpu { get; init; }
    public required bool ScoreAscending { get; init; }
}

/// <summary>A place on a board: an item of <c>GET /submissions/{leaderboard}/{gpu}</c> (contract section 2.1).</summary>
public sealed record RankedEntryView
{
    public required long SubmissionId { get; init; }
    public required int Rank { get; init; }
    public required string SubmissionName { get; init; }
    public required DateTimeOffset SubmissionTime { get; init; }

    /// <summary>Seconds.</summary>
    public required double SubmissionScore { get; init; }
    public required string LeaderboardName { get; init; }

    /// <summary>A number where the stored id is one, as the contract has it; else the text.</summary>
    public required object UserId { get; init; }
    public required string UserName { get; init; }
    public required string GpuType { get; init; }

    /// <summary>self_reported: the harness shares the entry's process. Additive.</summary>
    public required string Trust { get; init; }
}

/// <summary><c>GET /submission_count/{leaderboard}/{gpu}</c> (contract section 2.1).</summary>
public sealed record CountView
{
    public required long Count { get; init; }
}
