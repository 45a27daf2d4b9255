using System.CommandLine;
using Agon.Contracts.Problems;
using Agon.Domain.Problems;

namespace Agon.Cli.Problems;

/// <summary>A task's folder, and the root that none of its files may lie outside of.</summary>
internal static class TaskFolderArgument
{
    public static Argument<DirectoryInfo> Create() =>
        new Argument<DirectoryInfo>("DIR") { Description = "The task's folder, with its task.yml" }.AcceptExistingOnly();

    /// <summary><c>--root</c>, wherever problems are read.</summary>
    public static Option<string?> Root(string otherwise = "two folders up") => new("--root")
    {
        Description = $"Folder that all files of the problem must lie in. Default: the git repository's top, else {otherwise}",
        HelpName = "DIR",
    };

    /// <summary>The task in a folder.</summary>
    /// <exception cref="CommandFailure">It is not as it must be; the message names file and line.</exception>
    public static TaskDefinition Read(DirectoryInfo folder, string? root)
    {
        try
        {
            return TaskFolder.Read(folder.FullName, root);
        }
        catch (ProblemFileException error)
        {
            throw CommandFailure.Refused(error.Message);
        }
    }
}
