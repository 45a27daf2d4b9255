namespace Agon.Contracts.Problems;

/// <summary>One node of a YAML file, aliases already followed.</summary>
internal abstract record YamlNode(int Line)
{
    /// <summary>Nodes in this one, itself included, as if every alias were written out.</summary>
    public abstract long Size { get; }

    /// <summary>Levels of nesting; a scalar has one.</summary>
    public abstract int Depth { get; }
}

/// <summary>A word as it was written; only a plain one can mean a number, a boolean or null.</summary>
internal sealed record YamlWord(int Line, string Text, bool IsPlain) : YamlNode(Line)
{
    public override long Size => 1;

    public override int Depth => 1;
}

internal sealed record YamlList(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line)
{
    public override long Size { get; } = 1 + Items.Sum(item => item.Size);

    public override int Depth { get; } = 1 + Items.Select(item => item.Depth).DefaultIfEmpty().Max();
}

/// <summary>A map without merge keys: what they bring in is written out. Of repeated keys the last one counts.</summary>
internal sealed record YamlMap(int Line, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line)
{
    public override long Size { get; } = 1 + Entries.Sum(entry => 1 + entry.Value.Size);

    public override int Depth { get; } = 1 + Entries.Select(entry => entry.Value.Depth).DefaultIfEmpty().Max();
}

internal sealed record YamlEntry(YamlWord Key, YamlNode Value);
