using System.Text;

namespace Agon.Evaluation.Sandbox;

/// <summary>An archive on its way out of a sandbox: written on as it comes, up to a cap, and with it the word behind it.</summary>
internal sealed class ArchiveCapture(SandboxOutput output)
{
    /// <summary>Headers and padding of a few thousand files.</summary>
    private const long Overhead = 8 << 20;

    private byte[] last = [];
    private long taken;

    /// <summary>Whether the sandbox said that this was all, and that nothing was left out.</summary>
    internal bool Complete => EndsWith(BoxScripts.Archived);

    internal bool TooLarge => taken > output.Bytes + Overhead;

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        taken += bytes.Length;
        if (TooLarge) return;
        output.Archive.Write(bytes);
        byte[] all = [.. last, .. bytes];
        last = all[Math.Max(0, all.Length - BoxScripts.Archived.Length)..];
    }

    private bool EndsWith(string word) => last.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(word));
}
