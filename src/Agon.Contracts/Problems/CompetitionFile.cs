using System.Collections.Immutable;

namespace Agon.Contracts.Problems;

/// <summary>A competition: a YAML file that lists problems (contract section 7.3).</summary>
public sealed record CompetitionFile
{
    public string? Name { get; init; }
    public string? Description { get; init; }

    /// <summary>As it is written; shown to people, used for nothing.</summary>
    public string? Deadline { get; init; }

    public ImmutableArray<CompetitionProblem> Problems { get; init; } = [];

    /// <summary>Reads the file. Keys that are not the contract's are left for the tools they belong to.</summary>
    /// <exception cref="ProblemFileException">It is not readable, or a value is of the wrong kind; nothing else is thrown.</exception>
    public static CompetitionFile Read(string path) =>
        Read(path, ProblemFiles.Around(Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".", root: null, otherwise: "."));

    internal static CompetitionFile Read(string path, ProblemFiles files)
    {
        var file = Path.GetFileName(path);
        var fields = new YamlFields(file, "", files.ReadYaml(path));
        return new CompetitionFile
        {
            Name = fields.OptionalText("name"),
            Description = fields.OptionalText("description"),
            Deadline = fields.OptionalLetters("deadline"),
            Problems = [.. fields.List("problems").Select((item, n) => Problem(new YamlFields(file, $"problems[{n}]", item)))],
        };
    }

    private static CompetitionProblem Problem(YamlFields fields) => new()
    {
        Directory = fields.OptionalText("directory"),
        Name = fields.OptionalText("name"),
        Deadline = Deadlines.Parse(fields.OptionalLetters("deadline")),
        Gpus = GpuNames.Read(fields),
    };
}

/// <summary>One problem of a competition.</summary>
public sealed record CompetitionProblem
{
    /// <summary>The task's folder, from the competition file's; null where it is missing.</summary>
    public string? Directory { get; init; }

    /// <summary>The leaderboard's name; null where it is missing.</summary>
    public string? Name { get; init; }

    /// <summary>UTC; null where it is unset or in no form that the contract knows: 365 days from now.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Empty: those of task.yml.</summary>
    public ImmutableArray<string> Gpus { get; init; } = [];
}
