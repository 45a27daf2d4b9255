using Agon.Contracts.Problems;
using Agon.Domain.Problems;
using Agon.Domain.Runs;
using Agon.Evaluation.Kernels;
using Agon.Evaluation.Sandbox;

namespace Agon.Cli.Problems;

/// <summary>Everything that can be found out about a task before strangers meet it.</summary>
internal sealed class TaskCheck(Shell shell, string folder, string? root)
{
    private const string EntriesFolder = "entries";

    /// <summary>Reads, lints and runs.</summary>
    /// <param name="job">How a job of the task looks on this machine.</param>
    /// <param name="cancellationToken">Ends what runs.</param>
    public async Task<TaskCheckView> RunAsync(Func<TaskDefinition, EvaluationJob> job, CancellationToken cancellationToken)
    {
        TaskDefinition task;
        try
        {
            task = TaskFolder.Read(folder, root);
        }
        catch (ProblemFileException error)
        {
            return View([Broken(error)], [], cannotRun: null);
        }

        var files = EntryFiles();
        List<TaskFinding> found = [.. TaskLint.Of(task), .. EntryRules.OfNames(task.Lang, files)];
        var (entries, cannotRun) = await JudgeAsync(job(task), files, cancellationToken);
        found.AddRange(EntryRules.OfResults(task.ScoreAscending, entries));
        var lines = TaskLines.Of(folder, root);
        return View([.. found.Select(finding => Located(finding, lines))], entries, cannotRun);
    }

    private async Task<(IReadOnlyList<JudgedEntry> Entries, string? CannotRun)> JudgeAsync(
        EvaluationJob job, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var entries = new List<JudgedEntry>();
        var shipped = files.Select(file => (File: file, Role: EntryRules.RoleOf(Path.GetFileName(file)))).Where(entry => entry.Role is not null).ToList();
        if (shipped.Count == 0)
            return (entries, null);
        try
        {
            var trial = new EntryTrial(await SandboxHost.RecallAsync(TimeProvider.System, cancellationToken), shell);
            foreach (var (file, role) in shipped.OrderBy(entry => entry.Role))
                entries.Add(await trial.RunAsync(job, Path.Combine(folder, file), file, role!.Value, cancellationToken));
            return (entries, null);
        }
        catch (Exception fault) when (fault is CannotRunException or IsolationRefusedException or SandboxFaultException)
        {
            return (entries, PlainText.OneLine(fault.Message, maxLength: 1000));
        }
    }

    private List<string> EntryFiles()
    {
        var entries = new DirectoryInfo(Path.Combine(folder, EntriesFolder));
        return entries.Exists ? [.. entries.EnumerateFiles().Select(file => Path.Combine(EntriesFolder, file.Name)).Order(StringComparer.Ordinal)] : [];
    }

    private static TaskCheckView View(IReadOnlyList<TaskFindingView> findings, IReadOnlyList<JudgedEntry> entries, string? cannotRun) => new()
    {
        Ok = findings.All(finding => finding.Severity != "error"),
        Findings = findings,
        Entries = [.. entries.Select(JudgedEntryView.From)],
        CannotRun = cannotRun,
    };

    private static TaskFindingView Located(TaskFinding finding, IReadOnlyDictionary<string, int> lines) => new()
    {
        Severity = finding.IsError ? "error" : "warning",
        File = finding.File,
        Line = finding.Field is { } field && lines.TryGetValue(field, out var line) ? line : null,
        Message = finding.Message,
    };

    private static TaskFindingView Broken(ProblemFileException error) => new()
    {
        Severity = "error",
        File = error.File,
        Line = error.Line,
        Message = error.Problem,
    };
}
