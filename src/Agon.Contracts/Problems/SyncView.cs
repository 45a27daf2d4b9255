namespace Agon.Contracts.Problems;

/// <summary>What a sync of problems came to, by leaderboard name (contract sections 2.5 and 7.4).</summary>
public sealed record SyncView
{
    public string Status { get; init; } = "ok";
    public required IReadOnlyList<string> Created { get; init; }
    public required IReadOnlyList<string> Updated { get; init; }
    public required IReadOnlyList<SyncSkippedView> Skipped { get; init; }
    public required IReadOnlyList<SyncErrorView> Errors { get; init; }
}

/// <summary>A problem that was left as it is.</summary>
public sealed record SyncSkippedView
{
    public required string Name { get; init; }
    public required string Reason { get; init; }
}

/// <summary>A problem that could not be stored.</summary>
public sealed record SyncErrorView
{
    public required string Name { get; init; }
    public required string Error { get; init; }
}
