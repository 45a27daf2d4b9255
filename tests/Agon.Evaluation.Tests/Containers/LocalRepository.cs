using System.Diagnostics;

namespace Agon.Evaluation.Tests.Containers;

/// <summary>A git repository on this machine, and a place for what is taken from it.</summary>
internal sealed class LocalRepository : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("agon-sources-").FullName;

    internal LocalRepository()
    {
        Directory.CreateDirectory(Folder);
        Git("init", "--quiet", "--initial-branch=main");
    }

    internal string Folder => Path.Combine(root, "repository");
    internal string Data => Path.Combine(root, "data");

    /// <summary>Writes the file and commits it.</summary>
    internal string Commit(string name, string text)
    {
        RunFolders.Put(Folder, name, text);
        Git("add", "--all");
        Git("commit", "--quiet", "--message", "a step");
        return Git("rev-parse", "HEAD").Trim();
    }

    internal string Git(params string[] words)
    {
        var start = new ProcessStartInfo("/usr/bin/git") { WorkingDirectory = Folder, RedirectStandardOutput = true };
        foreach (var word in (string[])["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false", .. words]) start.ArgumentList.Add(word);
        using var git = Process.Start(start)!;
        var said = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return said;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
