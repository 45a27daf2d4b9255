using Agon.Storage.Leaderboards;

namespace Agon.Storage.Jobs;

/// <summary>A running job whose row the transaction keeps.</summary>
internal record HeldJob
{
    public required long JobId { get; init; }
    public required long SubmissionId { get; init; }
    public required int Attempt { get; init; }
    public required bool Secret { get; init; }
}

/// <summary>One whose lease has expired, and who had it.</summary>
internal sealed record SilentJobRow : HeldJob
{
    public string? Machine { get; init; }
    public string? Worker { get; init; }
}

internal sealed record ClaimRow
{
    public required long Id { get; init; }
    public required long SubmissionId { get; init; }
    public required int Attempt { get; init; }
    public required string Gpu { get; init; }
    public required bool Secret { get; init; }
    public required int Slot { get; init; }
    public required bool Ranked { get; init; }
    public required long StartTag { get; init; }

    public JobLease ToLease(string worker) => new(Id, SubmissionId, worker, Attempt, Gpu, Secret);
}

internal sealed record JobDescriptionRow : LeaderboardRow
{
    public required string Mode { get; init; }
    public required byte[] Code { get; init; }
}

internal sealed record QueueRow
{
    public required int Queued { get; init; }
    public required int Running { get; init; }
    public required int Slots { get; init; }
    public required int Held { get; init; }
}

internal sealed record EndedJobRow
{
    public required string State { get; init; }
    public string? Outcome { get; init; }
    public string? Error { get; init; }
}
