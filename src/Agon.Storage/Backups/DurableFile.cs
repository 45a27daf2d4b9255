using System.Runtime.InteropServices;

namespace Agon.Storage.Backups;

/// <summary>Files that are there, whole, after a power cut, or not at all.</summary>
internal static class DurableFile
{
    /// <summary>Brings what was written of the file to the disk.</summary>
    public static void Flush(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Gives a flushed file its name, and brings the name to the disk.</summary>
    public static void Publish(string unfinished, string path)
    {
        File.Move(unfinished, path);
        FlushNames(path);
    }

    /// <summary>As <see cref="Publish"/>, over a file that <paramref name="kept"/> names from now on: there is no moment without either.</summary>
    public static void Replace(string unfinished, string path, string kept)
    {
        File.Replace(unfinished, path, kept);
        FlushNames(path);
    }

    // A name is part of its folder, which .NET does not open.
    private static void FlushNames(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = Open(Path.GetDirectoryName(path)!, 0);
        if (folder < 0)
            throw new IOException($"the folder of {path} cannot be opened (error {Marshal.GetLastPInvokeError()})");
        try
        {
            if (Sync(folder) != 0)
                throw new IOException($"the folder of {path} cannot be brought to the disk (error {Marshal.GetLastPInvokeError()})");
        }
        finally
        {
            _ = Close(folder);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
