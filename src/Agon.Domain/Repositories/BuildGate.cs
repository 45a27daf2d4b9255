using System.Text.RegularExpressions;

namespace Agon.Domain.Repositories;

/// <summary>
/// What of a Dockerfile is not built, since the engine itself, which has a network, would fetch something, or since more would be built than is
/// written. It says what may stand there, not what may not: the builder expands quotes, escapes and variables in many places.
/// </summary>
public static partial class BuildGate
{
    private static readonly string[] Known =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "RUN", "SHELL", "STOPSIGNAL", "USER", "WORKDIR",
    ];

    /// <summary>One sentence with its line; null for nothing.</summary>
    public static string? Refusal(Dockerfile dockerfile) => Refusals(dockerfile)
        .Select(each => $"{RepositoryCheck.DockerfilePath}{(each.Line is { } line ? $", line {line}" : "")}: {each.Why}").FirstOrDefault();

    /// <summary>All that is refused, and where; no line where it is the whole file.</summary>
    public static IEnumerable<(int? Line, string Why)> Refusals(Dockerfile dockerfile)
    {
        if (dockerfile.Directive is { } directive) yield return (1, $"the directive '# {directive}=' is not taken");
        if (!dockerfile.Instructions.Any(instruction => instruction.Word == "FROM")) yield return (null, "there is no FROM");
        string? stage = null;
        foreach (var instruction in dockerfile.Instructions)
        {
            if (instruction.Word == "FROM") stage = instruction.StageName;
            if (Refusal(instruction) is { } why) yield return (instruction.Line, why);
            // The builder would look for an image of that name.
            if (instruction.Sources.Contains(stage, StringComparer.OrdinalIgnoreCase)) yield return (instruction.Line, $"the stage '{stage}' cannot copy from itself");
        }
    }

    private static string? Refusal(DockerInstruction instruction) => instruction switch
    {
        { Text: var text } when text.EndsWith('\\') || text.Any(sign => char.IsControl(sign) && sign != '\t') => "a control character, or a backslash that escapes nothing",
        { Word: "FROM" } when !From().IsMatch(instruction.Text) => "a base image is named plainly, without flags or variables",
        { Word: "COPY" or "ADD" } when instruction.Flags.Any(flag => flag.StartsWith("--chmod", StringComparison.OrdinalIgnoreCase)) => "the --chmod option requires BuildKit, which builds nothing here; RUN chmod does the same",
        { Word: "COPY" or "RUN", Text: var text } when text.Contains("<<", StringComparison.Ordinal) => "<< is not taken: the builder may read the lines behind it as a here-document, and not as instructions",
        { Word: "COPY", Text: var text } when HasOddBlank(text) || !Copy().IsMatch(text) => "COPY has plain --from and --chown at most",
        { Word: "ADD", Text: var text } when !Add().IsMatch(text) => "ADD takes files of the repository only, named plainly; COPY takes any name",
        { Word: "RUN" } when instruction.Text.StartsWith("--", StringComparison.Ordinal) => "RUN has no flags",
        { Word: "ONBUILD" } => "ONBUILD is not taken",
        { Word: "VOLUME" } => "VOLUME is not taken: a run writes to its output folder and to /tmp",
        _ => Known.Contains(instruction.Word) ? null : "this is no instruction",
    };

    /// <summary>What the builder takes for a blank and we do not.</summary>
    private static bool HasOddBlank(string text) => text.Any(sign => char.IsWhiteSpace(sign) && sign is not (' ' or '\t'));

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,255}(?:[ \t]+[aA][sS][ \t]+[a-zA-Z][a-zA-Z0-9._-]{0,100})?$")]
    private static partial Regex From();

    [GeneratedRegex(@"^(?:--(?:from|chown)=[a-zA-Z0-9._/:@-]+[ \t]+)*(?!--)\S")]
    private static partial Regex Copy();

    /// <summary>Without a colon there is no address, however the builder puts it together.</summary>
    [GeneratedRegex("""^(?:--chown=[a-zA-Z0-9_.:-]+[ \t]+)*[a-zA-Z0-9._/*?+=,~@\[\]" \t-]+$""")]
    private static partial Regex Add();
}
