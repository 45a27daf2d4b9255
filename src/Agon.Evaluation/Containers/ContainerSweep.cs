namespace Agon.Evaluation.Containers;

/// <summary>Removes what a server that is gone left on this machine: its containers, its mounts, its control groups.</summary>
public static class ContainerSweep
{
    /// <summary>What belongs to a process that lives stays.</summary>
    public static async Task RunAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var listed = await engine.RunAsync(
            ["ps", "--all", "--no-trunc", "--filter", $"label={OwnTraces.Label}", "--format", $"{{{{.ID}}}} {{{{.Label \"{OwnTraces.OwnerLabel}\"}}}}"], cancellationToken);
        foreach (var line in listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split(' ') is [var id, var owner] && OwnTraces.IsOwnerGone(owner))
                await engine.RunAsync(["rm", "--force", "--volumes", "--", id], cancellationToken);
        await SizedFolder.SweepAsync();
        RunGroup.Sweep();
    }
}
