using System.Diagnostics;

namespace Agon.Evaluation.Processes;

/// <summary>What a small tool of this machine prints, such as its version.</summary>
internal static class CommandOutput
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>The first 4 KB of its output, trimmed; empty if it says nothing in time.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It could not be started.</exception>
    internal static Task<string> ReadAsync(params string[] command) => DedicatedThread.RunAsync("command", () => Read(command));

    private static string Read(string[] command)
    {
        var (output, outputInside) = Descriptors.Pipe();
        using var nothing = Descriptors.MemoryFile("");
        using var errors = Descriptors.MemoryFile("");
        using (output)
        {
            using var child = ChildProcess.Spawn(new ChildCommand(command, new Dictionary<string, string>(), [nothing, outputInside, errors]));
            outputInside.Dispose();
            var text = new OutputCapture(4096);
            var watch = new DescriptorWatch();
            watch.Add(output, text.Append);
            var start = Stopwatch.GetTimestamp();
            while (watch.AnyOpen && Limit - Stopwatch.GetElapsedTime(start) is var left && left > TimeSpan.Zero) watch.Step(left);
            return text.ToString().Trim();
        }
    }
}
