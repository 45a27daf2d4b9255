using System.Security.Cryptography;
using System.Text;

namespace Agon.Domain.Datasets.Synthesis;

/// <summary>A synthetic dataset that is wanted: the same request always gives the same bytes.</summary>
/// <param name="Key">Which one.</param>
/// <param name="SecretSeed">Who knows it can tell what is planted.</param>
/// <param name="Transfers">Rows, planted ones among them.</param>
public sealed record DatasetRequest(DatasetKey Key, string SecretSeed, int Transfers)
{
    public const int Fewest = 100;
    public const int Most = 100_000_000;

    /// <summary>The key of one of its streams of chance; none tells anything of another, or of the seed.</summary>
    public byte[] KeyOf(string stream) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(SecretSeed), Encoding.UTF8.GetBytes($"agon dataset 1|{Key.Place}|{Transfers}|{stream}"));
}
