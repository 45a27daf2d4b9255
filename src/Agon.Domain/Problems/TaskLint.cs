namespace Agon.Domain.Problems;

/// <summary>What may be read and still is not what an organiser meant.</summary>
public static class TaskLint
{
    private const string TaskFile = "task.yml";

    /// <summary>All that is odd about a task whose files could be read.</summary>
    public static IEnumerable<TaskFinding> Of(TaskDefinition task) =>
        [.. Cases(task), .. Harness(task), .. Devices(task), .. ForPeople(task)];

    private static IEnumerable<TaskFinding> Cases(TaskDefinition task)
    {
        if (task.Tests.IsEmpty)
            yield return Warning("tests", "there are no tests: whether an entry is right is then only seen in timed runs");
        if (task.Benchmarks.IsEmpty)
            yield return Error("benchmarks", "there are no benchmarks, so no entry can have a score; name at least one");
        if (task.RankingBy == RankingBy.Last && task.Benchmarks.Length > 1)
            yield return Warning("ranking_by", $"only the last of the {task.Benchmarks.Length} benchmarks is run and ranked; ranking_by: geom or mean takes them all");
        var cases = task.Tests.Concat(task.Benchmarks).ToList();
        if (cases.Count > 0 && !cases.Any(one => one.Has("seed")))
            yield return Warning("tests", "no case has an argument seed: unless the harness makes its inputs from POPCORN_SEED alone, the secret run has the inputs that everybody knows");
        foreach (var finding in InList("tests", task.Tests).Concat(InList("benchmarks", task.Benchmarks)))
            yield return finding;
    }

    private static IEnumerable<TaskFinding> InList(string key, IReadOnlyList<Case> cases)
    {
        var seen = new Dictionary<Case, int>();
        foreach (var (n, one) in cases.Index())
        {
            if (!seen.TryAdd(one, n))
                yield return Warning($"{key}[{n}]", $"{key}[{n}] is the same as {key}[{seen[one]}]");
            if (one.FirstOrDefault(argument => argument.Value is CaseValue.Text(var text) && text.AsSpan().ContainsAny(':', ';')) is { Key: { } name })
                yield return Warning($"{key}[{n}]", $"{key}[{n}].{name} holds a ':' or ';', where harnesses take the case's line apart");
        }
    }

    private static IEnumerable<TaskFinding> Harness(TaskDefinition task)
    {
        if (task.Config is TaskConfig.Python(var main) && task.Files.GetValueOrDefault(main) == TaskDefinition.SubmissionMarker)
            yield return Error("config", $"config.main is {main}, which is what the participant hands in: an entry would judge itself");
        if (task.Config is TaskConfig.Compiled { Sources: var sources } && sources.All(source => task.Files.GetValueOrDefault(source) == TaskDefinition.SubmissionMarker))
            yield return Error("config", "config.sources names nothing but what the participant hands in: an entry would judge itself");
        if (task.MultiGpu || !task.Tests.Concat(task.Benchmarks).Any(one => one.Has("world_size")))
            yield break;
        yield return Warning("multi_gpu", "cases name a world_size, but multi_gpu is not true: the harness gets no POPCORN_GPUS");
    }

    private static IEnumerable<TaskFinding> Devices(TaskDefinition task)
    {
        if (task.Gpus.IsEmpty)
            yield return Warning("gpus", "no gpus are named; the competition file then has to name them");
        foreach (var refusal in task.Gpus.Select(gpu => GpuTable.Refusal(task.Lang, gpu)).OfType<string>())
            yield return Error("gpus", refusal);
        if (!task.Libraries.IsEmpty)
            yield return Warning("libraries", "libraries are kept but not installed: what an entry may use has to be on the device");
    }

    private static IEnumerable<TaskFinding> ForPeople(TaskDefinition task)
    {
        if (string.IsNullOrWhiteSpace(task.Description))
            yield return Warning("description", "the description is empty: participants read nothing else");
        if (task.Templates.IsEmpty)
            yield return Warning("templates", "there is no template for participants to begin with");
    }

    private static TaskFinding Error(string field, string message) => new(IsError: true, TaskFile, message) { Field = field };

    private static TaskFinding Warning(string field, string message) => new(IsError: false, TaskFile, message) { Field = field };
}
