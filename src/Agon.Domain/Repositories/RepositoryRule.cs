using System.Text.RegularExpressions;

namespace Agon.Domain.Repositories;

/// <summary>How bad a finding is. A check advises: the sandbox is the boundary.</summary>
public enum RuleSeverity
{
    Note,
    Warning,
    Error,
}

/// <summary>What a rule looks at.</summary>
public enum RuleTarget
{
    /// <summary>A file's path from the top of the repository.</summary>
    Path,

    /// <summary>Each line of a text file.</summary>
    Line,

    /// <summary>An instruction of the Dockerfile that is built, whatever its stage: <c>RUN …</c>, continued lines joined.</summary>
    Docker,

    /// <summary>Python without comments and strings: tokens joined by blanks, each string as <c>""</c>.</summary>
    PythonCode,

    /// <summary>The content of a string of Python, joined where the program joins it.</summary>
    PythonString,

    /// <summary>Nothing: the check itself reports under this name.</summary>
    Check,
}

/// <summary>One rule of the data file.</summary>
/// <param name="Id">As findings name it: <c>curl_to_shell</c>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Target">What it looks at.</param>
/// <param name="Files">Endings of the names it applies to, as <c>.py</c>, or whole names; empty for all.</param>
/// <param name="Pattern">Null for <see cref="RuleTarget.Check"/>.</param>
/// <param name="Explanation">Why it is a rule and what to do instead.</param>
public sealed record RepositoryRule(
    string Id, RuleSeverity Severity, RuleTarget Target, IReadOnlyList<string> Files, Regex? Pattern, string Explanation)
{
    public bool AppliesTo(string path) =>
        Files.Count == 0 || Files.Any(ending => ending[0] == '.' ? path.EndsWith(ending, StringComparison.OrdinalIgnoreCase) : path.Split('/')[^1] == ending);
}

/// <summary>What a rule found.</summary>
/// <param name="File">Path from the top; empty for the repository as a whole.</param>
/// <param name="Line">From 1; null where a line says nothing.</param>
/// <param name="Rule">Whose finding it is.</param>
public sealed record RepositoryFinding(string File, int? Line, RepositoryRule Rule);

/// <summary>One file as the check sees it.</summary>
/// <param name="Path">From the top, with slashes.</param>
/// <param name="Text">Null if it is no text, or more than is read.</param>
/// <param name="Problem">The rule of the check itself that it breaks; null for none.</param>
public sealed record RepositoryFile(string Path, string? Text, string? Problem);
