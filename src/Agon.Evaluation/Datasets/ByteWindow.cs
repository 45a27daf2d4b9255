using System.Buffers;

namespace Agon.Evaluation.Datasets;

/// <summary>A stretch of a stream that lies in memory, never more than one row of it and a block.</summary>
/// <param name="stream">Closed with this.</param>
/// <param name="name">The file, as messages call it.</param>
/// <param name="longestRow">Bytes; a longer row is refused.</param>
/// <param name="mostBytes">Of the whole stream, unpacked; more are refused, so that a small archive cannot grow without end.</param>
internal sealed class ByteWindow(Stream stream, string name, int longestRow, long mostBytes) : IDisposable
{
    private const int Block = 1 << 17;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(Block);
    private int start;
    private int end;
    private long total;

    public string Name => name;

    /// <summary>What lies in memory and was not skipped.</summary>
    public Span<byte> Rest => buffer.AsSpan(start..end);

    /// <summary>Reads on; false at the end of the stream. <see cref="Rest"/> may lie elsewhere afterwards.</summary>
    public bool Grow()
    {
        if (end - start > longestRow)
            throw new DatasetFileException($"{name} has a line of more than {longestRow} bytes");
        MakeRoom();
        int read;
        try
        {
            read = stream.Read(buffer, end, buffer.Length - end);
        }
        catch (InvalidDataException)
        {
            throw new DatasetFileException($"{name} is not a whole gzip archive");
        }
        end += read;
        total += read;
        return total <= mostBytes ? read > 0 : throw new DatasetFileException($"{name} has more than {mostBytes} bytes");
    }

    public void Skip(int bytes) => start += bytes;

    private void MakeRoom()
    {
        if (end < buffer.Length)
            return;
        var kept = Rest;
        if (kept.Length <= buffer.Length / 2)
        {
            kept.CopyTo(buffer);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
            kept.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        (start, end) = (0, end - start);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        (start, end) = (0, 0);
        stream.Dispose();
    }
}
