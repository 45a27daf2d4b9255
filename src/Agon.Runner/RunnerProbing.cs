using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Runs;
using Agon.Evaluation.Sandbox;

namespace Agon.Runner;

/// <summary><c>agon-runner --probe</c>: what a sandbox holds on this machine.</summary>
internal static class RunnerProbing
{
    /// <returns>One of <see cref="RunnerExit"/>.</returns>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var sandbox = await SandboxHost.ProbeAsync(cancellationToken);
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(IsolationView.From(sandbox.Isolation), AgonJson.Wire.IsolationView));
            return RunnerExit.Reported;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return RunnerExit.CallerGone;
        }
    }
}
