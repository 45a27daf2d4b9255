using Agon.Domain.Tournaments;
using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Containers;

/// <summary>Runs a folder participant in a sandbox: the same world as in a container, without an engine.</summary>
internal sealed class FolderRun(SandboxHost sandbox)
{
    private const string Place = "/app";
    internal const string Script = "run.sh";

    /// <exception cref="PlatformFaultException">Our fault.</exception>
    internal async Task<ParticipantOutcome> RunAsync(string folder, ParticipantRunSpec spec, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder)) throw new PlatformFaultException($"the participant's folder {folder} is gone");
        if (!File.Exists(Path.Combine(folder, Script)))
            return new ParticipantOutcome(RunStatus.Failed, 0, null, "", null, $"there is no {Script} at the top of its folder");

        using var archive = ScratchFile.Open();
        try
        {
            var result = await sandbox.RunAsync(Spec(folder, spec, archive), null, cancellationToken);
            return Outcome(result, spec, archive);
        }
        catch (Exception fault) when (fault is SandboxFaultException or IsolationRefusedException or IOException)
        {
            throw new PlatformFaultException(fault.Message, fault);
        }
    }

    private static SandboxSpec Spec(string folder, ParticipantRunSpec spec, Stream archive) => new()
    {
        // One stream, so that errors stand in the log where they happened.
        Command = ["/bin/sh", "-c", $"cd {Place} && exec /bin/sh {Script} 2>&1"],
        Environment = ParticipantWorld.Environment(spec),
        Mounts = [new(Path.GetFullPath(folder), Place), new(Path.GetFullPath(spec.InputFolder), ParticipantWorld.Input)],
        Output = new SandboxOutput(ParticipantWorld.Output, spec.Limits.OutputBytes, archive),
        Cores = spec.Limits.Cores,
        Limits = new SandboxLimits
        {
            WallTime = spec.TimeLimit,
            MemoryBytes = spec.Limits.MemoryBytes,
            Processes = spec.Limits.Processes,
            ScratchBytes = spec.Limits.ScratchBytes,
            OutputBytes = spec.Limits.LogBytes,
            KeepEndOfStdout = true,
        },
    };

    private static ParticipantOutcome Outcome(SandboxResult result, ParticipantRunSpec spec, FileStream archive)
    {
        var outcome = new ParticipantOutcome(
            RunStatus.Failed, result.WallTime.TotalSeconds, null, result.Stdout + result.Stderr, result.Resources.PeakMemoryBytes, null);
        return result switch
        {
            { End: ProgramEnd.TimedOut } => outcome with { Status = RunStatus.Timeout, Error = RunErrors.Timeout(spec) },
            { End: ProgramEnd.Exited { Code: 0 } } => WithOutput(outcome with { ExitCode = 0 }, result.Output, spec, archive),
            { End: ProgramEnd.Exited { Code: var code } } =>
                outcome with { ExitCode = code, Error = RunErrors.Exit(code, result.Resources.KilledForMemory, spec) },
            { End: ProgramEnd.Signalled { Signal: var signal } } =>
                outcome with { ExitCode = 128 + signal, Error = RunErrors.Exit(128 + signal, result.Resources.KilledForMemory, spec) },
            _ => throw new PlatformFaultException($"a participant cannot end by {result.End}"),
        };
    }

    /// <summary>The outcome of a run that ended well, if its output is one.</summary>
    internal static ParticipantOutcome WithOutput(ParticipantOutcome outcome, OutputEnd end, ParticipantRunSpec spec, FileStream archive)
    {
        if (RunErrors.Output(end, spec) is { } error) return outcome with { Error = error };
        archive.Position = 0;
        try
        {
            FolderArchive.Extract(archive, spec.OutputFolder, ArchiveLimits.OfOutput(spec.Limits));
            return outcome with { Status = RunStatus.Completed };
        }
        catch (ArchiveRefusedException refused)
        {
            return outcome with { Error = refused.Message };
        }
    }
}
