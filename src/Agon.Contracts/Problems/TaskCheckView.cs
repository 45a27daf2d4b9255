using Agon.Domain.Problems;

namespace Agon.Contracts.Problems;

/// <summary>What <c>agon task check --json</c> prints.</summary>
public sealed record TaskCheckView
{
    /// <summary>Whether nothing is wrong; warnings are let through.</summary>
    public required bool Ok { get; init; }

    public required IReadOnlyList<TaskFindingView> Findings { get; init; }

    /// <summary>The shipped entries that were run, in their order.</summary>
    public required IReadOnlyList<JudgedEntryView> Entries { get; init; }

    /// <summary>Why this machine cannot run the entries; null if it can, or if there are none.</summary>
    public required string? CannotRun { get; init; }
}

/// <summary>One finding.</summary>
public sealed record TaskFindingView
{
    /// <summary>error or warning.</summary>
    public required string Severity { get; init; }

    /// <summary>By its path from the task's folder.</summary>
    public required string File { get; init; }

    /// <summary>Counted from 1; null where it is not known.</summary>
    public required int? Line { get; init; }

    public required string Message { get; init; }
}

/// <summary>One shipped entry.</summary>
public sealed record JudgedEntryView
{
    public required string File { get; init; }

    /// <summary>correct, fast or wrong.</summary>
    public required string Role { get; init; }

    public required bool Passed { get; init; }

    /// <summary>Where it failed and why; null if it passed.</summary>
    public required string? Failure { get; init; }

    /// <summary>Seconds; null if there is none.</summary>
    public required double? Score { get; init; }

    public static JudgedEntryView From(JudgedEntry entry) => new()
    {
        File = entry.File,
        Role = entry.Role.ToString().ToLowerInvariant(),
        Passed = entry.Failure is null,
        Failure = entry.Failure,
        Score = entry.ScoreSeconds,
    };
}
