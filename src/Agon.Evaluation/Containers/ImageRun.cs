using Agon.Domain.Tournaments;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Containers;

/// <summary>Runs an image participant in a container of the engine.</summary>
/// <remarks>
/// Life: 1. an output folder of limited size is mounted; 2. the container is created from the image's id; 3. it starts, and ends
/// 4. by itself or killed by name at its limit, for killing the engine's client leaves it running; 5. the engine tells when and
/// how; 6. the output of a good end is read under archive rules; 7. container, mount and control group go, whatever happened.
/// Whose fault: what the engine itself refuses, and a stop from outside, are ours; what else the container's state tells is the participant's.
/// </remarks>
internal sealed class ImageRun(DockerEngine engine)
{
    /// <summary>For what is cleared up after a cancelled run, too.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);
    private const double ShortestSeconds = 0.001;
    private static readonly TimeSpan LateWord = TimeSpan.FromMilliseconds(500);

    /// <exception cref="PlatformFaultException">Our fault.</exception>
    internal async Task<ParticipantOutcome> RunAsync(string imageId, ParticipantRunSpec spec, CancellationToken cancellationToken)
    {
        if (!imageId.StartsWith("sha256:", StringComparison.Ordinal) || imageId.Length != 71)
            throw new PlatformFaultException($"'{imageId}' is no image id");
        var image = await engine.ImageOnceAsync(imageId, cancellationToken) ?? throw new PlatformFaultException($"the image {imageId} is gone");
        if (image.Refusal is { } refusal) return new ParticipantOutcome(RunStatus.Failed, 0, null, "", null, refusal);

        var name = OwnTraces.NewName();
        try
        {
            await using var output = await SizedFolder.MountAsync(name, spec.Limits, cancellationToken);
            try
            {
                return await RunAsync(name, imageId, output, spec, cancellationToken);
            }
            finally
            {
                await engine.RunAsync(["rm", "--force", "--volumes", "--", name], CancellationToken.None, EndLimit);
                RunGroup.Remove(name);
            }
        }
        catch (IOException error)
        {
            throw new PlatformFaultException($"a container's run failed on this host: {error.Message}", error);
        }
        finally
        {
            OwnTraces.Release(name);
        }
    }

    private async Task<ParticipantOutcome> RunAsync(
        string name, string imageId, SizedFolder output, ParticipantRunSpec spec, CancellationToken cancellationToken)
    {
        await CreateAsync(name, imageId, output, spec, cancellationToken);
        var ran = await engine.StartAsync(name, spec.Limits.LogBytes, spec.TimeLimit, cancellationToken);
        var cut = ran.ExitCode is null && !await WaitAsync(name, spec.TimeLimit, cancellationToken);
        var state = await engine.StateAsync(name, CancellationToken.None);
        // The client says the same as the engine unless it lost it; a command that is not in the image is its maker's doing.
        if (state.IsRunning || (ran.ExitCode is { } code && code != state.ExitCode && state.ExitCode is not (126 or 127)))
            throw new PlatformFaultException("the container engine lost the participant's container, or did not start it");
        // The engine notes a start a moment after the program began, so that the end of a short one may stand before it; nothing takes no time.
        var seconds = Math.Max((state.FinishedAt - state.StartedAt).TotalSeconds, ShortestSeconds);
        var outcome = new ParticipantOutcome(
            RunStatus.Failed, seconds, cut ? null : state.ExitCode, ran.Output, RunGroup.PeakMemoryBytes(name), null);
        // By the engine's clock, too: ours begins a moment later than its.
        if (cut || seconds > spec.TimeLimit.TotalSeconds)
            return outcome with { Status = RunStatus.Timeout, ExitCode = null, Error = RunErrors.Timeout(spec) };
        // Whatever it ended with: an image says itself which signal stops it. After a good end, which is the usual one, nobody waits for a late word.
        if (await engine.WasKilledAsync(name, state.StartedAt, state.ExitCode == 0 ? TimeSpan.Zero : LateWord, cancellationToken))
            throw new PlatformFaultException("the participant's container was stopped from outside");
        if (state.ExitCode != 0) return outcome with { Error = RunErrors.Exit(state.ExitCode, state.KilledForMemory, spec) };
        return await ReadOutputAsync(output, outcome, spec, cancellationToken);
    }

    private async Task CreateAsync(string name, string imageId, SizedFolder output, ParticipantRunSpec spec, CancellationToken cancellationToken)
    {
        var profile = Path.Combine(Path.GetTempPath(), name + ".seccomp.json");
        await File.WriteAllTextAsync(profile, ContainerWalls.SeccompProfile(), cancellationToken);
        try
        {
            var container = new ContainerSpec(name, imageId, OwnTraces.Labels(spec.RunId, spec.TimeLimit))
            {
                Environment = ParticipantWorld.Environment(spec),
                Mounts = [new(Path.GetFullPath(spec.InputFolder), ParticipantWorld.Input)],
                WritableFolder = new(output.Path, ParticipantWorld.Output),
                MemoryBytes = spec.Limits.MemoryBytes,
                Cpus = Math.Min(spec.Limits.Cpus, Environment.ProcessorCount),
                Cores = spec.Limits.Cores,
                Processes = spec.Limits.Processes,
                ScratchBytes = spec.Limits.ScratchBytes,
                LargestFileBytes = Math.Max(spec.Limits.ScratchBytes, spec.Limits.OutputBytes),
                CgroupParent = engine.OwnsGroups ? "/" + name : null,
            };
            await engine.AskAsync(ContainerWalls.CreateWords(container, profile), cancellationToken);
        }
        finally
        {
            File.Delete(profile);
        }
    }

    /// <summary>Waits for what is left of its time by the engine's clock, which began later than ours. Whether it ended by itself.</summary>
    private async Task<bool> WaitAsync(string name, TimeSpan limit, CancellationToken cancellationToken)
    {
        var left = (await engine.StateAsync(name, cancellationToken)).StartedAt + limit - TimeProvider.System.GetUtcNow();
        var waited = await engine.RunAsync(["wait", "--", name], cancellationToken, left > TimeSpan.Zero ? left : TimeSpan.Zero);
        if (waited.Succeeded) return true;
        if (waited.ExitCode is not null) throw DockerEngine.Fault("wait", waited);
        // It may have ended in between; then there is nothing to kill, and that is no fault.
        await engine.RunAsync(["kill", "--", name], CancellationToken.None, EndLimit);
        await engine.AskAsync(["wait", "--", name], CancellationToken.None, EndLimit);
        return false;
    }

    private static async Task<ParticipantOutcome> ReadOutputAsync(
        SizedFolder output, ParticipantOutcome outcome, ParticipantRunSpec spec, CancellationToken cancellationToken)
    {
        using var archive = ScratchFile.Open();
        using var capped = new CappedStream(archive, spec.Limits.OutputBytes + (8 << 20));
        if (!await output.ArchiveAsync(capped, cancellationToken)) throw new PlatformFaultException("the output folder could not be read");
        return FolderRun.WithOutput(outcome, capped.Overflowed ? OutputEnd.TooLarge : OutputEnd.Complete, spec, archive);
    }
}
