using System.Text;
using System.Text.Unicode;

namespace Agon.Evaluation.Datasets;

/// <summary>Reads a table row by row: CSV of RFC 4180 in UTF-8 with a header, lines ending in LF or CRLF.</summary>
/// <remarks>A row's fields lie in the reader's own memory until the next one is read. Nothing is kept of what was read before.</remarks>
internal sealed class CsvReader : IDisposable
{
    public const int LongestRow = 1 << 20;
    public const int MostColumns = 1024;

    private const byte Quote = (byte)'"';
    private const byte Comma = (byte)',';
    private const byte Feed = (byte)'\n';
    private const byte Return = (byte)'\r';

    internal static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    private readonly ByteWindow window;
    private readonly List<(int Start, int Length)> fields = [];
    private readonly string[] header;

    // The row lies at the window's start until the next one is asked for.
    private int rowLength;
    private int breaks;

    /// <param name="bytes">Closed with this.</param>
    /// <param name="name">The file, as messages call it.</param>
    /// <param name="mostBytes">More are refused.</param>
    public CsvReader(Stream bytes, string name, long mostBytes = long.MaxValue)
    {
        window = new ByteWindow(bytes, name, LongestRow, mostBytes);
        try
        {
            while (window.Rest.Length < Mark.Length && window.Grow())
            {
            }
            if (window.Rest.StartsWith(Mark))
                window.Skip(Mark.Length);
            header = ReadFields() ? [.. fields.Select(field => Encoding.UTF8.GetString(window.Rest.Slice(field.Start, field.Length)))] : throw Failure("the header is missing");
            if (header.GroupBy(column => column).FirstOrDefault(same => same.Count() > 1) is { } twice)
                throw Failure($"the column {Shown(twice.Key)} stands there twice");
        }
        catch
        {
            window.Dispose();
            throw;
        }
    }

    /// <summary>Of the row's first line, from 1; the header is line 1.</summary>
    public long Line { get; private set; } = 1;

    public IReadOnlyList<string> Columns => header;

    /// <summary>A field of the row, without its quotes.</summary>
    public ReadOnlySpan<byte> this[int column] => window.Rest.Slice(fields[column].Start, fields[column].Length);

    /// <summary>The number of a column.</summary>
    /// <exception cref="DatasetFileException">There is none of that name.</exception>
    public int Column(string name) => Array.IndexOf(header, name) is >= 0 and var column ? column : throw Failure($"the column {name} is missing");

    /// <summary>Goes to the next row; false at the end.</summary>
    /// <exception cref="DatasetFileException">It is not as wide as the header, not CSV, or not UTF-8.</exception>
    public bool Read()
    {
        window.Skip(rowLength);
        Line += breaks;
        if (!ReadFields())
            return false;
        return fields.Count == header.Length ? true : throw Failure($"{fields.Count} fields, where the header has {header.Length}");
    }

    public DatasetFileException Failure(string what) => new($"{window.Name} line {Line}: {what}");

    public void Dispose() => window.Dispose();

    private bool ReadFields()
    {
        fields.Clear();
        var searched = 0;
        while (true)
        {
            var rest = window.Rest;
            var feed = rest[searched..].IndexOf(Feed);
            if (feed < 0)
            {
                searched = rest.Length;
                if (window.Grow())
                    continue;
                rest = window.Rest;
                if (rest.IsEmpty)
                    return false;
            }
            var line = feed < 0 ? rest : rest[..(searched + feed + 1)];
            if (line.Contains(Quote))
                return ReadQuoted();
            (rowLength, breaks) = (line.Length, 1);
            Split(Row(line));
            return true;
        }
    }

    private ReadOnlySpan<byte> Row(ReadOnlySpan<byte> line)
    {
        var row = line[^1] == Feed ? line[..^1] : line;
        row = row.EndsWith([Return]) ? row[..^1] : row;
        if (row.Length > LongestRow)
            throw Failure($"longer than {LongestRow} bytes");
        return Utf8.IsValid(row) ? row : throw Failure("this is not UTF-8 text");
    }

    private void Split(ReadOnlySpan<byte> row)
    {
        var from = 0;
        while (true)
        {
            var comma = row[from..].IndexOf(Comma);
            Add(from, comma < 0 ? row.Length - from : comma);
            if (comma < 0)
                return;
            from += comma + 1;
        }
    }

    private void Add(int start, int length)
    {
        if (fields.Count == MostColumns)
            throw Failure($"more than {MostColumns} columns");
        fields.Add((start, length));
    }

    // Quoted fields may hold commas, quotes and line breaks; they are written over themselves without their quotes.
    private bool ReadQuoted()
    {
        var (at, from, to, isQuoted, isClosed) = (0, 0, 0, false, false);
        (rowLength, breaks) = (0, 0);
        while (true)
        {
            if (at == window.Rest.Length && !window.Grow())
            {
                if (isQuoted && !isClosed)
                    throw Failure("a quoted field does not end");
                breaks++;
                break;
            }
            var rest = window.Rest;
            var one = rest[at++];
            if (isQuoted && !isClosed)
            {
                breaks += one == Feed ? 1 : 0;
                if (one != Quote)
                    rest[to++] = one;
                else
                    isClosed = true;
            }
            else if (isClosed && one == Quote)
            {
                rest[to++] = Quote;
                isClosed = false;
            }
            else if (one is Comma or Feed)
            {
                if (one == Feed)
                {
                    breaks++;
                    break;
                }
                Add(from, to - from);
                (from, to, isQuoted, isClosed) = (at, at, false, false);
            }
            else if (one == Quote && to == from && !isQuoted)
                isQuoted = true;
            else if (isClosed ? one != Return || (at < rest.Length && rest[at] != Feed) : one == Quote)
                throw Failure("a quote stands in the middle of a field");
            else if (!isClosed)
                rest[to++] = one;
        }
        rowLength = at;
        var row = window.Rest[..to];
        Add(from, to - from - (!isQuoted && to > from && row[^1] == Return ? 1 : 0));
        foreach (var (start, length) in fields)
            if (!Utf8.IsValid(row.Slice(start, length)))
                throw Failure("this is not UTF-8 text");
        return true;
    }

    private static string Shown(string text) => text.Length <= 60 ? $"'{text}'" : $"'{text[..60]}…'";
}
