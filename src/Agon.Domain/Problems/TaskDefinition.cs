using System.Collections.Immutable;

namespace Agon.Domain.Problems;

/// <summary>What a problem asks for: task.yml with its files read (contract section 7.1), and Agon's own settings.</summary>
public sealed record TaskDefinition
{
    /// <summary>Stands in <see cref="Files"/> for the text that the participant hands in.</summary>
    public const string SubmissionMarker = "@SUBMISSION@";

    /// <summary>Seconds that a phase may take where task.yml is silent.</summary>
    public const int DefaultTimeoutSeconds = 180;

    /// <summary>One of <see cref="TaskLanguage"/>.</summary>
    public required string Lang { get; init; }

    /// <summary>File name to text, or to <see cref="SubmissionMarker"/>.</summary>
    public required ImmutableSortedDictionary<string, string> Files { get; init; }

    /// <summary>How the harness comes to run: <see cref="TaskConfig.Python"/> with lang py, else <see cref="TaskConfig.Compiled"/>.</summary>
    public required TaskConfig Config { get; init; }

    /// <summary>Markdown shown to participants.</summary>
    public string Description { get; init; } = "";

    public ImmutableArray<Case> Tests { get; init; } = [];

    public ImmutableArray<Case> Benchmarks { get; init; } = [];

    public int TestTimeoutSeconds { get; init; } = DefaultTimeoutSeconds;

    public int BenchmarkTimeoutSeconds { get; init; } = DefaultTimeoutSeconds;

    public int RankedTimeoutSeconds { get; init; } = DefaultTimeoutSeconds;

    public RankingBy RankingBy { get; init; } = RankingBy.Last;

    /// <summary>Whether the lower score is the better one.</summary>
    public bool ScoreAscending { get; init; } = true;

    /// <summary>Seed of the public runs; null leaves it to the harness.</summary>
    public long? Seed { get; init; }

    public bool MultiGpu { get; init; }

    /// <summary>Carried and shown, never used: no runner installs anything for a task.</summary>
    public ImmutableArray<string> Libraries { get; init; } = [];

    /// <summary>Devices named in task.yml itself; a competition's own list wins.</summary>
    public ImmutableArray<string> Gpus { get; init; } = [];

    /// <summary>Starting points for participants: language to text.</summary>
    public ImmutableSortedDictionary<string, string> Templates { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What stands in agon.yml beside task.yml.</summary>
    public AgonSettings Agon { get; init; } = new();

    /// <summary>
    /// Who measured: a harness that imports the entry into its own process can be told anything by it, so its times
    /// are claims (threats 6.8). Every harness of the contract is of this kind.
    /// </summary>
    public Trust Trust { get; init; } = Trust.SelfReported;
}

/// <summary>Who vouches for a time.</summary>
public enum Trust
{
    /// <summary>The harness shares the entry's process: the time is the entry's own claim.</summary>
    SelfReported,
}
