using Agon.Domain.Datasets;

namespace Agon.Evaluation.Datasets;

/// <summary>Somewhere that datasets are published: a folder, or a bucket of S3. META.json is put there last, so what has none is not there yet.</summary>
public abstract class DatasetPlace : IDisposable
{
    /// <summary>What is there, whole.</summary>
    public abstract Task<IReadOnlyList<DatasetKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A file from <paramref name="offset"/> on; null if it is not there, or not as long.</summary>
    internal abstract Task<Stream?> TryOpenAsync(DatasetKey key, string name, long offset, CancellationToken cancellationToken);

    /// <summary>Whether the file lies there with this hash.</summary>
    internal abstract Task<bool> HasAsync(DatasetKey key, string name, string sha256, CancellationToken cancellationToken);

    /// <summary>Puts a file there whole, or not at all.</summary>
    internal abstract Task PutAsync(DatasetKey key, string path, string sha256, CancellationToken cancellationToken);

    /// <summary>Its META.json; null where the dataset is not there.</summary>
    /// <exception cref="DatasetFileException">It is broken.</exception>
    internal async Task<byte[]?> ReadMetaAsync(DatasetKey key, CancellationToken cancellationToken)
    {
        await using var stream = await TryOpenAsync(key, DatasetFiles.Meta, 0, cancellationToken);
        if (stream is null)
            return null;
        var bytes = new byte[DatasetMeta.MostBytes + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= DatasetMeta.MostBytes ? bytes[..length] : throw new DatasetFileException($"{DatasetFiles.Meta} of {key} has more than {DatasetMeta.MostBytes} bytes");
    }

    public abstract void Dispose();
}
