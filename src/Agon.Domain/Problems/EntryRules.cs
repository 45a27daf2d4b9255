using System.Globalization;
using Agon.Domain.Submissions;

namespace Agon.Domain.Problems;

/// <summary>What an entry that ships with a task is there to show.</summary>
public enum EntryRole
{
    /// <summary><c>correct.*</c>: passes everything.</summary>
    Correct,

    /// <summary><c>fast.*</c>: passes everything, with a clearly better score than every correct one.</summary>
    Fast,

    /// <summary><c>wrong_*.*</c>: fails somewhere.</summary>
    Wrong,
}

/// <summary>A shipped entry, and what became of it.</summary>
/// <param name="File">By its path from the task's folder.</param>
/// <param name="Role">What it is to show.</param>
/// <param name="Failure">Where it failed and why, in one sentence; null if it passed, in the secret run too.</param>
/// <param name="ScoreSeconds">Of the public run; null if there is none.</param>
public sealed record JudgedEntry(string File, EntryRole Role, string? Failure, double? ScoreSeconds);

/// <summary>What the entries beside a task have to show: that it can be solved, that it can be solved better, and that it notices what is wrong.</summary>
public static class EntryRules
{
    /// <summary>By so much of the correct entry's score has a fast one to be better; less could be chance.</summary>
    public const double ClearlyBetter = 0.2;

    /// <summary>The role that the file's name gives it; null for none.</summary>
    public static EntryRole? RoleOf(string name) =>
        name.StartsWith("correct.", StringComparison.Ordinal) ? EntryRole.Correct
        : name.StartsWith("fast.", StringComparison.Ordinal) ? EntryRole.Fast
        : name.StartsWith("wrong_", StringComparison.Ordinal) ? EntryRole.Wrong
        : null;

    /// <summary>What is missing or cannot be handed in among the files in the entries' folder, before any of them is run.</summary>
    public static IEnumerable<TaskFinding> OfNames(string lang, IReadOnlyList<string> files)
    {
        var names = files.ToLookup(file => RoleOf(Path.GetFileName(file)));
        if (!names[EntryRole.Correct].Any())
            yield return Warning("entries", "there is no entries/correct.*: nothing shows that the task can be solved");
        if (!names[EntryRole.Fast].Any())
            yield return Warning("entries", "there is no entries/fast.*: nothing shows that a better entry is measured as a better one");
        if (!names[EntryRole.Wrong].Any())
            yield return Warning("entries", "there is no entries/wrong_*.*: nothing shows that a wrong entry is noticed");
        foreach (var stranger in names[null])
            yield return Warning(stranger, "it is neither correct.*, fast.* nor wrong_*.*, so it is not run");
        foreach (var (file, refusal) in files.Select(file => (file, FileNameRules.Refuse(Path.GetFileName(file), lang))))
        {
            if (refusal is not null && RoleOf(Path.GetFileName(file)) is not null)
                yield return new TaskFinding(IsError: true, file, $"it could not be handed in: {refusal}");
        }
    }

    /// <summary>Which of the entries did not do what they are there for.</summary>
    public static IEnumerable<TaskFinding> OfResults(bool scoreAscending, IReadOnlyList<JudgedEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Role == EntryRole.Wrong && entry.Failure is null)
                yield return Error(entry, "it passes everything, the secret run too, but it should fail somewhere");
            else if (entry.Role != EntryRole.Wrong && entry.Failure is { } failure)
                yield return Error(entry, $"it should pass, but {failure}");
            else if (entry.Role == EntryRole.Fast && Best(scoreAscending, entries) is { } correct && entry.ScoreSeconds is { } score && !IsClearlyBetter(scoreAscending, score, correct))
                yield return Error(entry, string.Create(CultureInfo.InvariantCulture,
                    $"its score is {score / correct:P0} of the correct entry's; it should be {(scoreAscending ? $"at most {1 - ClearlyBetter:P0}" : $"at least {1 + ClearlyBetter:P0}")}"));
        }
    }

    /// <summary>Whether the score is better by <see cref="ClearlyBetter"/> of the other, in the task's direction.</summary>
    public static bool IsClearlyBetter(bool scoreAscending, double score, double than) =>
        scoreAscending ? score <= than * (1 - ClearlyBetter) : score >= than * (1 + ClearlyBetter);

    private static double? Best(bool scoreAscending, IReadOnlyList<JudgedEntry> entries)
    {
        var scores = entries.Where(entry => entry is { Role: EntryRole.Correct, Failure: null, ScoreSeconds: not null }).Select(entry => entry.ScoreSeconds!.Value).ToList();
        return scores.Count == 0 ? null : scoreAscending ? scores.Min() : scores.Max();
    }

    private static TaskFinding Error(JudgedEntry entry, string message) => new(IsError: true, entry.File, message);

    private static TaskFinding Warning(string file, string message) => new(IsError: false, file, message);
}
