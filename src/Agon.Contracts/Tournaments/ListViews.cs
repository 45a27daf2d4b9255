namespace Agon.Contracts.Tournaments;

/// <summary><c>GET /api/v1/tournaments</c> (contract section 3).</summary>
public sealed record TournamentsView
{
    /// <summary>The latest competition first.</summary>
    public required IReadOnlyList<ListedTournamentView> Tournaments { get; init; }
    public required PaginationView Pagination { get; init; }
}

/// <summary>Where a page stands in its list.</summary>
public sealed record PaginationView
{
    public required int Total { get; init; }
    public required int Limit { get; init; }
    public required int Offset { get; init; }
    public required bool HasMore { get; init; }

    public static PaginationView Of(int total, int limit, int offset) =>
        new() { Total = total, Limit = limit, Offset = offset, HasMore = (long)offset + limit < total };
}

/// <summary>One tournament of the list.</summary>
public sealed record ListedTournamentView
{
    public required Guid TournamentId { get; init; }
    public required string Name { get; init; }
    public required string ImageType { get; init; }
    public required string Status { get; init; }

    /// <summary>Additive, as the next.</summary>
    public required DateOnly RegistrationStart { get; init; }
    public required DateOnly RegistrationEnd { get; init; }
    public required DateOnly CompetitionStart { get; init; }
    public required DateOnly CompetitionEnd { get; init; }

    /// <summary>Additive, as the next: days that have begun.</summary>
    public required int CurrentDay { get; init; }
    public required ConfigurationView Configuration { get; init; }

    /// <summary>Miners; the baseline does not count.</summary>
    public required int ParticipantCount { get; init; }

    /// <summary>Null before scoring, and where every miner was disqualified.</summary>
    public required WinnerView? Winner { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? CompletedAt { get; init; }
}

/// <summary>The best miner that was not disqualified.</summary>
public sealed record WinnerView(string Hotkey, bool BeatBaseline);
