using System.Buffers;
using System.Text;

namespace Agon.Evaluation.Processes;

/// <summary>Keeps the first bytes of a stream and counts the rest.</summary>
internal sealed class OutputCapture(int limit)
{
    private readonly ArrayBufferWriter<byte> kept = new();

    /// <summary>Whether more came than is kept.</summary>
    internal bool Overflowed { get; private set; }

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        var room = limit - kept.WrittenCount;
        Overflowed |= bytes.Length > room;
        kept.Write(bytes[..Math.Min(room, bytes.Length)]);
    }

    /// <summary>What is kept.</summary>
    internal ReadOnlyMemory<byte> Bytes => kept.WrittenMemory;

    /// <summary>What is kept, as text; broken UTF-8 is replaced.</summary>
    public override string ToString() => Encoding.UTF8.GetString(kept.WrittenSpan);
}
