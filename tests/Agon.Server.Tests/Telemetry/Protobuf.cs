using System.Buffers.Binary;
using System.Text;

namespace Agon.Server.Tests.Telemetry;

/// <summary>One field of a protobuf message, as far as OTLP needs it: a number of 1 to 8 bytes, or bytes.</summary>
internal sealed record Field(int Number, ulong Bits, ReadOnlyMemory<byte> Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    public string Hex => Convert.ToHexStringLower(Bytes.Span);

    public double Double => BitConverter.UInt64BitsToDouble(Bits);

    public IEnumerable<Field> All(int number) => Protobuf.Read(Bytes).Where(field => field.Number == number);

    public Field? One(int number) => All(number).LastOrDefault();
}

/// <summary>Reads the wire format: a key with number and kind, then a varint, eight bytes, a length with bytes, or four bytes.</summary>
internal static class Protobuf
{
    public static List<Field> Read(ReadOnlyMemory<byte> message)
    {
        var fields = new List<Field>();
        while (!message.IsEmpty)
        {
            var key = Varint(ref message);
            var number = (int)(key >> 3);
            fields.Add((key & 7) switch
            {
                0 => new Field(number, Varint(ref message), default),
                1 => new Field(number, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, 8).Span), default),
                2 => new Field(number, 0, Take(ref message, (int)Varint(ref message))),
                5 => new Field(number, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, 4).Span), default),
                var kind => throw new InvalidDataException($"wire type {kind}"),
            });
        }
        return fields;
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> message, int length)
    {
        var taken = message[..length];
        message = message[length..];
        return taken;
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> message)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = Take(ref message, 1).Span[0];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
