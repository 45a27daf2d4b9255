using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>A task and an entry as files, limits and environment (contract sections 8.1 and 8.2).</summary>
internal static class KernelTask
{
    /// <summary>Some 10,000 lines. Three phases of it, every byte escaped, still fit into a report's one line (16 MiB).</summary>
    public const int MaxVerdictBytes = 512 << 10;

    private const string UsualCaseFile = "cases.txt";

    /// <summary>Why this device cannot do the job, in one sentence; null if nothing speaks against it yet.</summary>
    /// <param name="job">What to do.</param>
    /// <param name="gpus">How many GPUs the machine has.</param>
    public static string? Unsupported(EvaluationJob job, int gpus)
    {
        var needed = job.Task.Config switch
        {
            TaskConfig.Python(var main) => [main],
            TaskConfig.Compiled compiled => compiled.Sources,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (needed.FirstOrDefault(name => !job.Task.Files.ContainsKey(name)) is { } missing)
            return $"config names '{missing}', which is not one of the task's files";
        // One more holds the cases.
        if (job.Task.Files.Count >= SandboxSpecRules.MostFiles)
            return $"the task has {job.Task.Files.Count} files, more than a sandbox takes";
        if (job.Task.Files.Keys.FirstOrDefault(name => !SandboxSpecRules.IsPlainName(name)) is { } bad)
            return $"the file name '{PlainText.OneLine(bad, maxLength: 100)}' is not a plain name: files stand side by side, without folders";
        if (GpuTable.Refusal(job.Task.Lang, job.Gpu) is { } refusal)
            return refusal;
        return job.Task.MultiGpu && WorldSize(job.Task) is var size && size > gpus
            ? $"the task's cases run on {size} GPUs at once (world_size), but this device has {gpus}"
            : null;
    }

    /// <summary>The task's files with the entry in its place.</summary>
    public static ImmutableDictionary<string, string> Files(EvaluationJob job) =>
        job.Task.Files.ToImmutableDictionary(
            file => file.Key,
            file => file.Value == TaskDefinition.SubmissionMarker ? job.Submission : file.Value);

    /// <summary>The phase's cases, under a name that none of the files has.</summary>
    public static (string Name, string Text) CaseFile(Phase phase, ImmutableDictionary<string, string> files) =>
        (Enumerable.Range(0, files.Count + 1)
                .Select(n => n == 0 ? UsualCaseFile : $"cases-{n}.txt")
                .First(name => !files.ContainsKey(name)),
            string.Concat(phase.Cases.Select(one => one.Line + "\n")));

    public static ImmutableDictionary<string, string> Environment(EvaluationJob job)
    {
        var environment = ImmutableDictionary<string, string>.Empty.Add("LANG", "C.UTF-8");
        if (job.Seed is { } seed)
            environment = environment.Add("POPCORN_SEED", seed.ToString(CultureInfo.InvariantCulture));
        return job.Task.MultiGpu
            ? environment.Add("POPCORN_GPUS", Machine.GpuCount().ToString(CultureInfo.InvariantCulture))
            : environment;
    }

    public static SandboxLimits Limits(EvaluationJob job, TimeSpan wallTime) => new()
    {
        WallTime = wallTime,
        MemoryBytes = job.Device.MemoryBytes,
        Processes = job.Device.Processes,
    };

    /// <summary>The GPUs that the entry may use. One that runs on a processor sees none, whatever the machine has (threats T75).</summary>
    public static IReadOnlyList<string> Devices(EvaluationJob job) => GpuTable.IsProcessor(job.Gpu) ? [] : Machine.GpuNodes();

    private static BigInteger WorldSize(TaskDefinition task) =>
        task.Tests.Concat(task.Benchmarks).SelectMany(one => one)
            .Where(argument => argument.Key == "world_size")
            .Select(argument => argument.Value is CaseValue.Whole(var size) ? size : BigInteger.One)
            .DefaultIfEmpty(BigInteger.One).Max();
}
