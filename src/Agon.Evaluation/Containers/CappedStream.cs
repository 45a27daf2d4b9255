namespace Agon.Evaluation.Containers;

/// <summary>Writes on until a cap, then takes what comes and drops it, so that whoever writes is not held up.</summary>
internal sealed class CappedStream(Stream inner, long cap) : Stream
{
    private long taken;

    internal bool Overflowed => taken > cap;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        taken += buffer.Length;
        if (!Overflowed) inner.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override void Flush() => inner.Flush();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
