using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Agon.Domain.Datasets;
using Agon.Domain.Tournaments;

namespace Agon.Evaluation.Datasets;

/// <summary>Reads what an analytics participant reports (contract section 6): patterns.jsonl, or patterns_*.jsonl, one pattern a line.</summary>
/// <remarks>
/// The official baseline's names are read, too: <c>addresses_involved</c>, which is sorted, and <c>confidence_score</c>. What a pattern consists of always
/// stands there; the evidence (<c>cycle_addresses</c>, <c>path_addresses</c>) can give the addresses of a path an order, and nothing more.
/// </remarks>
internal sealed class PatternsReader(AddressBook known, OutputLimits limits)
{
    private const int MaxDepth = 16;

    private readonly AddressBook strangers = new();
    private readonly List<ReportedPattern> patterns = [];

    // Sixteen bytes an id, however long the ids are.
    private readonly HashSet<UInt128> ids = [];
    private readonly byte[] unescaped = new byte[limits.NameBytes];
    private long addressCount;
    private long transferCount;

    /// <summary>Every pattern of the folder, with addresses as the dataset's numbers, and higher ones for strangers.</summary>
    /// <exception cref="DatasetFileException">The output is malformed.</exception>
    public IReadOnlyList<ReportedPattern> Read(string folder, CancellationToken cancellationToken)
    {
        foreach (var path in FilesOf(folder))
            ReadFile(path, cancellationToken);
        return patterns;
    }

    private List<string> FilesOf(string folder)
    {
        var whole = Path.Combine(folder, "patterns.jsonl");
        var files = new List<string>();
        // Looked for by name, whatever it is: a link that leads nowhere is there, too.
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "patterns*.jsonl"))
            if (path == whole || Path.GetFileName(path).StartsWith("patterns_", StringComparison.Ordinal))
            {
                files.Add(path);
                if (files.Count > limits.PatternFiles)
                    throw new DatasetFileException($"more than {limits.PatternFiles} files patterns_*.jsonl");
            }
        files.Sort(StringComparer.Ordinal);
        return files.Count > 0 ? files : throw new DatasetFileException("there is no patterns.jsonl");
    }

    private void ReadFile(string path, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(path);
        using var window = new ByteWindow(PlainFile.TryOpen(path) ?? throw new DatasetFileException($"{name} is gone"), name, limits.LineBytes, limits.FileBytes);
        for (var (line, searched) = (1L, 0); ;)
        {
            var rest = window.Rest;
            var feed = rest[searched..].IndexOf((byte)'\n');
            if (feed < 0)
            {
                searched = rest.Length;
                if (window.Grow())
                    continue;
                ReadLine(window.Rest, name, line);
                return;
            }
            cancellationToken.ThrowIfCancellationRequested();
            ReadLine(rest[..(searched + feed)], name, line++);
            window.Skip(searched + feed + 1);
            searched = 0;
        }
    }

    private void ReadLine(ReadOnlySpan<byte> line, string name, long number)
    {
        // As in a CSV file, the mark of UTF-8 is no part of the text.
        if (number == 1 && line.StartsWith(CsvReader.Mark))
            line = line[CsvReader.Mark.Length..];
        if (line.Trim(" \t\r"u8).IsEmpty)
            return;
        try
        {
            if (line.Length > limits.LineBytes)
                throw Wrong($"this is longer than {limits.LineBytes} bytes");
            if (patterns.Count == limits.Patterns)
                throw Wrong($"more than {limits.Patterns} patterns");
            if (!Utf8.IsValid(line))
                throw Wrong("this is not UTF-8 text");
            patterns.Add(ReadPattern(line));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The latter is half a surrogate pair, which the parser meets only when it unescapes.
            throw new DatasetFileException($"{name} line {number}: this is not JSON text");
        }
        catch (DatasetFileException error)
        {
            throw new DatasetFileException($"{name} line {number}: {error.Message}");
        }
    }

    private ReportedPattern ReadPattern(ReadOnlySpan<byte> line)
    {
        var json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
        json.Read();
        Expect(json, JsonTokenType.StartObject, "a pattern is an object");
        PatternType? type = null;
        int[]? ordered = null, sorted = null, path = null;
        (int, int)[]? transfers = null;
        var (hasId, hasConfidence) = (false, false);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("pattern_id"u8))
                hasId = Once(!hasId, "pattern_id") && ReadId(ref json);
            else if (json.ValueTextEquals("pattern_type"u8))
                type = Once(type is null, "pattern_type") ? ReadType(ref json) : null;
            else if (json.ValueTextEquals("addresses"u8) || json.ValueTextEquals("address_path"u8))
                ordered = Once(ordered is null, "addresses") ? ReadAddresses(ref json, "addresses") : null;
            else if (json.ValueTextEquals("addresses_involved"u8))
                sorted = Once(sorted is null, "addresses_involved") ? ReadAddresses(ref json, "addresses_involved") : null;
            else if (json.ValueTextEquals("transactions"u8))
                transfers = Once(transfers is null, "transactions") ? ReadTransfers(ref json) : null;
            else if (json.ValueTextEquals("confidence"u8) || json.ValueTextEquals("confidence_score"u8))
                hasConfidence = Once(!hasConfidence, "confidence") && ReadConfidence(ref json);
            else if (json.ValueTextEquals("evidence"u8))
                path = ReadEvidence(ref json);
            else
                json.Skip();
        }
        if (json.Read())
            throw Wrong("there is something behind the pattern");
        if (!hasId)
            throw Wrong("pattern_id is missing");
        var kind = type ?? throw Wrong("pattern_type is missing");
        var addresses = ordered ?? sorted ?? throw Wrong("addresses are missing");
        var isPath = path is not null && kind is (PatternType.Cycle or PatternType.LayeringPath) && path.ToHashSet().SetEquals(addresses);
        return new ReportedPattern
        {
            Type = kind,
            Addresses = isPath ? path! : addresses,
            IsOrdered = isPath || ordered is not null,
            Transfers = transfers ?? [],
        };
    }

    private bool ReadId(ref Utf8JsonReader json)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ReadName(ref json, "pattern_id"), hash);
        return ids.Add(BitConverter.ToUInt128(hash)) ? true : throw Wrong("another pattern has the same pattern_id");
    }

    private PatternType ReadType(ref Utf8JsonReader json)
    {
        var word = Encoding.UTF8.GetString(ReadName(ref json, "pattern_type"));
        return ContractWord.Parse<PatternType>(word) ?? throw Wrong($"pattern_type is none of {ContractWord.All<PatternType>()}");
    }

    private static bool ReadConfidence(ref Utf8JsonReader json)
    {
        json.Read();
        Expect(json, JsonTokenType.Number, "confidence is no number");
        return json.GetDouble() is >= 0 and <= 1 ? true : throw Wrong("confidence is not within 0 and 1");
    }

    private int[] ReadAddresses(ref Utf8JsonReader json, string field)
    {
        json.Read();
        Expect(json, JsonTokenType.StartArray, $"{field} is no list");
        return ReadList(ref json, field) is { Length: > 0 } addresses ? addresses : throw Wrong($"{field} is empty");
    }

    private int[] ReadList(ref Utf8JsonReader json, string field)
    {
        var addresses = new List<int>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (++addressCount > limits.PatternAddresses)
                throw Wrong($"the patterns have more than {limits.PatternAddresses} addresses");
            addresses.Add(NumberOf(NameAt(json, field)));
        }
        return [.. addresses];
    }

    private (int, int)[] ReadTransfers(ref Utf8JsonReader json)
    {
        json.Read();
        Expect(json, JsonTokenType.StartArray, "transactions is no list");
        var transfers = new List<(int, int)>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            Expect(json, JsonTokenType.StartObject, "an item of transactions is no {from_address, to_address}");
            if (++transferCount > limits.PatternAddresses)
                throw Wrong($"the patterns have more than {limits.PatternAddresses} transactions");
            int? from = null, to = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("from_address"u8))
                    from = NumberOf(ReadName(ref json, "from_address"));
                else if (json.ValueTextEquals("to_address"u8))
                    to = NumberOf(ReadName(ref json, "to_address"));
                else
                    json.Skip();
            }
            transfers.Add((from ?? throw Wrong("a transaction has no from_address"), to ?? throw Wrong("a transaction has no to_address")));
        }
        return [.. transfers];
    }

    /// <summary>The order that the evidence tells; null if it tells none.</summary>
    private int[]? ReadEvidence(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }
        int[]? path = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isOrder = json.ValueTextEquals("cycle_addresses"u8) || json.ValueTextEquals("path_addresses"u8);
            json.Read();
            if (isOrder && json.TokenType == JsonTokenType.StartArray)
                path = ReadList(ref json, "evidence");
            else
                json.Skip();
        }
        return path;
    }

    private ReadOnlySpan<byte> ReadName(ref Utf8JsonReader json, string field)
    {
        json.Read();
        return NameAt(json, field);
    }

    private ReadOnlySpan<byte> NameAt(in Utf8JsonReader json, string field)
    {
        Expect(json, JsonTokenType.String, $"{field} is not all text");
        // An escape is at most six times as long as what it stands for.
        if (json.ValueSpan.Length > (json.ValueIsEscaped ? 6 : 1) * limits.NameBytes)
            throw Wrong($"{field} has a text of more than {limits.NameBytes} bytes");
        var name = json.ValueSpan;
        if (json.ValueIsEscaped)
        {
            var text = Encoding.UTF8.GetBytes(json.GetString()!);
            if (text.Length > limits.NameBytes)
                throw Wrong($"{field} has a text of more than {limits.NameBytes} bytes");
            text.CopyTo(unescaped.AsSpan());
            name = unescaped.AsSpan(0, text.Length);
        }
        return name.IsEmpty ? throw Wrong($"{field} has an empty text") : name;
    }

    private int NumberOf(ReadOnlySpan<byte> address)
    {
        if (known.Find(address) is >= 0 and var number)
            return number;
        number = known.Count + strangers.Add(address);
        return strangers.Count <= limits.Strangers ? number : throw Wrong($"more than {limits.Strangers} addresses that the dataset does not have");
    }

    private static bool Once(bool isFirst, string field) => isFirst ? true : throw Wrong($"{field} stands there twice");

    private static void Expect(in Utf8JsonReader json, JsonTokenType token, string otherwise)
    {
        if (json.TokenType != token)
            throw Wrong(otherwise);
    }

    private static DatasetFileException Wrong(string what) => new(what);
}
