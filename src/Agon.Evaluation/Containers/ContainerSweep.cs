namespace Agon.Evaluation.Containers;

/// <summary>Removes what a server that is gone left on this machine: its containers, its mounts, its control groups.</summary>
public static class ContainerSweep
{
    private const string Columns = $"{{{{.ID}}}} {{{{.Names}}}} {{{{.Label \"{OwnTraces.OwnerLabel}\"}}}} {{{{.Label \"{OwnTraces.UntilLabel}\"}}}}";

    /// <summary>What belongs to a process that lives stays. An engine that does not answer is not waited for: whoever needs it will say so.</summary>
    public static async Task RunAsync(DockerEngine engine, CancellationToken cancellationToken)
    {
        var listed = await engine.RunAsync(["ps", "--all", "--no-trunc", "--filter", $"label={OwnTraces.Label}", "--format", Columns], cancellationToken);
        foreach (var line in listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split(' ') is [var id, var name, var owner, var until] && OwnTraces.IsSurvivor(name, owner, until))
                await engine.RunAsync(["rm", "--force", "--volumes", "--", id], cancellationToken);
        await SizedFolder.SweepAsync();
        RunGroup.Sweep();
    }
}
