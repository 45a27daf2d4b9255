using Agon.Domain.Runs;

namespace Agon.Evaluation.Sandbox;

internal static class SandboxProbe
{
    internal static Task<SandboxHost> FindAsync(IReadOnlyList<IBoxBuilder> candidates, CancellationToken cancellationToken) =>
        Task.FromResult(new SandboxHost(candidates.Count > 0 ? candidates[0] : new Bubblewrap("/usr/bin/bwrap", "0.8.0"), ControlGroupPlace.Find(),
            new Isolation(IsolationLevel.Strong, "bubblewrap", [])));
}
