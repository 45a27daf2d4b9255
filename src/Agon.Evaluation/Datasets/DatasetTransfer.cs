using System.Security.Cryptography;
using Agon.Domain.Datasets;

namespace Agon.Evaluation.Datasets;

/// <summary>Carries datasets to a place and back. Both go on where they were cut off, and neither ever leaves half a dataset where one is looked for.</summary>
public static class DatasetTransfer
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <summary>Puts a dataset there; false if the same one was there already.</summary>
    /// <exception cref="DatasetFileException">The dataset is broken, or another one is there under its name.</exception>
    public static async Task<bool> PublishAsync(string folder, DatasetPlace place, CancellationToken cancellationToken)
    {
        var meta = DatasetMeta.Read(folder);
        await meta.VerifyAsync(folder, cancellationToken);
        var key = meta.Key;
        if (await place.ReadMetaAsync(key, cancellationToken) is { } there)
            return SaysTheSame(DatasetMeta.Parse(there), meta)
                ? false
                : throw new DatasetFileException($"another {key.BatchId} is published there; what was published does not change");
        foreach (var (name, hash) in meta.Sha256.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            if (!await place.HasAsync(key, name, hash, cancellationToken))
                await place.PutAsync(key, Path.Combine(folder, name), hash, cancellationToken);
        var metaPath = Path.Combine(folder, DatasetFiles.Meta);
        await place.PutAsync(key, metaPath, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(metaPath, cancellationToken))), cancellationToken);
        return true;
    }

    /// <summary>Brings a dataset into a folder that is not there yet, and checks every byte.</summary>
    /// <exception cref="DatasetMissingException">It is not there.</exception>
    /// <exception cref="DatasetFileException">What is there is broken.</exception>
    public static async Task FetchAsync(DatasetKey key, DatasetPlace place, string folder, CancellationToken cancellationToken)
    {
        var bytes = await place.ReadMetaAsync(key, cancellationToken) ?? throw new DatasetMissingException(key);
        var meta = DatasetMeta.Parse(bytes);
        if (meta.Key != key)
            throw new DatasetFileException($"{DatasetFiles.Meta} of {key} says that it is of {meta.Key}");
        using var draft = new DatasetDraft(folder, resumes: true);
        foreach (var (name, hash) in meta.Sha256.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            await FetchAsync(key, place, Path.Combine(draft.Folder, name), hash, cancellationToken);
        await draft.FinishAsync(bytes, cancellationToken);
    }

    private static async Task FetchAsync(DatasetKey key, DatasetPlace place, string path, string hash, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        if (await DatasetMeta.IsWholeAsync(path, hash, cancellationToken))
            return;
        // First what is missing of it; if that does not give the whole, all of it anew.
        foreach (var offset in (long[])[new FileInfo(path) is { Exists: true } known ? known.Length : 0, 0])
        {
            await using (var source = await place.TryOpenAsync(key, name, offset, cancellationToken))
            {
                if (source is null && offset == 0)
                    throw new DatasetFileException($"{name} of {key} is missing, though its {DatasetFiles.Meta} is there");
                await using var copy = new FileStream(path, offset == 0 ? FileMode.Create : FileMode.Append, FileAccess.Write);
                if (source is not null)
                    await CopyAsync(source, copy, key, name, cancellationToken);
                copy.Flush(flushToDisk: true);
            }
            if (await DatasetMeta.IsWholeAsync(path, hash, cancellationToken))
                return;
        }
        File.Delete(path);
        throw new DatasetFileException($"{name} of {key} is not what its {DatasetFiles.Meta} says: its sha256 differs");
    }

    // A place may fall silent in the middle of a file, and what holds the connection open need not be it.
    private static async Task CopyAsync(Stream source, Stream copy, DatasetKey key, string name, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var buffer = new byte[1 << 17];
        try
        {
            while (true)
            {
                limit.CancelAfter(LongestSilence);
                if (await source.ReadAsync(buffer, limit.Token) is not (> 0 and var count))
                    return;
                await copy.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DatasetPlaceException($"{name} of {key} did not go on for {LongestSilence.TotalSeconds} s", error);
        }
    }

    private static bool SaysTheSame(DatasetMeta one, DatasetMeta other) =>
        one.Sha256.Count == other.Sha256.Count && one.Sha256.All(pair => other.Sha256.TryGetValue(pair.Key, out var hash) && hash == pair.Value);
}
