using System.Text.Json.Serialization;
using Agon.Contracts.Runs;

namespace Agon.Contracts.Submissions;

/// <summary>The 202 answer (contract section 2.4).</summary>
public sealed record SubmissionAcceptedView
{
    public required SubmissionIdsView Details { get; init; }
    public required RunnerQueueView RunnerQueue { get; init; }
    public string Status { get; set; } = "accepted";
}

/// <summary>The ids of what was accepted.</summary>
public sealed record SubmissionIdsView
{
    public required long Id { get; init; }
    public required long JobStatusId { get; init; }
}

/// <summary>A device's queue (contract section 2).</summary>
public sealed record RunnerQueueView
{
    public required string Runner { get; init; }
    public required string Gpu { get; init; }
    public required int? QueuedJobs { get; init; }
    public required int? RunningJobs { get; init; }
    public required int? AvailableRunners { get; init; }

    /// <summary>available or unavailable.</summary>
    public required string Status { get; init; }
    public required string? Error { get; init; }
}

/// <summary><c>GET /user/submissions/{id}</c> (contract section 2.1).</summary>
public sealed record SubmissionView
{
    public required long Id { get; init; }
    public required long LeaderboardId { get; init; }
    public required string LeaderboardName { get; init; }
    public required string FileName { get; init; }
    public required string UserId { get; init; }
    public required DateTimeOffset SubmissionTime { get; init; }
    public required bool Done { get; init; }
    public required string Code { get; init; }
    public required IReadOnlyList<RunView> Runs { get; init; }
    public required JobStatusView Job { get; init; }
    public required RunnerQueueView? RunnerQueue { get; init; }

    /// <summary>Where its first waiting job stands; null if none waits. Additive.</summary>
    public QueuedEventView? Queue { get; init; }
}

/// <summary>An item of <c>GET /user/submissions</c> (contract section 2.1).</summary>
public sealed record ListedSubmissionView
{
    public required long Id { get; init; }
    public required string LeaderboardName { get; init; }
    public required string FileName { get; init; }
    public required DateTimeOffset SubmissionTime { get; init; }
    public required bool Done { get; init; }

    /// <summary>As <see cref="JobStatusView.Status"/>; null where no job row exists, and from a server that does not tell. Additive.</summary>
    public string? Status { get; init; }

    /// <summary>Public runs that passed, of devices whose secret run passed, too.</summary>
    public required IReadOnlyList<ListedRunView> Runs { get; init; }
}

/// <summary>A run in a list.</summary>
public sealed record ListedRunView
{
    public required string GpuType { get; init; }

    /// <summary>Seconds as a JSON string (contract section 1); null for a test or benchmark run.</summary>
    public required string? Score { get; init; }
}

/// <summary>One recorded phase.</summary>
public sealed record RunView
{
    public required DateTimeOffset StartTime { get; init; }
    public required DateTimeOffset EndTime { get; init; }
    public required string Mode { get; init; }
    public required bool Secret { get; init; }
    public required string Runner { get; init; }

    /// <summary>Seconds as a JSON string (contract section 1); null for a secret run, and where there is none.</summary>
    public required string? Score { get; init; }
    public required bool Passed { get; init; }

    /// <summary>The harness's lines, only of public test and benchmark runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Result { get; init; }

    /// <summary>Of a public run that failed: the harness's exit code, or the compiler's where there was nothing to run. Additive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ExitCode { get; init; }

    /// <summary>What it wrote to stderr before; only where <see cref="ExitCode"/> is. Additive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stderr { get; init; }

    /// <summary>How the run was kept in; null where a row of another system does not say. Additive.</summary>
    public IsolationView? Isolation { get; init; }
}

/// <summary><c>DELETE /user/submissions/{id}</c> (contract section 2.1).</summary>
public sealed record SubmissionDeletedView
{
    public string Status { get; set; } = "ok";
    public required long SubmissionId { get; init; }
}

/// <summary>Where the submission stands; all null where no job row exists.</summary>
public sealed record JobStatusView
{
    public required string? Status { get; init; }
    public required string? Error { get; init; }
    public required DateTimeOffset? LastHeartbeat { get; init; }
}

/// <summary>The body of every error (contract section 1).</summary>
public sealed record ErrorView
{
    public required string Detail { get; init; }
}

/// <summary>The body of a 422: which parts of the request have the wrong type, or are missing (contract section 1).</summary>
public sealed record FieldErrorsView
{
    public required IReadOnlyList<FieldErrorView> Detail { get; init; }
}

/// <summary>One part of a request that could not be read.</summary>
public sealed record FieldErrorView
{
    /// <summary>Where: <c>path</c>, <c>query</c>, <c>header</c> or <c>body</c>, then the name.</summary>
    public required IReadOnlyList<string> Loc { get; init; }
    public required string Msg { get; init; }

    /// <summary>missing, int_parsing or greater_than_equal.</summary>
    public required string Type { get; init; }
}

/// <summary><c>GET /health</c>.</summary>
public sealed record HealthView
{
    public string Status { get; set; } = "ok";
}
