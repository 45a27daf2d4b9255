namespace Agon.Contracts.Admin;

/// <summary><c>POST /admin/start</c> and <c>/admin/stop</c> (contract section 2.5, as everything here).</summary>
public sealed record IntakeView
{
    public string Status { get; set; } = "ok";
    public required bool AcceptsJobs { get; init; }
}

public sealed record LeaderboardDeletedView
{
    public string Status { get; set; } = "ok";
    public required string Leaderboard { get; init; }
    public required bool Force { get; init; }
}

/// <summary>The body of <c>POST /admin/leaderboards/{name}/visibility</c>.</summary>
public sealed record VisibilityRequest
{
    public string? Visibility { get; init; }
}

/// <summary>The body of <c>POST /admin/invites</c>: one leaderboard or several.</summary>
public sealed record CreateInvitesRequest
{
    public IReadOnlyList<string>? Leaderboards { get; init; }
    public string? Leaderboard { get; init; }
    public int? Count { get; init; }
}

/// <summary>Submissions to a leaderboard, newest first.</summary>
public sealed record SubmissionIdsOfLeaderboardView
{
    public string Status { get; set; } = "ok";
    public required string Leaderboard { get; init; }
    public required int Limit { get; init; }
    public required int Offset { get; init; }
    public required IReadOnlyList<long> SubmissionIds { get; init; }
}

/// <summary>The body of <c>PUT /admin/leaderboards/{name}/rate-limits</c>.</summary>
public sealed record RateLimitRequest
{
    public string? ModeCategory { get; init; }
    public int? MaxSubmissionsPerHour { get; init; }
}

public sealed record RateLimitView
{
    public required long Id { get; init; }
    public required long LeaderboardId { get; init; }
    public required string LeaderboardName { get; init; }
    public required string ModeCategory { get; init; }
    public required int MaxSubmissionsPerHour { get; init; }
}

public sealed record RateLimitSetView
{
    public string Status { get; set; } = "ok";
    public required RateLimitView RateLimit { get; init; }
}

public sealed record RateLimitsView
{
    public string Status { get; set; } = "ok";
    public required string Leaderboard { get; init; }
    public required IReadOnlyList<RateLimitView> RateLimits { get; init; }
}

public sealed record RateLimitLiftedView
{
    public string Status { get; set; } = "ok";
    public required string Leaderboard { get; init; }
    public required string ModeCategory { get; init; }
}

/// <summary>What was deleted of one user on one leaderboard.</summary>
public sealed record SubmissionsDeletedView
{
    public string Status { get; set; } = "ok";
    public required long LeaderboardId { get; init; }
    public required string UserName { get; init; }
    public required int DeletedJobStatus { get; init; }
    public required int DeletedRuns { get; init; }
    public required int DeletedSubmissions { get; init; }
}

/// <summary><c>GET /admin/stats</c>: counts are numbers, times are ISO 8601 durations.</summary>
public sealed record StatsView
{
    public string Status { get; set; } = "ok";
    public required IReadOnlyDictionary<string, object> Stats { get; init; }
}

/// <summary>The body of <c>POST /admin/leaderboards</c>.</summary>
public sealed record CreateLeaderboardRequest
{
    public string? Directory { get; init; }
    public string? Visibility { get; init; }
}

public sealed record LeaderboardCreatedView
{
    public string Status { get; set; } = "ok";
    public required string Leaderboard { get; init; }
}

/// <summary>The body of <c>POST /admin/update-problems</c>.</summary>
public sealed record UpdateProblemsRequest
{
    public string? Repository { get; init; }
    public string? ProblemSet { get; init; }
    public string? Branch { get; init; }
    public bool? Force { get; init; }
    public string? Visibility { get; init; }
}

public sealed record BanView
{
    public string Status { get; set; } = "ok";
    public required string UserId { get; init; }
    public required bool Banned { get; init; }
}
