using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Agon.Contracts.Tournaments;

/// <summary>A JSON file that cannot be read; the message is one sentence that names file, line and field.</summary>
public sealed class TournamentFileException(string message) : Exception(message);

/// <summary>One JSON text of a file, which is told as its reader named it; lines count from 1.</summary>
internal sealed class JsonText(string file, int firstLine, ReadOnlyMemory<byte> utf8)
{
    private const int MaxDepth = 12;

    /// <exception cref="TournamentFileException">The text is not JSON, or not what <paramref name="read"/> needs.</exception>
    public T Read<T>(Func<JsonNode, T> read)
    {
        if (!Utf8.IsValid(utf8.Span))
            throw Failure(firstLine, "this is not UTF-8 text");
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return read(new JsonNode(document.RootElement, JsonPlace.Top));
        }
        catch (JsonException error)
        {
            throw Failure(firstLine + (int)(error.LineNumber ?? 0), $"this is not JSON: {FirstSentence(error.Message)}");
        }
        catch (InvalidOperationException)
        {
            // The one slip of the parser: a name that it looks for twice, and cannot read.
            throw Failure(firstLine, "this is not JSON: a field's name has half a surrogate pair, which is no text");
        }
        catch (JsonPlaceException error)
        {
            var field = error.Place.ToString();
            throw Failure(firstLine + LinesBefore(error.Place), $"{(field.Length == 0 ? "this" : field)} {error.Message}");
        }
    }

    private TournamentFileException Failure(int line, string what) => new($"{file} line {line}: {what}");

    // "Where" is appended by the parser in its own words; the line is told already.
    private static string FirstSentence(string message) =>
        message.IndexOf(" LineNumber:", StringComparison.Ordinal) is >= 0 and var end ? message[..end].TrimEnd('.') : message.TrimEnd('.');

    // Only a failure asks for it, so that reading need not count lines.
    private int LinesBefore(JsonPlace place)
    {
        var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        foreach (var step in place.WayDown())
        {
            var outer = reader.TokenStartIndex;
            if (!(step.Name is { } name ? EnterField(ref reader, name) : EnterItem(ref reader, step.Index)))
                return LineBreaks(outer);
        }
        return LineBreaks(reader.TokenStartIndex);
    }

    private int LineBreaks(long length) => utf8.Span[..(int)length].Count((byte)'\n');

    private static bool EnterField(ref Utf8JsonReader reader, string name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
                return true;
            reader.Skip();
        }
        return false;
    }

    private static bool EnterItem(ref Utf8JsonReader reader, int index)
    {
        for (var n = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; n++)
        {
            if (n == index)
                return true;
            reader.Skip();
        }
        return false;
    }
}

/// <summary>The JSON texts of a file: a <c>.jsonl</c> has one a line, any other file is one.</summary>
internal static class JsonTexts
{
    /// <summary>In bytes; a week of ten thousand participants has a quarter of it.</summary>
    public const int MaxTextBytes = 256 << 20;

    private const int ChunkBytes = 1 << 16;

    /// <exception cref="TournamentFileException">A text is larger than <see cref="MaxTextBytes"/>.</exception>
    public static IEnumerable<JsonText> Of(string path)
    {
        var oneALine = path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase);
        using var stream = File.OpenRead(path);
        var chunk = new byte[ChunkBytes];
        var text = new ArrayBufferWriter<byte>();
        var line = 1;
        for (int read; (read = stream.Read(chunk)) > 0;)
        {
            var rest = chunk.AsMemory(0, read);
            for (int end; oneALine && (end = rest.Span.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..], line++)
            {
                Append(path, line, text, rest.Span[..end]);
                if (Content(text, line) is { } content)
                    yield return new JsonText(path, line, content);
                // A text may outlive this step of its reader, so its bytes are not written over.
                text = new ArrayBufferWriter<byte>();
            }
            Append(path, line, text, rest.Span);
        }
        if (Content(text, line) is { } last || (!oneALine && (last = text.WrittenMemory).Length >= 0))
            yield return new JsonText(path, line, last);
    }

    private static void Append(string path, int line, ArrayBufferWriter<byte> text, ReadOnlySpan<byte> more)
    {
        if (text.WrittenCount + more.Length > MaxTextBytes)
            throw new TournamentFileException($"{path} line {line}: one JSON text is larger than {MaxTextBytes >> 20} MiB, the most that is read");
        text.Write(more);
    }

    // Without a byte order mark; null for a blank line.
    private static ReadOnlyMemory<byte>? Content(ArrayBufferWriter<byte> text, int line)
    {
        var content = text.WrittenMemory;
        if (line == 1 && content.Span.StartsWith("\uFEFF"u8))
            content = content[3..];
        // Said with its type: an untyped null would become an empty text.
        return content.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0 ? (ReadOnlyMemory<byte>?)null : content;
    }
}
