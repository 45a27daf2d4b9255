using System.Text;

namespace Agon.Launchers.Local;

/// <summary>The end of what a runner wrote to standard error, fit for one line of an error message.</summary>
internal static class LastWords
{
    private const int KeptBytes = 2048;

    /// <summary>Reads to the end, keeps the last bytes; never throws.</summary>
    public static async Task<string> ReadAsync(Stream stderr)
    {
        var kept = new byte[2 * KeptBytes];
        var count = 0;
        try
        {
            while (await stderr.ReadAsync(kept.AsMemory(count)) is > 0 and var read)
            {
                count += read;
                if (count <= KeptBytes)
                    continue;
                kept.AsSpan(count - KeptBytes, KeptBytes).CopyTo(kept);
                count = KeptBytes;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // What came before is worth as much.
        }
        return Clean(Encoding.UTF8.GetString(kept.AsSpan(0, count)));
    }

    /// <summary>One line without control characters.</summary>
    public static string Clean(string text) =>
        string.Concat(text.Trim().Select(character => character == '\n' ? " | " : char.IsControl(character) ? " " : character.ToString()));
}
