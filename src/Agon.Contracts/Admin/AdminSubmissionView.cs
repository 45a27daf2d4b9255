using System.Text.Json;

namespace Agon.Contracts.Admin;

/// <summary><c>GET /admin/submissions/{id}</c> (contract section 2.5): all that is known of a submission, of secret runs too.</summary>
public sealed record AdminSubmissionView
{
    public required long SubmissionId { get; init; }
    public required long LeaderboardId { get; init; }
    public required string LeaderboardName { get; init; }
    public required string FileName { get; init; }
    public required string UserId { get; init; }
    public required DateTimeOffset SubmissionTime { get; init; }
    public required bool Done { get; init; }
    public required string Code { get; init; }
    public required IReadOnlyList<AdminRunView> Runs { get; init; }
    public required string? JobStatus { get; init; }
    public required string? JobError { get; init; }
    public required DateTimeOffset? JobLastHeartbeat { get; init; }
}

/// <summary>A run with its stored JSON as it is.</summary>
public sealed record AdminRunView
{
    public required DateTimeOffset StartTime { get; init; }
    public required DateTimeOffset EndTime { get; init; }
    public required string Mode { get; init; }
    public required bool Secret { get; init; }
    public required string Runner { get; init; }

    /// <summary>Seconds as a JSON string (contract section 1).</summary>
    public required string? Score { get; init; }
    public required bool Passed { get; init; }
    public required JsonElement? Compilation { get; init; }
    public required JsonElement? Meta { get; init; }
    public required JsonElement? Result { get; init; }
    public required JsonElement? System { get; init; }
}

public sealed record AdminSubmissionFoundView
{
    public string Status { get; set; } = "ok";
    public required AdminSubmissionView Submission { get; init; }
}
