using Agon.Domain.Repositories;

namespace Agon.Contracts.Repositories;

/// <summary>What <c>agon tournament check --json</c> prints.</summary>
public sealed record RepositoryCheckView
{
    /// <summary>Whether there is no error; warnings and notes are let through.</summary>
    public required bool Ok { get; init; }

    public required IReadOnlyList<RepositoryFindingView> Findings { get; init; }

    public static RepositoryCheckView Of(IReadOnlyList<RepositoryFinding> findings) => new()
    {
        Ok = findings.All(finding => finding.Rule.Severity != RuleSeverity.Error),
        Findings = [.. findings.Select(finding => new RepositoryFindingView
        {
            File = finding.File,
            Line = finding.Line,
            Rule = finding.Rule.Id,
            Severity = finding.Rule.Severity.ToString().ToLowerInvariant(),
            Explanation = finding.Rule.Explanation,
        })],
    };
}

/// <summary>One finding.</summary>
public sealed record RepositoryFindingView
{
    /// <summary>Path from the repository's top.</summary>
    public required string File { get; init; }

    /// <summary>From 1; null where a line says nothing.</summary>
    public required int? Line { get; init; }

    /// <summary>The rule's id.</summary>
    public required string Rule { get; init; }

    /// <summary>error, warning or note.</summary>
    public required string Severity { get; init; }

    public required string Explanation { get; init; }
}
