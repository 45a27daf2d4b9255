using Agon.Domain.Datasets.Synthesis;

namespace Agon.Evaluation.Datasets;

/// <summary>The addresses of a synthetic network as its chain writes them; sixteen bytes each in memory.</summary>
internal sealed class SyntheticAddresses
{
    public const int Longest = 48;

    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const string Bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

    private readonly (ulong High, ulong Low)[] identities;
    private readonly byte[] letters;
    private readonly byte[] start;
    private readonly int length;

    public SyntheticAddresses(DatasetRequest request, NetworkStyle style, int count)
    {
        using var random = new SecretRandom(request.KeyOf("addresses"));
        identities = new (ulong, ulong)[count];
        for (var n = 0; n < count; n++)
            identities[n] = (random.Next(), random.Next());
        var isUtxo = style.Type == "utxo";
        letters = [.. (isUtxo ? Bech32 : Base58).Select(letter => (byte)letter)];
        (start, length) = isUtxo ? ("bc1q"u8.ToArray(), 42) : ("5"u8.ToArray(), Longest);
    }

    /// <summary>Writes the address; gives its length.</summary>
    public ReadOnlySpan<byte> Write(int number, Span<byte> place)
    {
        var (state, low) = identities[number];
        start.CopyTo(place);
        var word = low;
        for (int at = start.Length, inWord = 0; at < length; at++, inWord++)
        {
            if (inWord == 10)
            {
                (word, inWord) = (Mixed(state += 0x9E3779B97F4A7C15) ^ low, 0);
            }
            var rest = word / (uint)letters.Length;
            place[at] = letters[(int)(word - rest * (uint)letters.Length)];
            word = rest;
        }
        return place[..length];
    }

    // The finalizer of SplitMix64 (Steele, Lea and Flood 2014): it spreads sixteen bytes over all letters.
    private static ulong Mixed(ulong word)
    {
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
        return word ^ (word >> 31);
    }
}
