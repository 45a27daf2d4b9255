using Agon.Domain.Problems;

namespace Agon.Contracts.Problems;

/// <summary>Reads a task's folder: task.yml, the files it names, and agon.yml beside it (contract section 7.1).</summary>
public static class TaskFolder
{
    /// <summary>The task's own file.</summary>
    public const string TaskFile = "task.yml";

    /// <summary>Agon's settings beside it; may be missing.</summary>
    public const string AgonFile = "agon.yml";

    /// <summary>A problem set's root, seen from a task's folder, where neither the caller nor git names one.</summary>
    internal const string TwoUp = "../..";

    /// <summary>Reads the task, with the text of every file it names.</summary>
    /// <param name="folder">Holds task.yml.</param>
    /// <param name="root">
    /// No file outside it is read; null takes the git top level around <paramref name="folder"/>, else two folders up.
    /// </param>
    /// <exception cref="ProblemFileException">Something in the folder is not as it must be; nothing else is thrown.</exception>
    public static TaskDefinition Read(string folder, string? root = null) =>
        Read(folder, ProblemFiles.Around(folder, root, TwoUp));

    internal static TaskDefinition Read(string folder, ProblemFiles files)
    {
        var task = TaskYaml.Read(TaskFile, files.ReadYaml(Path.Combine(folder, TaskFile)), new SourceFolder(folder, files));
        var agonFile = Path.Combine(folder, AgonFile);
        return Path.Exists(agonFile) ? task with { Agon = AgonYaml.Read(AgonFile, files.ReadYaml(agonFile)) } : task;
    }
}
