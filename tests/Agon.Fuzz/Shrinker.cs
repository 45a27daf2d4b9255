namespace Agon.Fuzz;

/// <summary>Makes an input that shows a fault as small as it gets in a while, by leaving pieces out.</summary>
internal static class Shrinker
{
    private const int MostTries = 3000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="input">Shows the fault.</param>
    /// <param name="showsAsync">Whether another input shows the same one.</param>
    /// <param name="clock">For patience.</param>
    public static async Task<byte[]> SmallestAsync(byte[] input, Func<byte[], Task<bool>> showsAsync, TimeProvider clock)
    {
        var began = clock.GetTimestamp();
        var tries = 0;
        for (var length = Math.Max(1, input.Length / 2); length > 0; length /= 2)
        {
            for (var at = 0; at < input.Length;)
            {
                if (++tries > MostTries || clock.GetElapsedTime(began) > Patience)
                    return input;
                byte[] smaller = [.. input[..at], .. input[Math.Min(input.Length, at + length)..]];
                if (await showsAsync(smaller))
                    input = smaller;
                else
                    at += length;
            }
        }
        return input;
    }
}
