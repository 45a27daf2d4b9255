using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Agon.Domain.Datasets.Synthesis;

/// <summary>Chance that repeats by its key, and that nobody can work out from what it gave: AES over a counter.</summary>
/// <remarks>
/// An ordinary generator gives itself away: who sees times and amounts of the ordinary transfers could solve for its state, make them again,
/// and what is left over is what was planted. All arithmetic is in whole numbers, so that every machine comes to the same.
/// </remarks>
public sealed class SecretRandom : IDisposable
{
    private const int Block = 16;

    private readonly Aes aes = Aes.Create();
    private readonly byte[] counters = new byte[1 << 14];
    private readonly byte[] bytes = new byte[1 << 14];
    private ulong counter;
    private int used;

    public SecretRandom(byte[] key)
    {
        aes.Key = key;
        used = bytes.Length;
    }

    public ulong Next()
    {
        if (used == bytes.Length)
            Refill();
        used += sizeof(ulong);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(used - sizeof(ulong)));
    }

    /// <summary>0 to below <paramref name="bound"/>.</summary>
    public long Below(long bound) => (long)Math.BigMul(Next(), (ulong)bound, out _);

    public int Below(int bound) => (int)Below((long)bound);

    /// <summary>Both ends are possible.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>Whether something happens that does so in <paramref name="percent"/> of a hundred cases.</summary>
    public bool Chance(int percent) => Below(100) < percent;

    /// <summary>An amount of cents as people transfer them: each doubling about as likely as its neighbours, from one to a million dollars, half of them below 1,000.</summary>
    public long Cents()
    {
        var least = 64L << BitOperations.PopCount(Next() >> 44);
        return least + Below(least);
    }

    private void Refill()
    {
        for (var at = 0; at < counters.Length; at += Block)
            BinaryPrimitives.WriteUInt64LittleEndian(counters.AsSpan(at), counter++);
        aes.EncryptEcb(counters, bytes, PaddingMode.None);
        used = 0;
    }

    public void Dispose() => aes.Dispose();
}
