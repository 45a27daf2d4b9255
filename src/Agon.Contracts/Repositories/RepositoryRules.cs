using System.Text.RegularExpressions;
using Agon.Contracts.Problems;
using Agon.Domain.Repositories;

namespace Agon.Contracts.Repositories;

/// <summary>The rules that are shipped, out of <c>rules.yaml</c> in this assembly.</summary>
public static class RepositoryRules
{
    private const string File = "rules.yaml";

    /// <summary>Hostile text meets these patterns: one that takes longer counts as not checked.</summary>
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(2);

    private static readonly Lazy<IReadOnlyList<RepositoryRule>> Shipped = new(() =>
    {
        using var stream = typeof(RepositoryRules).Assembly.GetManifestResourceStream(File)!;
        using var reader = new StreamReader(stream);
        return Read(reader.ReadToEnd());
    });

    public static IReadOnlyList<RepositoryRule> All => Shipped.Value;

    /// <exception cref="ProblemFileException">It is no list of rules.</exception>
    private static List<RepositoryRule> Read(string text) => YamlFile.Parse(File, text) is YamlList list
        ? [.. list.Items.Select((item, n) => Rule(new YamlFields(File, $"[{n}]", item)))]
        : throw new ProblemFileException(File, null, "must be a list of rules");

    private static RepositoryRule Rule(YamlFields fields)
    {
        fields.RefuseUnknown("id", "severity", "target", "files", "pattern", "explanation");
        var target = Enum.Parse<RuleTarget>(fields.Text("target").Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        return new RepositoryRule(
            fields.Text("id"),
            Enum.Parse<RuleSeverity>(fields.Text("severity"), ignoreCase: true),
            target,
            fields.TextList("files"),
            target == RuleTarget.Check ? null : new Regex(fields.Text("pattern"), RegexOptions.CultureInvariant, PatternLimit),
            fields.Text("explanation"));
    }
}
