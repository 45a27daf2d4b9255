using System.Text;
using Agon.Contracts.Problems;
using Agon.Domain.Problems;

namespace Agon.Contracts.Tests.Problems;

/// <summary>A small right task in a folder of its own, <c>root/set/task</c>; each test makes one thing in it odd.</summary>
internal sealed class TaskOnDisk : IDisposable
{
    /// <summary>Seven lines: what a test adds begins on line 8. Of repeated keys the last wins, so it can also replace.</summary>
    public const string Yaml = """
        lang: py
        description: Sort a list.
        config:
          main: eval.py
        files:
          - {name: submission.py, source: "@SUBMISSION@"}
          - {name: eval.py, source: eval.py}

        """;

    public TaskOnDisk()
    {
        Root = Path.Combine(Path.GetTempPath(), $"agon-task-{Guid.NewGuid():N}", "root");
        Folder = Path.Combine(Root, "set", "task");
        Directory.CreateDirectory(Folder);
        Write("eval.py", "print('harness')\n");
        Write("task.yml", Yaml);
    }

    public string Root { get; }

    public string Folder { get; }

    /// <summary>Writes a file, by its path from the task's folder.</summary>
    public void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    public void Write(string path, byte[] bytes)
    {
        var full = Path.GetFullPath(Path.Combine(Folder, path));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
    }

    public void Link(string path, string target) => File.CreateSymbolicLink(Path.GetFullPath(Path.Combine(Folder, path)), target);

    /// <summary>Reads the task with <paramref name="more"/> lines at the end of its task.yml.</summary>
    public TaskDefinition Read(string more = "", string? root = null)
    {
        if (more.Length > 0)
            Write("task.yml", Yaml + more);
        return TaskFolder.Read(Folder, root);
    }

    /// <summary>The message with which the task is refused.</summary>
    public string Refusal(string more = "", string? root = null) =>
        Assert.Throws<ProblemFileException>(() => Read(more, root)).Message;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Root)!, recursive: true);
}
