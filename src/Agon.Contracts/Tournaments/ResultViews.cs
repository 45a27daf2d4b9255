namespace Agon.Contracts.Tournaments;

/// <summary><c>GET …/{tournament_id}/results</c>, by rank; empty before scoring (contract section 3).</summary>
public sealed record TournamentResultsView
{
    public required Guid TournamentId { get; init; }
    public required string Status { get; init; }
    public required string? WinnerHotkey { get; init; }
    public required bool BaselineBeaten { get; init; }
    public required IReadOnlyList<TournamentResultView> Results { get; init; }
}

/// <summary><c>GET …/{tournament_id}/leaderboard</c>: the same rows, nested (D28).</summary>
public sealed record TournamentLeaderboardView(Guid TournamentId, string Status, IReadOnlyList<LeaderboardPlaceView> Leaderboard);

public sealed record LeaderboardPlaceView
{
    public required int Rank { get; init; }
    public required string Hotkey { get; init; }
    public required string ParticipantType { get; init; }
    public required bool IsWinner { get; init; }
    public required bool IsDisqualified { get; init; }
    public required string? DisqualificationReason { get; init; }
    public required int? DisqualifiedOnDay { get; init; }
    public required PlaceScoresView Scores { get; init; }
    public required PlaceStatsView Stats { get; init; }

    public static LeaderboardPlaceView Of(TournamentResultView result) => new()
    {
        Rank = result.Rank,
        Hotkey = result.Hotkey,
        ParticipantType = result.ParticipantType,
        IsWinner = result.IsWinner,
        IsDisqualified = result.IsDisqualified,
        DisqualificationReason = result.DisqualificationReason,
        DisqualifiedOnDay = result.DisqualifiedOnDay,
        Scores = new(result.FinalScore, result.PatternAccuracyScore, result.DataCorrectnessScore, result.PerformanceScore),
        Stats = new(
            result.DaysCompleted, result.TotalRunsCompleted, result.AverageExecutionTimeSeconds,
            result.BaselineComparisonRatio, result.BeatBaseline, result.MinersBeaten),
    };
}

public sealed record PlaceScoresView(double FinalScore, double PatternAccuracyScore, double DataCorrectnessScore, double PerformanceScore);

public sealed record PlaceStatsView(
    int DaysCompleted, int TotalRunsCompleted, double AverageExecutionTimeSeconds, double BaselineComparisonRatio, bool BeatBaseline, int MinersBeaten);
