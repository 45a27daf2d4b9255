using System.Collections.Immutable;
using Agon.Domain.Leaderboards;
using Agon.Domain.Problems;
using static Agon.Contracts.Problems.ProblemFileException;

namespace Agon.Contracts.Problems;

/// <summary>What a sync found under one name.</summary>
public abstract record SetProblem(string Name)
{
    /// <summary>A problem that a leaderboard can be made of.</summary>
    /// <param name="Name">The leaderboard's name.</param>
    /// <param name="Task">Read in full.</param>
    /// <param name="Gpus">At least one.</param>
    /// <param name="Deadline">UTC; null is 365 days from now.</param>
    public sealed record Found(string Name, TaskDefinition Task, ImmutableArray<string> Gpus, DateTimeOffset? Deadline) : SetProblem(Name);

    /// <summary>A problem that is left out, and why, in one line.</summary>
    public sealed record Skipped(string Name, string Reason) : SetProblem(Name);
}

/// <summary>A folder of problems: what <c>agon problems sync</c> takes (contract section 7.4).</summary>
public static class ProblemSet
{
    /// <summary>
    /// The problems of every competition file (<c>*.yaml</c>) at the folder's top, or the one task whose task.yml it holds,
    /// then named as the folder is. A problem that is wrong is skipped; the rest goes on.
    /// </summary>
    /// <param name="folder">Where to look.</param>
    /// <param name="root">No file outside it is read; null takes the git top level, else the folder (for one task: two folders up).</param>
    /// <param name="only">Of the competition files only the one of this name, without its ending; null takes all.</param>
    /// <exception cref="ProblemFileException">There is no such folder, or it holds neither; nothing else is thrown.</exception>
    public static IReadOnlyList<SetProblem> Read(string folder, string? root = null, string? only = null)
    {
        var around = ProblemFiles.Around(folder, root, TaskFolder.TwoUp);
        if (around.HasFile(Path.Combine(folder, TaskFolder.TaskFile)))
            return [Problem(Path.GetFileName(RealPath.Of(folder)), folder, [], deadline: null, around)];

        var files = ProblemFiles.Around(folder, root, otherwise: ".");
        var competitions = CompetitionsIn(folder, $"{only ?? "*"}.yaml");
        if (competitions.Count == 0)
            throw new ProblemFileException(Path.GetFileName(Path.GetFullPath(folder)), null, $"holds neither a task.yml nor a competition file ({only ?? "*"}.yaml)");

        // As leaderboards are found: in any case.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. competitions
            .SelectMany(path => Competition(path, folder, files))
            .Select(found => found is SetProblem.Found && !taken.Add(found.Name)
                ? new SetProblem.Skipped(found.Name, "another problem of the set has this name")
                : found)];
    }

    private static List<string> CompetitionsIn(string folder, string pattern)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ProblemFileException(Path.GetFileName(Path.GetFullPath(folder)), null, "cannot be listed", error);
        }
    }

    private static IEnumerable<SetProblem> Competition(string path, string folder, ProblemFiles files)
    {
        try
        {
            return [.. CompetitionFile.Read(path, files).Problems.Select((problem, n) => Problem(problem, $"{Path.GetFileName(path)} problems[{n}]", folder, files))];
        }
        catch (ProblemFileException error)
        {
            return [new SetProblem.Skipped(Path.GetFileName(path), error.Message)];
        }
    }

    private static SetProblem Problem(CompetitionProblem problem, string place, string folder, ProblemFiles files)
    {
        if (problem.Name is not { Length: > 0 } name)
            return new SetProblem.Skipped(place, "has no name");
        if (problem.Directory is not { Length: > 0 } directory)
            return new SetProblem.Skipped(name, "has no directory");
        return files.HasFolder(Path.Combine(folder, directory))
            ? Problem(name, Path.Combine(folder, directory), problem.Gpus, problem.Deadline, files)
            : new SetProblem.Skipped(name, $"there is no directory {Shown(directory)} in the set");
    }

    private static SetProblem Problem(
        string name, string folder, ImmutableArray<string> gpus, DateTimeOffset? deadline, ProblemFiles files)
    {
        if (!RouteName.IsValid(name))
            return new SetProblem.Skipped(name, $"cannot be a leaderboard's name: {RouteName.Rule}");
        if (RouteName.IsReserved(name))
            return new SetProblem.Skipped(name, "cannot be a leaderboard's name: an address of the server begins so");
        try
        {
            var task = TaskFolder.Read(folder, files);
            var devices = gpus.IsEmpty ? task.Gpus : gpus;
            if (devices.IsEmpty)
                return new SetProblem.Skipped(name, "names no gpus, neither in the competition nor in task.yml");
            return devices.Select(device => GpuTable.Refusal(task.Lang, device)).FirstOrDefault(refusal => refusal is not null) is { } refused
                ? new SetProblem.Skipped(name, refused)
                : new SetProblem.Found(name, task, devices, deadline);
        }
        catch (ProblemFileException error)
        {
            return new SetProblem.Skipped(name, error.Message);
        }
    }
}
