using System.Diagnostics;

namespace Agon.Evaluation.Tests.Sandbox;

/// <summary>A runner in a process of its own: see <see cref="SandboxDriver"/>.</summary>
internal sealed class DriverProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;

    private DriverProcess(Process process) => this.process = process;

    internal static DriverProcess Start(params string[] arguments) =>
        new(Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, ["exec", typeof(SandboxDriver).Assembly.Location, .. arguments])
        { RedirectStandardOutput = true })!);

    internal async Task<string?> ReadLineAsync() => await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    /// <summary>SIGKILL to the runner and to nobody else.</summary>
    internal void KillAlone() => process.Kill(entireProcessTree: false);

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
