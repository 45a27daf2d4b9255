using Agon.Domain.Problems;
using static Agon.Contracts.Problems.ProblemFileException;

namespace Agon.Contracts.Problems;

/// <summary>A test or benchmark as task.yml writes it: a map of argument to value.</summary>
internal static class CaseYaml
{
    public static Case Read(string file, string field, YamlNode node)
    {
        var entries = node is YamlMap map
            ? map.Entries
            : throw new ProblemFileException(file, node.Line, $"{field} must be a map of argument: value");
        return new Case(entries.Select(entry => KeyValuePair.Create(
            Argument(file, field, entry.Key), Value(file, $"{field}.{Shown(entry.Key.Text)[1..^1]}", entry.Value))));
    }

    // A case is one line of "name: value; name: value" (contract section 8.2): a name that holds these signs would forge another.
    private static string Argument(string file, string field, YamlWord key)
    {
        if (YamlScalars.Resolve(key) is not CaseValue.Text(var name))
            throw new ProblemFileException(file, key.Line, $"{field} has the argument {Shown(key.Text)}, which YAML does not take for text; put it in quotes");
        return name.Length is 0 or > 100 || name.Any(letter => letter is ':' or ';' || IsBreak(letter))
            ? throw new ProblemFileException(file, key.Line, $"{field} has the argument {Shown(name)}; a name has 1 to 100 letters, none of them : or ; or a line break")
            : name;
    }

    private static CaseValue Value(string file, string field, YamlNode node) => node switch
    {
        YamlList list => new CaseValue.List([.. list.Items.Select((item, n) => Value(file, $"{field}[{n}]", item))]),
        YamlWord word => Word(file, field, word),
        _ => throw new ProblemFileException(file, node.Line, $"{field} must be a number, a word, true, false, null or a list of these"),
    };

    private static CaseValue Word(string file, string field, YamlWord word)
    {
        if (YamlScalars.IsDate(word))
            throw new ProblemFileException(file, word.Line, $"{field} is {Shown(word.Text)}, which YAML takes for a date; put it in quotes");
        return YamlScalars.Resolve(word) switch
        {
            null => throw new ProblemFileException(file, word.Line, $"{field} is a number of more than {YamlScalars.MostDigits:N0} digits"),
            CaseValue.Real(var number) when !double.IsFinite(number) =>
                throw new ProblemFileException(file, word.Line, $"{field} is {Shown(word.Text)}; a number must be finite"),
            CaseValue.Text(var text) when text.Any(IsBreak) =>
                throw new ProblemFileException(file, word.Line, $"{field} holds a line break or a control character"),
            // PostgreSQL's jsonb knows no negative zero, and every database must give back the same case.
            CaseValue.Real(0) => new CaseValue.Real(0),
            { } value => value,
        };
    }

    private static bool IsBreak(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029';
}
