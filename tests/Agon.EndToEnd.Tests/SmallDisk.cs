namespace Agon.EndToEnd.Tests;

/// <summary>A disk of a few megabytes in memory, which can be full.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("agon-disk-").FullName);
        var mount = await CommandLine.RunAsync("/bin/mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "none", disk.Folder]);
        Assert.True(mount.ExitCode == 0, mount.Errors);
        return disk;
    }

    /// <summary>Takes the last free byte.</summary>
    public void Fill()
    {
        try
        {
            using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (true)
                file.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await CommandLine.RunAsync("/bin/umount", ["--lazy", Folder]);
        Directory.Delete(Folder);
    }
}

/// <summary>A test that mounts a disk; where that is not allowed, a visible skip.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!CanMount.Value)
            Skip = "tmpfs: this user may not mount one, so no disk can be filled";
    }

    public bool NeedsPostgres
    {
        get => field;
        set
        {
            field = value;
            if (value && PostgresFactAttribute.ConnectionString is null)
                Skip = PostgresFactAttribute.Reason;
        }
    }

    private static readonly Lazy<bool> CanMount = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("agon-disk-").FullName;
        try
        {
            using var mount = System.Diagnostics.Process.Start("/bin/bash", ["-c", $"mount -t tmpfs -o size=1m none {folder} 2>/dev/null && umount {folder}"]);
            mount.WaitForExit();
            return mount.ExitCode == 0;
        }
        finally
        {
            Directory.Delete(folder);
        }
    });
}
