namespace Agon.Domain.Tournaments;

/// <summary>All that a tournament's score depends on.</summary>
public sealed record ScoringInput
{
    public required DateOnly CompetitionStart { get; init; }

    /// <summary>The days that were run, whatever came of them; null for those on which anybody has a finished run.</summary>
    public IReadOnlyCollection<DateOnly>? ExecutedDates { get; init; }
    public required IReadOnlyCollection<string> TestNetworks { get; init; }
    public required IReadOnlyCollection<int> TestWindowDays { get; init; }
    public required double MaxExecutionTimeSeconds { get; init; }
    public ScoringPolicy Policy { get; init; } = ScoringPolicy.Default;

    /// <summary>At most one of them is a baseline.</summary>
    public required IReadOnlyList<ScoredParticipant> Participants { get; init; }
}

/// <summary>One participant with its runs.</summary>
public sealed record ScoredParticipant
{
    public required string Hotkey { get; init; }
    public required ParticipantType Type { get; init; }
    public required int RegistrationOrder { get; init; }

    /// <summary>Known before scoring: it stands, with its reason (D10).</summary>
    public bool IsDisqualified { get; init; }
    public string? DisqualificationReason { get; init; }
    public int? DisqualifiedOnDay { get; init; }
    public required IReadOnlyList<ScoredRun> Runs { get; init; }
}
