using Agon.Domain.Datasets;

namespace Agon.Evaluation.Datasets;

/// <summary>A dataset that a run needs is nowhere: the platform's fault, not a participant's (D06).</summary>
public sealed class DatasetMissingException(DatasetKey key)
    : Exception($"there is no dataset {key}; 'agon dataset generate' makes one, 'agon dataset publish' puts it where it is looked for");

/// <summary>The datasets of a machine that runs tournaments: a folder, filled from a place where there is one.</summary>
/// <param name="folder">NETWORK/DATE/WINDOW/ in it.</param>
/// <param name="place">Where missing ones come from; null if what lies in the folder is all there is.</param>
public sealed class DatasetStore(string folder, DatasetPlace? place = null) : IDisposable
{
    // One fetch at a time: two of the same dataset would fill one folder.
    private readonly SemaphoreSlim gate = new(1);

    /// <summary>How long one dataset may take to arrive: who runs on it keeps a machine waiting. What came so far stays, and the next try goes on from there.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The dataset's own folder, every file checked against its hash. One that was damaged is fetched anew.</summary>
    /// <exception cref="DatasetMissingException">It is nowhere.</exception>
    /// <exception cref="DatasetFileException">It is broken, and there is no whole one to be had.</exception>
    /// <exception cref="DatasetPlaceException">The place does not answer, or not in time.</exception>
    public async Task<string> FetchAsync(DatasetKey key, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Longest);
            return await FindOrFetchAsync(key, limit.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DatasetPlaceException($"the dataset {key} did not arrive within {Longest.TotalMinutes:0.#} min", error);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<string> FindOrFetchAsync(DatasetKey key, CancellationToken cancellationToken)
    {
        var local = Path.Combine(folder, key.Place);
        if (Directory.Exists(local))
        {
            if (await IsWholeAsync(local, key, cancellationToken))
                return local;
            Directory.Delete(local, recursive: true);
        }
        if (place is null)
            throw new DatasetMissingException(key);
        MakeFolder();
        await DatasetTransfer.FetchAsync(key, place, local, cancellationToken);
        return local;
    }

    /// <summary>Removes those that came here before then, are not in use, and can be had again: only what the place has, too, and says the same of.</summary>
    /// <exception cref="DatasetPlaceException">The place does not answer.</exception>
    public async Task ForgetAsync(Func<DatasetKey, bool> isInUse, DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (place is null)
            return;
        using var here = new FolderPlace(folder);
        foreach (var key in (await here.ListAsync(cancellationToken)).Where(key => !isInUse(key)))
        {
            var meta = Path.Combine(folder, key.Place, DatasetFiles.Meta);
            if (File.GetLastWriteTimeUtc(meta) >= before || await here.ReadMetaAsync(key, cancellationToken) is not { } own)
                continue;
            if (await place.ReadMetaAsync(key, cancellationToken) is { } there && own.AsSpan().SequenceEqual(there))
                Directory.Delete(Path.Combine(folder, key.Place), recursive: true);
        }
    }

    public void Dispose()
    {
        gate.Dispose();
        place?.Dispose();
    }

    // Ground truth lies in it: nobody else's user has to see it.
    private void MakeFolder()
    {
        if (OperatingSystem.IsLinux())
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    // Where nothing could replace it the fault is told, and nothing is thrown away.
    private async Task<bool> IsWholeAsync(string local, DatasetKey key, CancellationToken cancellationToken)
    {
        try
        {
            var meta = DatasetMeta.Read(local);
            await meta.VerifyAsync(local, cancellationToken);
            return meta.Key == key ? true : throw new DatasetFileException($"{local} says that it is of {meta.Key}");
        }
        catch (DatasetFileException) when (place is not null)
        {
            if (await place.ReadMetaAsync(key, cancellationToken) is null)
                throw;
            return false;
        }
    }
}
