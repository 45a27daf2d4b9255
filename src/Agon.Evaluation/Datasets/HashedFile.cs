using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Agon.Evaluation.Datasets;

/// <summary>A table that is written, with the hash of what lies on the disk at the end.</summary>
/// <remarks>Fields are put together by hand in one buffer: a row of transfers costs no memory, and less time than its hash. No field of ours needs quotes.</remarks>
internal sealed class HashedFile : IDisposable
{
    private const int BufferSize = 1 << 20;
    private const int LongestRow = 1 << 10;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Stream stream;
    private readonly byte[] buffer = new byte[BufferSize];
    private int used;

    /// <param name="path">Made anew; packed where it ends in .gz.</param>
    /// <param name="header">Its columns.</param>
    public HashedFile(string path, string header)
    {
        var file = new HashingStream(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0), hash);
        stream = path.EndsWith(PlainFile.CompressedEnd, StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        Text(header);
        EndRow();
        Rows = 0;
    }

    public long Rows { get; private set; }

    public HashedFile Text(ReadOnlySpan<char> text)
    {
        used += Encoding.UTF8.GetBytes(text, buffer.AsSpan(used));
        return this;
    }

    public HashedFile Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(buffer.AsSpan(used));
        used += text.Length;
        return this;
    }

    public HashedFile Number(long number)
    {
        Utf8Formatter.TryFormat(number, buffer.AsSpan(used), out var written);
        used += written;
        return this;
    }

    /// <summary>A number that counts parts: 1234 with two digits is 12.34.</summary>
    public HashedFile Fraction(long parts, int digits)
    {
        var whole = 1L;
        for (var n = 0; n < digits; n++)
            whole *= 10;
        Number(parts / whole).Byte((byte)'.');
        var rest = parts % whole;
        for (var at = used + digits - 1; at >= used; at--, rest /= 10)
            buffer[at] = (byte)('0' + rest % 10);
        used += digits;
        return this;
    }

    public HashedFile Next() => Byte((byte)',');

    public void EndRow()
    {
        Byte((byte)'\n');
        Rows++;
        if (used <= BufferSize - LongestRow)
            return;
        stream.Write(buffer, 0, used);
        used = 0;
    }

    /// <summary>Writes what is left, and gives the hash of the whole in lower-case hex.</summary>
    public string Close()
    {
        stream.Write(buffer, 0, used);
        used = 0;
        stream.Dispose();
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose()
    {
        stream.Dispose();
        hash.Dispose();
    }

    private HashedFile Byte(byte one)
    {
        buffer[used++] = one;
        return this;
    }

    private sealed class HashingStream(FileStream file, IncrementalHash hash) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => file.Length;
        public override long Position { get => file.Position; set => throw new NotSupportedException(); }

        public override void Write(byte[] bytes, int offset, int count) => Write(bytes.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            file.Write(bytes);
        }

        public override void Flush() => file.Flush();

        public override int Read(byte[] bytes, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing && file.CanWrite)
            {
                // On the disk before META.json says that it is.
                file.Flush(flushToDisk: true);
                file.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
