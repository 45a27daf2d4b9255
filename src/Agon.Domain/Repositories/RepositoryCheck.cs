using System.Text;
using System.Text.RegularExpressions;

namespace Agon.Domain.Repositories;

/// <summary>Looks through a participant's repository with the rules of a data file (contract section 11).</summary>
/// <remarks>No folder is left out: one named <c>env</c> could hide anything. What cannot be checked is a finding, never a pass.</remarks>
public static class RepositoryCheck
{
    public const string DockerfilePath = "ops/Dockerfile";

    /// <summary>Of one rule in one file: more say nothing new.</summary>
    private const int MostFindings = 20;

    public static IReadOnlyList<RepositoryFinding> Run(IReadOnlyList<RepositoryFile> files, IReadOnlyList<RepositoryRule> rules)
    {
        var findings = new List<RepositoryFinding>();
        if (!files.Any(file => file.Path == DockerfilePath)) findings.Add(new RepositoryFinding(DockerfilePath, null, Own(rules, "dockerfile_missing")));
        foreach (var file in files)
        {
            if (file.Problem is { } problem) findings.Add(new RepositoryFinding(file.Path, null, Own(rules, problem)));
            foreach (var rule in rules.Where(rule => rule.Pattern is not null && rule.AppliesTo(file.Path)))
                try
                {
                    findings.AddRange(Lines(file, rule).Distinct().Take(MostFindings).Select(line => new RepositoryFinding(file.Path, line, rule)));
                }
                catch (RegexMatchTimeoutException)
                {
                    findings.Add(new RepositoryFinding(file.Path, null, Own(rules, "not_checked")));
                }

            if (file is { Path: DockerfilePath, Text: { } dockerfile })
                findings.AddRange(BuildGate.Refusals(Dockerfile.Parse(dockerfile)).Take(MostFindings).Select(each => new RepositoryFinding(file.Path, each.Line, Own(rules, "docker_not_built"))));
            if (file is { Text: { } text } && file.Path.EndsWith(".py", StringComparison.OrdinalIgnoreCase) && IsMinified(text))
                findings.Add(new RepositoryFinding(file.Path, null, Own(rules, "minified")));
        }

        return [.. findings.OrderBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line ?? 0).ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal)];
    }

    private static IEnumerable<int?> Lines(RepositoryFile file, RepositoryRule rule) => (rule.Target, file.Text) switch
    {
        (RuleTarget.Path, _) => rule.Pattern!.IsMatch(file.Path) ? [null] : [],
        (RuleTarget.Line, { } text) => text.Split('\n').Index().Where(line => rule.Pattern!.IsMatch(line.Item)).Select(line => (int?)(line.Index + 1)),
        (RuleTarget.Docker, { } text) when file.Path == DockerfilePath =>
            Dockerfile.Parse(text).Instructions.Where(each => rule.Pattern!.IsMatch($"{each.Word} {each.Text}")).Select(each => (int?)each.Line),
        (RuleTarget.PythonCode, { } text) => Code(PythonTokens.Read(text), rule.Pattern!),
        (RuleTarget.PythonString, { } text) =>
            PythonTokens.Read(text).Where(token => token.Kind == PythonKind.Text && rule.Pattern!.IsMatch(token.Value)).Select(token => (int?)token.Line),
        _ => [],
    };

    private static IEnumerable<int?> Code(IReadOnlyList<PythonToken> tokens, Regex pattern)
    {
        var (code, starts) = (new StringBuilder(), new List<int>());
        foreach (var token in tokens)
        {
            starts.Add(code.Length);
            code.Append(token.Kind == PythonKind.Text ? "\"\"" : token.Value).Append(' ');
        }

        foreach (Match match in pattern.Matches(code.ToString()))
        {
            var at = starts.BinarySearch(match.Index);
            yield return tokens[at >= 0 ? at : ~at - 1].Line;
        }
    }

    /// <summary>Upstream's measure: at least three lines that are not empty, and these long on average, or full of semicolons.</summary>
    private static bool IsMinified(string text)
    {
        const int averageLength = 400, semicolonsPerLine = 3;
        var lines = text.Split('\n').Where(line => line.Trim().Length > 0).ToList();
        return lines.Count >= 3 && (lines.Average(line => line.Length) > averageLength || text.Count(letter => letter == ';') > semicolonsPerLine * lines.Count);
    }

    private static RepositoryRule Own(IReadOnlyList<RepositoryRule> rules, string id) => rules.First(rule => rule.Id == id);
}
