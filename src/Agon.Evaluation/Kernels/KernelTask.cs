using System.Collections.Immutable;
using System.Globalization;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Kernels;

/// <summary>A task and an entry as files, arguments and environment of one harness (contract sections 8.1 and 8.2).</summary>
internal static class KernelTask
{
    /// <summary>Some 10,000 lines. Three phases of it, every byte escaped, still fit into a report's one line (16 MiB).</summary>
    public const int MaxVerdictBytes = 512 << 10;

    private const string CaseFile = "cases.txt";

    /// <summary>Why no runner can do this job; null if this one can.</summary>
    public static string? Unsupported(EvaluationJob job)
    {
        if (job.Task.Lang != "py")
            return $"tasks of lang '{job.Task.Lang}' cannot be run yet, only 'py'";
        if (job.Mode == EvaluationMode.Profile)
            return "mode profile cannot be run yet";
        if (!job.Task.Files.ContainsKey(job.Task.Main))
            return $"config.main is '{job.Task.Main}', which is not one of the task's files";
        // One more holds the cases.
        if (job.Task.Files.Count >= SandboxSpecRules.MostFiles)
            return $"the task has {job.Task.Files.Count} files, more than a sandbox takes";
        return job.Task.Files.Keys.FirstOrDefault(name => !SandboxSpecRules.IsPlainName(name)) is { } bad
            ? $"the file name '{PlainText.OneLine(bad, maxLength: 100)}' is not a plain name: files stand side by side, without folders"
            : null;
    }

    /// <summary>The harness of one phase, ready to start.</summary>
    public static SandboxSpec Sandboxed(EvaluationJob job, Phase phase, Interpreter interpreter)
    {
        var files = Files(job);
        var caseFile = CaseFileName(files);
        return new SandboxSpec
        {
            // A harness is never told that a run is private (contract section 8.2): it sees the phase alone.
            Command = [interpreter.Path, "-B", job.Task.Main, phase.Key, caseFile],
            Environment = Environment(job),
            Files = files.Add(caseFile, string.Concat(phase.Cases.Select(line => line.Line + "\n"))),
            ReadOnlyFolders = interpreter.Folders,
            VerdictChannel = true,
            Limits = new SandboxLimits
            {
                WallTime = phase.TimeLimit,
                MemoryBytes = job.Device.MemoryBytes,
                Processes = job.Device.Processes,
                VerdictBytes = MaxVerdictBytes,
            },
            Cores = job.Device.Cores,
        };
    }

    private static ImmutableDictionary<string, string> Files(EvaluationJob job) =>
        job.Task.Files.ToImmutableDictionary(
            file => file.Key,
            file => file.Value == TaskDefinition.SubmissionMarker ? job.Submission : file.Value);

    private static ImmutableDictionary<string, string> Environment(EvaluationJob job)
    {
        var environment = ImmutableDictionary<string, string>.Empty.Add("LANG", "C.UTF-8");
        return job.Seed is { } seed
            ? environment.Add("POPCORN_SEED", seed.ToString(CultureInfo.InvariantCulture))
            : environment;
    }

    private static string CaseFileName(ImmutableDictionary<string, string> files) =>
        Enumerable.Range(0, files.Count + 1)
            .Select(n => n == 0 ? CaseFile : $"cases-{n}.txt")
            .First(name => !files.ContainsKey(name));
}
