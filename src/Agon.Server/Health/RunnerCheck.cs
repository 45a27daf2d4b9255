using Agon.Domain.Health;
using Agon.Launchers.Local;
using Agon.Server.Jobs;
using Microsoft.Extensions.Options;

namespace Agon.Server.Health;

/// <summary>Whether the devices that this process offers can run an entry: a runner that is asked to build a sandbox.</summary>
internal sealed class RunnerCheck(RunnerProbe probe, ServerSettings settings, IOptions<JobOptions> options, TimeProvider clock)
{
    private const string Name = "runner";

    // A probe builds a few sandboxes: too much for each question.
    private static readonly TimeSpan Known = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private Task<Finding>? probing;
    private long probedAt;
    private Finding? last;

    /// <summary>What the last probe found; starts a new one where that is long ago.</summary>
    public async Task<Finding> LookAsync(CancellationToken cancellationToken)
    {
        if (options.Value.MaxWorkers == 0)
            return new Finding(Name, FindingStatus.Ok, "this server runs no jobs");
        if (probing is { IsCompletedSuccessfully: true })
            (last, probing, probedAt) = (await probing, null, clock.GetTimestamp());
        if (last is null || clock.GetElapsedTime(probedAt) > Known)
            probing ??= Task.Run(ProbeAsync, CancellationToken.None);
        if (last is not null)
            return last;
        // The first one is worth waiting for, but not for long.
        await Task.WhenAny(probing!, Task.Delay(BoundedCheck.Limit / 2, clock, cancellationToken));
        return probing!.IsCompletedSuccessfully ? await probing : new Finding(Name, FindingStatus.Warning, "the sandbox is still being probed");
    }

    private async Task<Finding> ProbeAsync()
    {
        using var limit = new CancellationTokenSource(Longest, clock);
        try
        {
            var found = HealthRules.Sandbox(await probe.AskAsync(limit.Token), settings.TrustAllSubmitters);
            return found with { Name = Name };
        }
        catch (Exception error) when (error is LaunchException or OperationCanceledException)
        {
            return new Finding(Name, FindingStatus.Problem, "the runner cannot be started, so nothing runs");
        }
    }
}
