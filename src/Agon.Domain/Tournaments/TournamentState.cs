using System.Collections.Immutable;

namespace Agon.Domain.Tournaments;

/// <summary>What the rules look at when they say what comes next.</summary>
public sealed record TournamentState
{
    public required TournamentStatus Status { get; init; }
    public required Schedule Schedule { get; init; }
    public int CurrentDay { get; init; }

    /// <summary>Null before the tournament has an epoch.</summary>
    public EpochStatus? EpochStatus { get; init; }
    public required ImmutableArray<Standing> Participants { get; init; }

    /// <summary>The days on which anything was started, in order.</summary>
    public ImmutableArray<DayProgress> StartedDays { get; init; } = [];

    /// <summary>Runs of a day that nobody has started yet.</summary>
    public required int RunsPerDay { get; init; }

    /// <summary>Null as long as no results are recorded.</summary>
    public RecordedResults? Results { get; init; }
}

/// <summary>A participant as far as the tournament's way depends on it.</summary>
public sealed record Standing(string Hotkey, ParticipantType Type, ParticipantStatus Status);

/// <summary>How far a started day is.</summary>
/// <param name="TestDate">The day, which its runs keep however late they are made.</param>
/// <param name="Finished">Slots with a result.</param>
/// <param name="Expected">All slots, without those that a disqualified miner no longer runs (D04).</param>
public sealed record DayProgress(DateOnly TestDate, int Finished, int Expected)
{
    public bool IsOpen => Finished < Expected;
}

/// <summary>What the recorded results say about the end.</summary>
public sealed record RecordedResults(string? WinnerHotkey, bool BaselineBeaten, Promotion Promotion);
