using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Tests.Kernels;

/// <summary>The best sandbox of this machine, probed once for a class of tests.</summary>
public sealed class ProbedSandbox : IAsyncLifetime
{
    public SandboxHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await SandboxHost.ProbeAsync(CancellationToken.None);

    public Task DisposeAsync() => Task.CompletedTask;
}
