namespace Agon.Contracts.Leaderboards;

/// <summary>The body of <c>POST /user/join</c> (contract section 2.1).</summary>
public sealed record JoinRequest
{
    public string? Code { get; init; }
}

/// <summary>Which leaderboards an invite has opened to its user, by name.</summary>
public sealed record JoinedView
{
    public string Status { get; set; } = "ok";
    public required IReadOnlyList<string> Leaderboards { get; init; }
}

/// <summary>New invites; each code covers all of the leaderboards (contract section 2.5).</summary>
public sealed record InvitesCreatedView
{
    public string Status { get; set; } = "ok";
    public required IReadOnlyList<string> Leaderboards { get; init; }
    public required IReadOnlyList<string> Codes { get; init; }
}

/// <summary>The invites to one leaderboard.</summary>
public sealed record InvitesView
{
    public string Status { get; set; } = "ok";
    public required string Leaderboard { get; init; }
    public required IReadOnlyList<InviteView> Invites { get; init; }
}

/// <summary>An invite; who claimed it and when is null until somebody did.</summary>
public sealed record InviteView
{
    public required string Code { get; init; }
    public string? UserId { get; init; }
    public string? UserName { get; init; }
    public DateTimeOffset? ClaimedAt { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>An invite that is gone, and the access that it gave with it.</summary>
public sealed record InviteRevokedView
{
    public string Status { get; set; } = "ok";
    public required string Code { get; init; }
    public required bool WasClaimed { get; init; }
}

/// <summary>A leaderboard's new visibility.</summary>
public sealed record VisibilityView
{
    public string Status { get; set; } = "ok";
    public required string Leaderboard { get; init; }
    public required string Visibility { get; init; }
}
