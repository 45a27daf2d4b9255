using System.Collections.Immutable;
using Agon.Domain.Problems;

namespace Agon.Contracts.Problems;

/// <summary>What <c>agon task show --json</c> prints: the contract's task JSON (section 2.1) and what stands beside it.</summary>
public sealed record TaskView : TaskDocument
{
    public required string Description { get; init; }

    /// <summary>Language to text.</summary>
    public required ImmutableSortedDictionary<string, string> Templates { get; init; }

    public required IReadOnlyList<string> Gpus { get; init; }

    /// <summary>agon.yml, with its defaults.</summary>
    public required AgonDocument Agon { get; init; }

    public static TaskView Of(TaskDefinition task) => new()
    {
        Lang = task.Lang,
        Files = task.Files,
        Config = TaskConfigDocument.From(task.Config),
        Libraries = task.Libraries,
        Tests = task.Tests,
        TestTimeout = task.TestTimeoutSeconds,
        Benchmarks = task.Benchmarks,
        BenchmarkTimeout = task.BenchmarkTimeoutSeconds,
        RankedTimeout = task.RankedTimeoutSeconds,
        RankingBy = RankingWord(task.RankingBy),
        Seed = task.Seed,
        MultiGpu = task.MultiGpu,
        ScoreAscending = task.ScoreAscending,
        Description = task.Description,
        Templates = task.Templates,
        Gpus = task.Gpus,
        Agon = AgonDocument.From(task.Agon),
    };
}
