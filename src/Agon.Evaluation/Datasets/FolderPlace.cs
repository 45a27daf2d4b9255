using Agon.Domain.Datasets;

namespace Agon.Evaluation.Datasets;

/// <summary>A folder of datasets: NETWORK/DATE/WINDOW/ in it.</summary>
public sealed class FolderPlace(string root) : DatasetPlace
{
    public override Task<IReadOnlyList<DatasetKey>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<DatasetKey>>(Directory.Exists(root)
            ? [.. Directory.EnumerateFiles(root, DatasetFiles.Meta, new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
                .Select(path => DatasetKey.Parse(Path.GetRelativePath(root, Path.GetDirectoryName(path)!))).OfType<DatasetKey>().OrderBy(key => key.Place, StringComparer.Ordinal)]
            : []);

    internal override Task<Stream?> TryOpenAsync(DatasetKey key, string name, long offset, CancellationToken cancellationToken)
    {
        var folder = PathOf(key);
        var file = Directory.Exists(folder) ? PlainFile.TryOpen(Path.Combine(folder, name)) : null;
        if (file is not null && file.Length < offset)
        {
            file.Dispose();
            file = null;
        }
        file?.Seek(offset, SeekOrigin.Begin);
        return Task.FromResult<Stream?>(file);
    }

    internal override async Task<bool> HasAsync(DatasetKey key, string name, string sha256, CancellationToken cancellationToken) =>
        Directory.Exists(PathOf(key)) && await DatasetMeta.IsWholeAsync(Path.Combine(PathOf(key), name), sha256, cancellationToken);

    internal override async Task PutAsync(DatasetKey key, string path, string sha256, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateDirectory(PathOf(key)).FullName;
        var place = Path.Combine(folder, Path.GetFileName(path));
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        try
        {
            await using (var source = File.OpenRead(path))
            await using (var copy = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                await source.CopyToAsync(copy, cancellationToken);
                copy.Flush(flushToDisk: true);
            }
            File.Move(draft, place, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    public override void Dispose()
    {
    }

    private string PathOf(DatasetKey key) => Path.Combine(root, key.Place);
}
