namespace Agon.Evaluation.Containers;

/// <summary>Looks for this machine's container engine until one answers. From then on it is that one, and its silence is a fault of ours.</summary>
public sealed class EngineFinder
{
    private DockerEngine? found;

    /// <summary>Null while none answers.</summary>
    public async Task<DockerEngine?> FindAsync(CancellationToken cancellationToken) => found ??= await DockerEngine.FindAsync(cancellationToken);

    /// <exception cref="PlatformFaultException">None answers.</exception>
    internal async Task<DockerEngine> RequireAsync(CancellationToken cancellationToken) =>
        await FindAsync(cancellationToken) ?? throw new PlatformFaultException("no container engine answers on this machine");
}
