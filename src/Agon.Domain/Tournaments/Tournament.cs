using System.Collections.Immutable;

namespace Agon.Domain.Tournaments;

/// <summary>One contest over several days against one baseline (S021).</summary>
public sealed record Tournament
{
    public required Guid TournamentId { get; init; }
    public required string Name { get; init; }
    public required ImageType ImageType { get; init; }
    public required Schedule Schedule { get; init; }

    /// <summary>Miners; the baseline does not count (D27).</summary>
    public required int MaxParticipants { get; init; }

    /// <summary>In the order in which they are run.</summary>
    public required ImmutableArray<string> TestNetworks { get; init; }

    /// <summary>Days of history in a dataset, in the order in which they are run.</summary>
    public required ImmutableArray<int> TestWindowDays { get; init; }

    /// <summary>Seconds a run may take; exactly as many are fine (S065).</summary>
    public required double MaxExecutionTimeSeconds { get; init; }

    public ScoringPolicy Policy { get; init; } = ScoringPolicy.Default;

    /// <summary>The baseline it was created with, which stays its own even if another is promoted meanwhile (section 10).</summary>
    public required Guid BaselineId { get; init; }

    public required TournamentStatus Status { get; init; }

    /// <summary>Days that have begun: 0 to epoch_days, never lowered (D24).</summary>
    public int CurrentDay { get; init; }

    /// <summary>Null before scoring, and where every miner was disqualified (D13).</summary>
    public string? WinnerHotkey { get; init; }
    public bool BaselineBeaten { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }
}

/// <summary>What a tournament is created with where its organiser says nothing (S090 to S094); copied into its row, so that a later change moves no running one.</summary>
public static class TournamentDefaults
{
    public const int MaxParticipants = 10;
    public const int EpochDays = 7;
    public const int RegistrationDays = 7;
    public const double MaxExecutionTimeSeconds = 3600;

    public static ImmutableArray<string> TestNetworks { get; } = ["torus", "bittensor"];

    public static ImmutableArray<int> TestWindowDays { get; } = [30, 90];
}

/// <summary>The one epoch of a tournament (S023, S034).</summary>
public sealed record Epoch
{
    public required Guid EpochId { get; init; }
    public required Guid TournamentId { get; init; }
    public required ImageType ImageType { get; init; }
    public required DateOnly StartDate { get; init; }
    public required DateOnly EndDate { get; init; }
    public required EpochStatus Status { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>What stands in the column hotkey; image tag and database name are empty.</summary>
    public string Hotkey => $"tournament_{TournamentId}";
}
