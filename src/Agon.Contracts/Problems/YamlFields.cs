using System.Collections.Immutable;
using Agon.Domain.Problems;
using static Agon.Contracts.Problems.ProblemFileException;

namespace Agon.Contracts.Problems;

/// <summary>A YAML map as typed fields. Each method refuses what does not fit with a <see cref="ProblemFileException"/>.</summary>
internal sealed class YamlFields
{
    private readonly string file;
    private readonly string prefix;
    private readonly YamlMap map;
    private readonly Dictionary<string, YamlNode> fields = [];

    /// <param name="file">For messages.</param>
    /// <param name="path">Where the map stands, as <c>files[2]</c>; empty at the top.</param>
    /// <param name="node">Must be a map.</param>
    public YamlFields(string file, string path, YamlNode? node)
    {
        this.file = file;
        prefix = path.Length == 0 ? "" : path + ".";
        map = node as YamlMap ?? throw new ProblemFileException(file, node?.Line, $"{(path.Length == 0 ? "the file" : path)} must be a map of key: value");
        foreach (var entry in map.Entries)
            fields[entry.Key.Text] = entry.Value;
    }

    /// <summary>The keys and values in the file's order, repeated keys included.</summary>
    public IReadOnlyList<YamlEntry> Entries => map.Entries;

    public void RefuseUnknown(params string[] known)
    {
        if (map.Entries.FirstOrDefault(entry => !known.Contains(entry.Key.Text)) is { } stranger)
            throw new ProblemFileException(file, stranger.Key.Line, $"unknown key {Shown(prefix + stranger.Key.Text)}; known are {string.Join(", ", known)}");
    }

    public bool Has(string key) => fields.ContainsKey(key);

    public YamlNode? Find(string key) => fields.GetValueOrDefault(key);

    /// <summary>The node of a key that must be there.</summary>
    public YamlNode Require(string key) =>
        Find(key) ?? throw new ProblemFileException(file, map.Line, $"{prefix}{key} is missing");

    /// <summary>The line of <paramref name="key"/>'s value, for messages of the caller.</summary>
    public ProblemFileException Wrong(string key, string problem) => new(file, Find(key)?.Line ?? map.Line, $"{prefix}{key} {problem}");

    public string Text(string key) => AsText(prefix + key, Require(key));

    /// <summary>Null where the key is missing or its value is null.</summary>
    public string? OptionalText(string key) => IsAbsent(key) ? null : Text(key);

    /// <summary>The value as it is written, whatever YAML takes it for: a date stays its letters.</summary>
    public string? OptionalLetters(string key) => Find(key) is YamlWord word ? word.Text : null;

    public bool Flag(string key, bool otherwise) => !Has(key) ? otherwise : Resolve(key) is CaseValue.Boolean(var flag)
        ? flag
        : throw Wrong(key, $"is {Written(key)}; it must be true or false");

    public int Number(string key, int otherwise, int min, int max) => !Has(key) ? otherwise : Resolve(key) is CaseValue.Whole(var number) && number >= min && number <= max
        ? (int)number
        : throw Wrong(key, $"is {Written(key)}; it must be a whole number from {min:N0} to {max:N0}");

    /// <summary>A 64-bit number; null where the key is missing or null.</summary>
    public long? OptionalLong(string key) => IsAbsent(key) ? null : Resolve(key) is CaseValue.Whole(var number) && number >= long.MinValue && number <= long.MaxValue
        ? (long)number
        : throw Wrong(key, $"is {Written(key)}; it must be a whole number of at most 64 bits, or null");

    /// <summary>The items of a list; none where the key is missing or null (contract section 7.1: null lists pass).</summary>
    public IReadOnlyList<YamlNode> List(string key) => IsAbsent(key) ? [] : Find(key) is YamlList list
        ? list.Items
        : throw Wrong(key, "must be a list");

    public ImmutableArray<string> TextList(string key) =>
        [.. List(key).Select((item, n) => AsText($"{prefix}{key}[{n}]", item))];

    /// <summary>Whether the key is missing or its value is null.</summary>
    public bool IsAbsent(string key) => !Has(key) || Find(key) is YamlWord word && YamlScalars.Resolve(word) is CaseValue.Nothing;

    private CaseValue? Resolve(string key) => Find(key) is YamlWord word ? YamlScalars.Resolve(word) : null;

    private string Written(string key) => Find(key) switch
    {
        YamlWord { Text: "" } => "empty",
        YamlWord word => Shown(word.Text),
        YamlList => "a list",
        _ => "a map",
    };

    private string AsText(string field, YamlNode node) => node switch
    {
        YamlWord word when YamlScalars.Resolve(word) is CaseValue.Text(var text) => text,
        YamlWord { Text: "" } => throw new ProblemFileException(file, node.Line, $"{field} is empty; it must be text"),
        YamlWord word => throw new ProblemFileException(file, node.Line, $"{field} is {Shown(word.Text)}, which YAML does not take for text; put it in quotes"),
        _ => throw new ProblemFileException(file, node.Line, $"{field} must be text, not a list or a map"),
    };
}
