namespace Agon.Evaluation.Datasets;

/// <summary>A dataset's folder while it is filled: beside its place, moved there when it is whole, so that nobody ever meets half of one.</summary>
internal sealed class DatasetDraft : IDisposable
{
    private readonly string place;
    private readonly bool isKept;

    /// <param name="place">Where the dataset goes; must not be there, or empty.</param>
    /// <param name="resumes">Whether what an earlier attempt has left is taken up, and left for a later one if this fails, too.</param>
    public DatasetDraft(string place, bool resumes = false)
    {
        this.place = Path.GetFullPath(place);
        isKept = resumes;
        if (Directory.Exists(place) && Directory.EnumerateFileSystemEntries(place).Any())
            throw new IOException($"{place} is not empty");
        // With a dot, it is no dataset to who looks for one; with the same name it is found again.
        Folder = Path.Combine(Path.GetDirectoryName(this.place)!, $".{Path.GetFileName(this.place)}.{(resumes ? "part" : Guid.NewGuid().ToString("N"))}");
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; }

    /// <summary>Writes META.json, and moves the whole to its place. If another was faster, its dataset stays.</summary>
    public async Task FinishAsync(byte[] meta, CancellationToken cancellationToken)
    {
        await using (var file = new FileStream(Path.Combine(Folder, DatasetFiles.Meta), FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(meta, cancellationToken);
            file.Flush(flushToDisk: true);
        }
        if (Directory.Exists(place))
            Directory.Delete(place);
        Directory.Move(Folder, place);
    }

    public void Dispose()
    {
        if (!isKept && Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }
}
