using Agon.Evaluation.Sandbox;

namespace Agon.Evaluation.Containers;

/// <summary>Runs one participant alone: as the image's container, or as a folder in the sandbox.</summary>
public sealed class ParticipantRunner(SandboxHost sandbox, EngineFinder engines)
{
    /// <summary>The best that this machine can do.</summary>
    public static async Task<ParticipantRunner> FindAsync(EngineFinder engines, CancellationToken cancellationToken) =>
        new(await SandboxHost.ProbeAsync(cancellationToken), engines);

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

        // What another process left when it died would compete with this run, whatever kind it is.
        if (await engines.FindAsync(cancellationToken) is { } engine) await ContainerSweep.RunAsync(engine, cancellationToken);
        return spec.Program switch
        {
            ParticipantProgram.Folder folder => await new FolderRun(sandbox).RunAsync(folder.Path, spec, cancellationToken),
            ParticipantProgram.Image image => await new ImageRun(await engines.RequireAsync(cancellationToken)).RunAsync(image.ImageId, spec, cancellationToken),
            _ => throw new ArgumentException("an unknown kind of program", nameof(spec)),
        };
    }
}
