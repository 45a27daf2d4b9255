using System.Text;

namespace Agon.Evaluation.Datasets;

/// <summary>Numbers for addresses, from 0 on, in the order in which they came.</summary>
/// <remarks>
/// Open addressing over one stretch of bytes: an address costs its own length and about twelve bytes. The hash has a seed of its own in every
/// process, so nobody can write addresses that all meet in one place.
/// </remarks>
internal sealed class AddressBook
{
    private const int Nobody = -1;

    private byte[] text = new byte[1 << 16];
    private int[] ends = new int[1 << 10];
    private int[] slots = new int[1 << 11];
    private int[] hashes = new int[1 << 10];

    public AddressBook() => Array.Fill(slots, Nobody);

    public int Count { get; private set; }

    /// <summary>The address as text.</summary>
    public string this[int number] => Encoding.UTF8.GetString(BytesOf(number));

    /// <summary>Its number; -1 if it has none.</summary>
    public int Find(ReadOnlySpan<byte> address) => slots[SlotOf(address, HashOf(address))];

    /// <summary>Its number, a new one if it has none.</summary>
    public int Add(ReadOnlySpan<byte> address)
    {
        var hash = HashOf(address);
        var slot = SlotOf(address, hash);
        if (slots[slot] != Nobody)
            return slots[slot];

        var start = Count == 0 ? 0 : ends[Count - 1];
        if (start + address.Length > text.Length)
            Array.Resize(ref text, Math.Max(2 * text.Length, start + address.Length));
        if (Count == ends.Length)
        {
            Array.Resize(ref ends, 2 * Count);
            Array.Resize(ref hashes, 2 * Count);
        }
        address.CopyTo(text.AsSpan(start));
        ends[Count] = start + address.Length;
        hashes[Count] = hash;
        slots[slot] = Count++;
        if (2 * Count > slots.Length)
            Rehash();
        return Count - 1;
    }

    public ReadOnlySpan<byte> BytesOf(int number) => text.AsSpan((number == 0 ? 0 : ends[number - 1])..ends[number]);

    private static int HashOf(ReadOnlySpan<byte> address)
    {
        var hash = default(HashCode);
        hash.AddBytes(address);
        return hash.ToHashCode();
    }

    private int SlotOf(ReadOnlySpan<byte> address, int hash)
    {
        var mask = slots.Length - 1;
        var slot = hash & mask;
        while (slots[slot] is not Nobody and var number && (hashes[number] != hash || !BytesOf(number).SequenceEqual(address)))
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Rehash()
    {
        slots = new int[2 * slots.Length];
        Array.Fill(slots, Nobody);
        var mask = slots.Length - 1;
        for (var number = 0; number < Count; number++)
        {
            var slot = hashes[number] & mask;
            while (slots[slot] != Nobody)
                slot = (slot + 1) & mask;
            slots[slot] = number;
        }
    }
}
