namespace Agon.Fuzz;

/// <summary>A folder for as long as the run lasts.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    // In memory where that is to be had: what is fuzzed are readers, not the disk.
    private readonly string root = Directory.CreateDirectory(
        Path.Combine(Directory.Exists(Memory) ? Memory : Path.GetTempPath(), $"agon-fuzz-{Guid.NewGuid():N}")).FullName;

    public string Of(string name) => Directory.CreateDirectory(Path.Combine(root, name)).FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);
}
