namespace Agon.Evaluation.Containers;

/// <summary>A file of ours that is gone when it is closed.</summary>
internal static class ScratchFile
{
    internal static FileStream Open() => new(
        Path.Combine(Path.GetTempPath(), $"agon-scratch-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 << 10, FileOptions.DeleteOnClose);
}
