using Agon.Domain.Tournaments;

namespace Agon.Contracts.Tournaments;

/// <summary>What scoring found, with every column of the contract's results (S025).</summary>
public sealed record TournamentOutcomeView
{
    public string? WinnerHotkey { get; init; }
    public required bool BaselineBeaten { get; init; }

    /// <summary>promote, skip_not_beaten, skip_no_winner or hold_baseline_invalid.</summary>
    public required string Promotion { get; init; }

    /// <summary>By rank.</summary>
    public required IReadOnlyList<TournamentResultView> Results { get; init; }

    public static TournamentOutcomeView Of(TournamentOutcome outcome, Guid? tournamentId, DateTimeOffset calculatedAt) => new()
    {
        WinnerHotkey = outcome.WinnerHotkey,
        BaselineBeaten = outcome.BaselineBeaten,
        Promotion = ContractWord.Of(outcome.Promotion),
        Results = [.. outcome.Results.Select(result => TournamentResultView.Of(result, tournamentId, calculatedAt))],
    };
}

/// <summary>One participant's result.</summary>
public sealed record TournamentResultView
{
    /// <summary>Null for runs that belong to no stored tournament.</summary>
    public Guid? TournamentId { get; init; }
    public required string Hotkey { get; init; }
    public required string ParticipantType { get; init; }
    public required double PatternAccuracyScore { get; init; }
    public required double DataCorrectnessScore { get; init; }
    public required double PerformanceScore { get; init; }
    public required double FinalScore { get; init; }
    public required bool DataCorrectnessAllDays { get; init; }
    public required bool AllRunsWithinTimeLimit { get; init; }
    public required int DaysCompleted { get; init; }
    public required int TotalRunsCompleted { get; init; }
    public required double AverageExecutionTimeSeconds { get; init; }
    public required double BaselineComparisonRatio { get; init; }
    public required int Rank { get; init; }
    public required bool IsWinner { get; init; }
    public required bool BeatBaseline { get; init; }
    public required int MinersBeaten { get; init; }
    public required DateTimeOffset CalculatedAt { get; init; }
    public required bool IsDisqualified { get; init; }
    public string? DisqualificationReason { get; init; }
    public int? DisqualifiedOnDay { get; init; }

    public static TournamentResultView Of(TournamentResult result, Guid? tournamentId, DateTimeOffset calculatedAt) => new()
    {
        TournamentId = tournamentId,
        Hotkey = result.Hotkey,
        ParticipantType = ContractWord.Of(result.Type),
        PatternAccuracyScore = result.PatternAccuracyScore,
        DataCorrectnessScore = result.DataCorrectnessScore,
        PerformanceScore = result.PerformanceScore,
        FinalScore = result.FinalScore,
        DataCorrectnessAllDays = result.DataCorrectnessAllDays,
        AllRunsWithinTimeLimit = result.AllRunsWithinTimeLimit,
        DaysCompleted = result.DaysCompleted,
        TotalRunsCompleted = result.TotalRunsCompleted,
        AverageExecutionTimeSeconds = result.AverageExecutionTimeSeconds,
        BaselineComparisonRatio = result.BaselineComparisonRatio,
        Rank = result.Rank,
        IsWinner = result.IsWinner,
        BeatBaseline = result.BeatBaseline,
        MinersBeaten = result.MinersBeaten,
        CalculatedAt = calculatedAt,
        IsDisqualified = result.IsDisqualified,
        DisqualificationReason = result.DisqualificationReason,
        DisqualifiedOnDay = result.DisqualifiedOnDay,
    };
}

/// <summary>What a call of the orchestrator would do: one row of the transition table, and a whole tick (D02).</summary>
public sealed record TournamentNextView(TournamentStepView SingleStep, TournamentStepView Tick)
{
    public static TournamentNextView Of(TournamentState state, DateOnly today) => new(
        TournamentStepView.Of(TournamentRules.OneRow(state, today)),
        TournamentStepView.Of(TournamentRules.Next(state, today)));
}

/// <summary>A tournament after a step.</summary>
/// <param name="Status">Its status then.</param>
/// <param name="CurrentDay">Days that have begun then.</param>
/// <param name="Participants">Everybody, with the status they have then.</param>
/// <param name="Actions">Words, in order.</param>
/// <param name="Days">The days that the actions run, in order.</param>
/// <param name="EpochStatus">Null where there is no epoch yet.</param>
public sealed record TournamentStepView(
    string Status, int CurrentDay, IReadOnlyList<string> Actions, IReadOnlyList<TournamentDayView> Days, IReadOnlyList<StandingView> Participants, string? EpochStatus)
{
    public static TournamentStepView Of(TournamentStep step) => new(
        ContractWord.Of(step.State.Status),
        step.State.CurrentDay,
        [.. step.Actions.Select(action => action.Word)],
        [.. step.Actions.OfType<TournamentAction.ExecuteDay>().Select(day => new TournamentDayView(day.Day, day.TestDate))],
        [.. step.State.Participants.Select(one => new StandingView(one.Hotkey, ContractWord.Of(one.Type), ContractWord.Of(one.Status)))],
        step.State.EpochStatus is { } epoch ? ContractWord.Of(epoch) : null);
}

/// <summary>A day that is run.</summary>
public sealed record TournamentDayView(int Day, DateOnly TestDate);

/// <summary>A participant and where it stands.</summary>
public sealed record StandingView(string Hotkey, string ParticipantType, string Status);
