using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Containers;

/// <summary>Runs one participant alone: as the image's container, or as a folder in the sandbox.</summary>
public sealed class ParticipantRunner(SandboxHost sandbox, DockerEngine? engine = null)
{
    /// <summary>The best that this machine can do.</summary>
    public static async Task<ParticipantRunner> FindAsync(CancellationToken cancellationToken)
    {
        var engine = await DockerEngine.FindAsync(cancellationToken);
        if (engine is not null) await ContainerSweep.RunAsync(engine, cancellationToken);
        return new ParticipantRunner(await SandboxHost.ProbeAsync(cancellationToken), engine);
    }

    /// <summary>Runs it to its end; nothing of it is left but the output of a run that ended well.</summary>
    /// <exception cref="PlatformFaultException">Our fault: to be tried again.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the participant is gone.</exception>
    public async Task<ParticipantOutcome> RunAsync(ParticipantRunSpec spec, CancellationToken cancellationToken)
    {
        try
        {
            ParticipantWorld.PrepareFolders(spec);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PlatformFaultException($"the run's folders could not be prepared: {error.Message}", error);
        }

        return spec.Program switch
        {
            ParticipantProgram.Folder folder => await new FolderRun(sandbox).RunAsync(folder.Path, spec, cancellationToken),
            ParticipantProgram.Image image when engine is not null => await new ImageRun(engine).RunAsync(image.ImageId, spec, cancellationToken),
            _ => throw new PlatformFaultException("there is no container engine on this machine"),
        };
    }
}
