using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("linux")]

namespace Agon.Launchers.Tests.Local;

/// <summary>A shell script in place of agon-runner, in a folder of its own that it may write to.</summary>
internal sealed class FakeRunner : IDisposable
{
    public const string Report = """{"report":{"success":true,"error":"","system":{"gpu":"CPU"},"runs":{}}}""";

    public FakeRunner(string script)
    {
        Folder = Directory.CreateTempSubdirectory("agon-fake-runner-").FullName;
        RunnerPath = Path.Combine(Folder, "runner");
        File.WriteAllText(RunnerPath, $"#!/bin/bash\ncd '{Folder}'\necho $$ > pid\n{script}\n");
        File.WriteAllText(Path.Combine(Folder, "report"), Report);
        File.SetUnixFileMode(RunnerPath, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public string Folder { get; }

    public string RunnerPath { get; }

    public string? Read(string file) => Path.Combine(Folder, file) is var path && File.Exists(path) ? File.ReadAllText(path).Trim() : null;

    /// <summary>Waits until the script has ended: by a hurried clock its launcher goes on a quarter of a second after it was killed.</summary>
    public Task EndedAsync() => LiveProcess.EndedAsync(int.Parse(Read("pid")!));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

internal static class LiveProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Waits until it has ended; the test fails if it stays alive.</summary>
    public static async Task EndedAsync(int pid)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (Is(pid))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"process {pid} is still alive");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Whether it still runs; one that only waits to be reaped does not.</summary>
    public static bool Is(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
