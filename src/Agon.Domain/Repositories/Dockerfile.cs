using System.Text.RegularExpressions;

namespace Agon.Domain.Repositories;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Line">Where it begins; from 1.</param>
/// <param name="Word">In capitals: <c>FROM</c>.</param>
/// <param name="Text">What stands behind it, continued lines joined by spaces, outer blanks gone.</param>
public sealed record DockerInstruction(int Line, string Word, string Text)
{
    /// <summary>The flags before the first plain word: <c>--from=build</c>.</summary>
    public IEnumerable<string> Flags => Words.TakeWhile(word => word.StartsWith("--", StringComparison.Ordinal));

    public IReadOnlyList<string> Arguments => [.. Words.SkipWhile(word => word.StartsWith("--", StringComparison.Ordinal))];

    private string[] Words => Text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>A Dockerfile as the classic builder reads it: a comment inside a continued line does not end it.</summary>
public sealed partial class Dockerfile
{
    private Dockerfile(IReadOnlyList<DockerInstruction> instructions, string? directive) => (Instructions, Directive) = (instructions, directive);

    public IReadOnlyList<DockerInstruction> Instructions { get; }

    /// <summary>A parser directive at the top, such as another syntax or escape sign; null for none.</summary>
    public string? Directive { get; }

    public static Dockerfile Parse(string text)
    {
        var instructions = new List<DockerInstruction>();
        var (open, openLine) = ("", 0);
        string? directive = null;
        foreach (var (n, raw) in text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Index())
        {
            var line = raw.Trim();
            if (n == instructions.Count && openLine == 0 && DirectiveLine().Match(line) is { Success: true } match) directive ??= match.Groups[1].Value.ToLowerInvariant();
            if (line.Length == 0 || line[0] == '#') continue;
            if (openLine == 0) openLine = n + 1;
            var continues = line[^1] == '\\';
            open += (open.Length > 0 ? " " : "") + (continues ? line[..^1].TrimEnd() : line);
            if (continues) continue;
            Close(instructions, open, openLine);
            (open, openLine) = ("", 0);
        }

        if (openLine > 0) Close(instructions, open, openLine);
        return new Dockerfile(instructions, directive);
    }

    /// <summary>Images from outside that it stands on: each base, and each that files are copied from, that is no stage of its own.</summary>
    public IEnumerable<(DockerInstruction Where, string Image)> Bases()
    {
        var (stages, count) = (new HashSet<string>(StringComparer.OrdinalIgnoreCase), 0);
        foreach (var instruction in Instructions)
            switch (instruction.Word)
            {
                case "FROM" when instruction.Arguments is [var image, ..]:
                    if (image != "scratch" && !stages.Contains(image)) yield return (instruction, image);
                    if (instruction.Arguments is [_, var asWord, var name] && asWord.Equals("as", StringComparison.OrdinalIgnoreCase)) stages.Add(name);
                    stages.Add($"{count++}");
                    break;
                case "COPY":
                    foreach (var flag in instruction.Flags)
                        if (flag.StartsWith("--from=", StringComparison.OrdinalIgnoreCase) && flag["--from=".Length..] is var source && !stages.Contains(source))
                            yield return (instruction, source);
                    break;
            }
    }

    private static void Close(List<DockerInstruction> instructions, string text, int line)
    {
        var end = text.IndexOfAny([' ', '\t']);
        instructions.Add(end < 0 ? new DockerInstruction(line, text.ToUpperInvariant(), "") : new DockerInstruction(line, text[..end].ToUpperInvariant(), text[end..].Trim()));
    }

    [GeneratedRegex(@"^#\s*(syntax|escape|check)\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex DirectiveLine();
}
