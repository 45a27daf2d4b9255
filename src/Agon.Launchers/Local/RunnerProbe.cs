using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Agon.Contracts;
using Agon.Domain.Runs;

namespace Agon.Launchers.Local;

/// <summary>Asks the runner of this machine what a sandbox would hold, without a job.</summary>
/// <param name="runnerPath">Absolute path of the <c>agon-runner</c> program.</param>
public sealed class RunnerProbe(string runnerPath)
{
    private const int LongestAnswer = 64 << 10;

    /// <summary>What its probes found.</summary>
    /// <exception cref="LaunchException">It could not be started, or did not say.</exception>
    public async Task<Isolation> AskAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(runnerPath, ["--probe"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => !RunnerProcess.IsInherited(name)).ToList())
            start.Environment.Remove(name);
        try
        {
            using var runner = Process.Start(start)!;
            try
            {
                runner.StandardInput.Close();
                var complaints = LastWords.ReadAsync(runner.StandardError.BaseStream);
                var answer = await ReadAsync(runner.StandardOutput, cancellationToken);
                await runner.WaitForExitAsync(cancellationToken);
                return JsonSerializer.Deserialize(answer, AgonJson.Wire.IsolationView)?.ToIsolation()
                    ?? throw new LaunchException($"the runner's probe said nothing; it last said: {await complaints}");
            }
            finally
            {
                if (!runner.HasExited)
                    runner.Kill(entireProcessTree: true);
            }
        }
        catch (Win32Exception error)
        {
            throw new LaunchException($"the runner '{runnerPath}' could not be started: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw new LaunchException($"the runner's probe could not be understood: {error.Message}", error);
        }
    }

    private static async Task<string> ReadAsync(StreamReader output, CancellationToken cancellationToken)
    {
        var text = new char[LongestAnswer];
        var length = await output.ReadBlockAsync(text, cancellationToken);
        return new string(text, 0, length);
    }
}
