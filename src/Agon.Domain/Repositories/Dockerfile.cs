using System.Text;
using System.Text.RegularExpressions;

namespace Agon.Domain.Repositories;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Line">Where it begins; from 1.</param>
/// <param name="Word">In capitals: <c>FROM</c>.</param>
/// <param name="Text">What stands behind it, continued lines joined, outer blanks gone.</param>
public sealed record DockerInstruction(int Line, string Word, string Text)
{
    internal const string FromFlag = "--from=";

    /// <summary>The flags before the first plain word: <c>--from=build</c>.</summary>
    public IEnumerable<string> Flags => Words.TakeWhile(word => word.StartsWith("--", StringComparison.Ordinal));

    public IReadOnlyList<string> Arguments => [.. Words.SkipWhile(word => word.StartsWith("--", StringComparison.Ordinal))];

    /// <summary>Of a FROM; null if it gives none.</summary>
    public string? StageName => Word == "FROM" && Arguments is [_, var word, var name] && word.Equals("as", StringComparison.OrdinalIgnoreCase) ? name : null;

    /// <summary>What a COPY says behind <c>--from=</c>.</summary>
    public IEnumerable<string> Sources => Word == "COPY" ? Flags.Where(flag => flag.StartsWith(FromFlag, StringComparison.OrdinalIgnoreCase)).Select(flag => flag[FromFlag.Length..]) : [];

    private string[] Words => Text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A Dockerfile as the classic builder reads it: continued lines are joined with nothing between, and a comment inside does not end them.</summary>
public sealed partial class Dockerfile
{
    private Dockerfile(IReadOnlyList<DockerInstruction> instructions, string? directive) => (Instructions, Directive) = (instructions, directive);

    public IReadOnlyList<DockerInstruction> Instructions { get; }

    /// <summary>A parser directive at the top, such as another syntax or escape sign; null for none.</summary>
    public string? Directive { get; }

    public static Dockerfile Parse(string text)
    {
        var instructions = new List<DockerInstruction>();
        var (open, openLine) = (new StringBuilder(), 0);
        string? directive = null;
        foreach (var (n, raw) in text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Index())
        {
            var line = raw.TrimEnd(' ', '\t');
            var words = line.TrimStart();
            if (n == 0 && DirectiveLine().Match(words) is { Success: true } match) directive = match.Groups[1].Value.ToLowerInvariant();
            if (words.Length == 0 || words[0] == '#') continue;
            // Only the first line of an instruction loses the blanks before it.
            if (openLine == 0) (openLine, line) = (n + 1, words);
            var continues = line[^1] == '\\';
            open.Append(continues ? line[..^1] : line);
            if (continues) continue;
            Close(instructions, open, openLine);
            openLine = 0;
        }

        if (openLine > 0) Close(instructions, open, openLine);
        return new Dockerfile(instructions, directive);
    }

    /// <summary>Images from outside that it stands on: each base, and each that files are copied from, that is no stage of its own.</summary>
    public IEnumerable<(DockerInstruction Where, string Image)> Bases()
    {
        var (names, own, count) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), (string?)null, 0);
        foreach (var instruction in Instructions)
            switch (instruction.Word)
            {
                case "FROM" when instruction.Arguments is [var image, ..]:
                    // A stage can be stood on by its name, and copied from by its number, too; the builder knows its name once it is finished.
                    if (own is not null) names.Add(own);
                    if (image != "scratch" && !names.Contains(image)) yield return (instruction, image);
                    own = instruction.StageName;
                    count++;
                    break;
                case "COPY":
                    foreach (var source in instruction.Sources)
                        if (!names.Contains(source) && !Enumerable.Range(0, count).Any(n => source == $"{n}"))
                            yield return (instruction, source);
                    break;
            }
    }

    /// <summary>
    /// The same file with one instruction a line, each base by its id and labels of ours behind it: what is built is what was read here, whatever the
    /// builder would have made of the original. Only of a file that <see cref="BuildGate"/> lets pass.
    /// </summary>
    /// <param name="ids">Of all <see cref="Bases"/>, by name.</param>
    /// <param name="labels">For every layer, so that what a build leaves can be found; values without quotes.</param>
    public string Write(IReadOnlyDictionary<string, string> ids, IReadOnlyDictionary<string, string> labels)
    {
        var bases = Bases().ToLookup(each => each.Where.Line, each => each.Image);
        var text = new StringBuilder();
        foreach (var instruction in Instructions)
        {
            var words = instruction.Text;
            foreach (var image in bases[instruction.Line])
                words = instruction.Word == "FROM" ? ids[image] + words[image.Length..] : Regex.Replace(words, $"(?<={DockerInstruction.FromFlag}){Regex.Escape(image)}(?=[ \\t])", ids[image]);
            text.Append(instruction.Word).Append(' ').Append(words).Append('\n');
            // Behind each of theirs, too: of two that have the same name the later one holds.
            if (instruction.Word is "FROM" or "LABEL") text.Append("LABEL ").AppendJoin(' ', labels.Select(label => $"{label.Key}=\"{label.Value}\"")).Append('\n');
        }

        return text.ToString();
    }

    private static void Close(List<DockerInstruction> instructions, StringBuilder open, int line)
    {
        var text = open.ToString().TrimEnd(' ', '\t');
        open.Clear();
        var end = text.IndexOfAny([' ', '\t']);
        instructions.Add(end < 0 ? new DockerInstruction(line, text.ToUpperInvariant(), "") : new DockerInstruction(line, text[..end].ToUpperInvariant(), text[end..].Trim(' ', '\t')));
    }

    [GeneratedRegex(@"^#\s*(syntax|escape|check)\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex DirectiveLine();
}
