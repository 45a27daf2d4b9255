using System.Buffers;
using System.IO.Pipelines;

namespace Agon.Server.Submissions;

/// <summary>
/// A request's body whose reading ends when time is up. Given to the form reader itself, the token would make it
/// abort the connection, and the client would never hear why; given to the web server's reader, it would leave that in the
/// middle of a read, which the server logs as a failure of its own.
/// </summary>
internal sealed class BodyInTime(PipeReader body, CancellationToken timeIsUp) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="OperationCanceledException">Time is up, or the client left.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await using var over = timeIsUp.Register(body.CancelPendingRead);
        var read = await body.ReadAsync(cancellationToken);
        var count = (int)Math.Min(read.Buffer.Length, buffer.Length);
        read.Buffer.Slice(0, count).CopyTo(buffer.Span);
        body.AdvanceTo(read.Buffer.GetPosition(count));
        timeIsUp.ThrowIfCancellationRequested();
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
