using System.Text;

namespace Agon.Evaluation.Processes;

/// <summary>Hands on each line of a stream as soon as it is complete, without its line feed. Bound the input, not the lines.</summary>
internal sealed class LineSplitter(Action<string> onLine)
{
    private readonly List<byte> open = [];

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        for (var end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
        {
            open.AddRange(bytes[..end]);
            onLine(Encoding.UTF8.GetString([.. open]));
            open.Clear();
            bytes = bytes[(end + 1)..];
        }

        open.AddRange(bytes);
    }
}
