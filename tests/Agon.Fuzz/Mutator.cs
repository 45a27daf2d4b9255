using System.Text;

namespace Agon.Fuzz;

/// <summary>An input and how it came about.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="IsMutation">Whether it is a valid input with changes; else it was made of nothing but pieces or chance.</param>
internal sealed record FuzzInput(byte[] Bytes, bool IsMutation);

/// <summary>Makes inputs: of three, two are valid ones with one to six changes, and one is made of pieces or of any bytes.</summary>
internal sealed class Mutator(Random random)
{
    private const int MostChanges = 6;
    private const int LongestRepeat = 4096;

    // Where readers stumble: ends of ranges, signs of one format inside another, odd letters, what only looks like text.
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "", " ", "\n", "\r\n", "\r\n\r\n", "\t", "\0", "%00", "%", "%zz", "%2e%2e", "%2F", "..", "/", "//", "\\", "?", "&", "=", "#", ";", ":", ",", ".", "-", "--", "+", "'", "\"", "`", "$(x)", "<b>",
            "{", "}", "[", "]", "{}", "[]", "null", "true", "false", "NaN", "Infinity", "0", "-0", "-1", "1e999", "1e-400", "0x10", "1_0", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
            "9223372036854775808", "18446744073709551616", "99999999999999999999999999999999", "0.1", "1.", ".5", "2025-02-30", "9999-12-31", "0001-01-01", "2026-03-04T12:00:00+99:00", "24:00",
            "\\u0000", "\\ud800", "\\udfff\\ud800", "\\n", "\"\\", "\u0001", "\u001b[31m", "\u007f", "\u0085", "\u00a0", "\u202e", "\u2028", "\ufeff", "\ufffd", "𝕏", "é", "İ", "ſ",
            "<<: *a", "&a", "*a", "!!int", "---", "...", "|", ">-", "? ", "- ", "#!POPCORN", "//!POPCORN", "check: pass", "test.0.status: pass", "benchmark.0.mean: ", "@SUBMISSION@",
            "--b", "--b--", "Content-Disposition: form-data; name=\"file\"; filename=\"a.py\"", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\n", "Host: \r\n", "Bearer ",
            "Connection: close\r\n", "HTTP/1.0", "HEAD ", "OPTIONS ", "https://x/y",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xe2, 0x82],
    ];

    private static readonly byte[][] Values = [.. new[] { "null", "{}", "[]", "\"\"", "0", "true", "[null]", "{\"x\":null}" }.Select(Encoding.UTF8.GetBytes)];

    public FuzzInput Make(IReadOnlyList<byte[]> valid) => random.Next(6) switch
    {
        < 4 => new FuzzInput(Changed(valid), IsMutation: true),
        4 => new FuzzInput(OfPieces(valid), IsMutation: false),
        _ => new FuzzInput(AnyBytes(random.Next(200)), IsMutation: false),
    };

    private byte[] Changed(IReadOnlyList<byte[]> valid)
    {
        var bytes = Of(valid);
        // Mostly one or two: a request of which much is changed seldom gets past the first look at it.
        for (var change = random.Next(1 + random.Next(MostChanges)); change >= 0; change--)
            bytes = Change(bytes, valid);
        return bytes;
    }

    private byte[] Change(byte[] bytes, IReadOnlyList<byte[]> valid)
    {
        var at = random.Next(bytes.Length + 1);
        var end = Math.Min(bytes.Length, at + random.Next(1, random.Next(2) == 0 ? 4 : 40));
        return random.Next(10) switch
        {
            0 => [.. bytes[..at], .. Of(Pieces), .. bytes[at..]],
            1 => [.. bytes[..at], .. Of(Pieces), .. bytes[end..]],
            2 => [.. bytes[..at], .. bytes[end..]],
            3 => [.. bytes[..end], .. bytes[at..]],
            4 => OtherWord(bytes, Of(Pieces)),
            5 => OtherWord(bytes, Word(Of(valid))),
            6 => [.. bytes[..at], .. AnyBytes(random.Next(1, 4)), .. bytes[end..]],
            7 => [.. bytes[..at], .. Repeated(at < end ? bytes[at..end] : Of(Pieces)), .. bytes[end..]],
            8 => OtherValue(bytes, Of(random.Next(2) == 0 ? Values : Pieces)),
            _ => random.Next(4) == 0 ? bytes[..at] : Flipped(bytes),
        };
    }

    /// <summary>A whole word, number or name gives way to something else, and all around it stays right.</summary>
    private byte[] OtherWord(byte[] bytes, byte[] other)
    {
        var (start, end) = WordAt(bytes, random.Next(bytes.Length + 1));
        return [.. bytes[..start], .. other, .. bytes[end..]];
    }

    /// <summary>What stands between two brackets or quotes, and they with it, gives way to something else.</summary>
    private byte[] OtherValue(byte[] bytes, byte[] other)
    {
        var from = random.Next(bytes.Length + 1);
        var next = bytes.AsSpan(from).IndexOfAny("{[\""u8);
        return next < 0 ? bytes : [.. bytes[..(from + next)], .. other, .. bytes[EndOf(bytes, from + next)..]];
    }

    private static int EndOf(byte[] bytes, int start)
    {
        if (bytes[start] == '"')
            return bytes.AsSpan(start + 1).IndexOf((byte)'"') is >= 0 and var length ? start + 1 + length + 1 : bytes.Length;
        var depth = 0;
        for (var at = start; at < bytes.Length; at++)
        {
            depth += bytes[at] is (byte)'{' or (byte)'[' ? 1 : bytes[at] is (byte)'}' or (byte)']' ? -1 : 0;
            if (depth == 0)
                return at + 1;
        }
        return bytes.Length;
    }

    private byte[] Word(byte[] bytes)
    {
        var (start, end) = WordAt(bytes, random.Next(bytes.Length + 1));
        return bytes[start..end];
    }

    private static (int Start, int End) WordAt(byte[] bytes, int at)
    {
        static bool IsOfWord(byte sign) => char.IsAsciiLetterOrDigit((char)sign) || sign is (byte)'_' or (byte)'-' or (byte)'.' or >= 0x80;
        var (start, end) = (at, at);
        while (start > 0 && IsOfWord(bytes[start - 1]))
            start--;
        while (end < bytes.Length && IsOfWord(bytes[end]))
            end++;
        return (start, end);
    }

    private byte[] Flipped(byte[] bytes)
    {
        if (bytes.Length == 0)
            return bytes;
        var flipped = bytes.ToArray();
        flipped[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private byte[] Repeated(byte[] piece) =>
        [.. Enumerable.Repeat(piece, random.Next(2, Math.Max(3, LongestRepeat / Math.Max(1, piece.Length) / (1 + random.Next(32))))).SelectMany(bytes => bytes)];

    private byte[] OfPieces(IReadOnlyList<byte[]> valid) =>
        [.. Enumerable.Range(0, random.Next(1, 30)).SelectMany(_ => random.Next(2) == 0 ? Of(Pieces) : Word(Of(valid)))];

    private byte[] AnyBytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Of(IReadOnlyList<byte[]> choice) => choice[random.Next(choice.Count)];
}
