using Agon.Contracts.Problems;
using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;
using Agon.Storage.Leaderboards;

namespace Agon.Server.Problems;

/// <summary>What becomes of a problem, given the leaderboard of its name (contract section 7.4).</summary>
/// <remarks>
/// Better than there (section 14 number 17): descriptions, templates, devices and agon.yml count as changes too.
/// </remarks>
internal static class SyncRules
{
    // The contract's stand-in for "open until somebody says otherwise".
    private static readonly TimeSpan DefaultTerm = TimeSpan.FromDays(365);

    public static SyncStep Next(SetProblem problem, Leaderboard? existing, bool force, DateTimeOffset now) => (problem, existing) switch
    {
        (SetProblem.Skipped skipped, _) => new SyncStep.Skip(skipped.Name, skipped.Reason, Unreadable: true),
        (SetProblem.Found found, null) => new SyncStep.Create(
            new NewLeaderboard(found.Name, found.Deadline ?? now + DefaultTerm, found.Task, [.. found.Gpus])),
        (SetProblem.Found found, _) when !force && Incomparable(existing.Task, found.Task) is { } what => new SyncStep.Skip(
            found.Name, $"{what} changed, so that times measured before mean something else; --force takes it over all the same"),
        (SetProblem.Found found, _) => Update(existing, found),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static SyncStep Update(Leaderboard existing, SetProblem.Found found)
    {
        // An unset deadline leaves the board's own: a year from *now* would move with every sync.
        var wanted = new NewLeaderboard(existing.Name, found.Deadline ?? existing.Deadline, found.Task, [.. found.Gpus], existing.Visibility);
        return wanted.IsSame(existing) ? new SyncStep.Skip(found.Name, "no changes") : new SyncStep.Update(wanted);
    }

    private static string? Incomparable(TaskDefinition stored, TaskDefinition found)
    {
        if (stored.Lang != found.Lang)
            return "the language";
        if (stored.Config != found.Config)
            return stored.Config is TaskConfig.Python ? "the harness's name" : "the way it is compiled";
        if (!stored.Benchmarks.SequenceEqual(found.Benchmarks))
            return "the list of benchmarks";
        return stored.Files.Except(found.Files).Concat(found.Files.Except(stored.Files)).FirstOrDefault() is { Key: { } file }
            ? $"the file {file}"
            : null;
    }
}
