using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Agon.Contracts.Problems;

/// <summary>Reads one YAML document into nodes, within limits.</summary>
/// <remarks>
/// Own nodes instead of a deserializer: every value keeps its line for messages, YAML 1.1 words are told from quoted
/// text, and what aliases would expand to is counted before it is ever walked (threats T103).
/// </remarks>
internal sealed class YamlFile
{
    private const int DeepestNesting = 32;
    private const long MostNodes = 20_000;

    private readonly string name;
    private readonly IParser parser;
    private readonly Dictionary<AnchorName, YamlNode?> anchors = [];
    private long nodes;

    private YamlFile(string name, IParser parser)
    {
        this.name = name;
        this.parser = parser;
    }

    /// <summary>The document's top node; null where the file holds nothing.</summary>
    /// <exception cref="ProblemFileException">The text is no YAML, or breaks a limit.</exception>
    public static YamlNode? Parse(string name, string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            return new YamlFile(name, parser).Document();
        }
        catch (YamlException error)
        {
            throw Unreadable(error, error.End.Line);
        }
        // The parser's own slips on odd text are of these kinds; whatever a file holds, its author gets one line.
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or IndexOutOfRangeException
            or FormatException or OverflowException or NullReferenceException or KeyNotFoundException)
        {
            throw Unreadable(error, line: 1);
        }

        // Now and then the parser names a line long past.
        ProblemFileException Unreadable(Exception error, long line) => new(
            name, (int)Math.Max(line, parser.Current?.End.Line ?? 1), $"not readable as YAML: {Plain(error)}", error);
    }

    // What only speaks of the parser's own inside helps nobody.
    private static string Plain(Exception error) => error is YamlException && !error.Message.StartsWith("Expected '", StringComparison.Ordinal)
        ? error.Message
        : "what stands here cannot be understood";

    private YamlNode? Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
            return null;
        parser.Consume<DocumentStart>();
        var root = Node(depth: 1);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            throw Wrong(second, "a second document starts here; there must be one");
        parser.Consume<StreamEnd>();
        return root;
    }

    private YamlNode Node(int depth)
    {
        var start = parser.Consume<ParsingEvent>();
        if (depth > DeepestNesting)
            throw Wrong(start, $"nested more than {DeepestNesting} levels deep");
        if (start is AnchorAlias alias)
            return Within(alias, Aliased(alias), depth);
        if (start is not NodeEvent { Tag.IsEmpty: true } head)
            throw Wrong(start, "tags such as !!str are not allowed; write the plain value");

        Count(start, 1);
        if (!head.Anchor.IsEmpty)
            anchors[head.Anchor] = null;
        YamlNode node = head switch
        {
            Scalar word => Word(word),
            SequenceStart => new YamlList(LineOf(start), Items(depth)),
            MappingStart => new YamlMap(LineOf(start), Entries(depth)),
            _ => throw Wrong(start, "not readable as YAML"),
        };
        if (!head.Anchor.IsEmpty)
            anchors[head.Anchor] = node;
        return node;
    }

    private YamlWord Word(Scalar scalar) =>
        scalar.Value.Contains('\0')
            ? throw Wrong(scalar, "holds a NUL character, which no database stores")
            : new YamlWord(LineOf(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain);

    private List<YamlNode> Items(int depth)
    {
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _))
            items.Add(Node(depth + 1));
        return items;
    }

    private List<YamlEntry> Entries(int depth)
    {
        var merged = new List<YamlEntry>();
        var own = new List<YamlEntry>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (Node(depth + 1) is not YamlWord key)
                throw new ProblemFileException(name, parser.Current is { } here ? LineOf(here) : null, "a key must be a word, not a list or a map");
            var value = Node(depth + 1);
            if (key is { IsPlain: true, Text: "<<" })
                merged.AddRange(Merged(key, value));
            else
                own.Add(new YamlEntry(key, value));
        }
        return [.. merged, .. own];
    }

    // YAML 1.1: a key of the map itself wins over merged ones, and of several merged maps the first one wins.
    private IEnumerable<YamlEntry> Merged(YamlWord key, YamlNode value) => value switch
    {
        YamlMap map => map.Entries,
        YamlList list when list.Items.All(item => item is YamlMap) => list.Items.Reverse().SelectMany(item => ((YamlMap)item).Entries),
        _ => throw new ProblemFileException(name, key.Line, "<< must name a map or a list of maps"),
    };

    private YamlNode Aliased(AnchorAlias alias)
    {
        if (!anchors.TryGetValue(alias.Value, out var node))
            throw Wrong(alias, $"*{alias.Value} stands for nothing that comes before it");
        return node ?? throw Wrong(alias, $"*{alias.Value} stands inside what it stands for");
    }

    private YamlNode Within(AnchorAlias alias, YamlNode node, int depth)
    {
        Count(alias, node.Size);
        return depth + node.Depth - 1 > DeepestNesting
            ? throw Wrong(alias, $"nested more than {DeepestNesting} levels deep, aliases written out")
            : node;
    }

    private void Count(ParsingEvent at, long more)
    {
        nodes += more;
        if (nodes > MostNodes)
            throw Wrong(at, $"more than {MostNodes:N0} values, aliases written out");
    }

    private ProblemFileException Wrong(ParsingEvent at, string problem) => new(name, LineOf(at), problem);

    private static int LineOf(ParsingEvent at) => (int)at.Start.Line;
}
