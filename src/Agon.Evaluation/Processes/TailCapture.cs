using System.Text;

namespace Agon.Evaluation.Processes;

/// <summary>Keeps the last bytes of a stream.</summary>
internal sealed class TailCapture(int limit)
{
    private byte[] kept = [];

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. kept, .. bytes];
        kept = all[Math.Max(0, all.Length - limit)..];
    }

    /// <summary>What is kept, as text; broken UTF-8 is replaced.</summary>
    public override string ToString() => Encoding.UTF8.GetString(kept);
}
