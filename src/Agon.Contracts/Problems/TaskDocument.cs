using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Contracts.Problems;

/// <summary>The task as <c>leaderboard.task</c> keeps it (contract section 7.1, last paragraph) and as a job carries it.</summary>
public record TaskDocument
{
    public required string Lang { get; init; }
    public required ImmutableSortedDictionary<string, string> Files { get; init; }
    public required TaskConfigDocument Config { get; init; }
    public IReadOnlyList<string> Libraries { get; set; } = [];
    public IReadOnlyList<Case> Tests { get; set; } = [];
    public int TestTimeout { get; set; } = TaskDefinition.DefaultTimeoutSeconds;
    public IReadOnlyList<Case> Benchmarks { get; set; } = [];
    public int BenchmarkTimeout { get; set; } = TaskDefinition.DefaultTimeoutSeconds;
    public int RankedTimeout { get; set; } = TaskDefinition.DefaultTimeoutSeconds;

    /// <summary>last, mean or geom.</summary>
    public string RankingBy { get; set; } = "last";
    public long? Seed { get; init; }
    public bool MultiGpu { get; init; }

    /// <summary>Left out where it is true, so that a stored KernelBot task keeps its exact keys.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? ScoreAscending { get; init; }

    public static TaskDocument From(TaskDefinition task) => new()
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
        ScoreAscending = task.ScoreAscending ? null : false,
    };

    /// <summary>The task, with what is stored beside it. A stored task of KernelBot's may have null for a list.</summary>
    /// <exception cref="JsonException">A word or a setting is none that the contract knows.</exception>
    public TaskDefinition ToTask(AgonSettings agon, string description) => new()
    {
        Lang = Lang,
        Files = Files is { } files && files.Values.All(text => text is not null) ? files : throw new JsonException("files is null, or one of them"),
        Config = (Config ?? throw new JsonException("config is null")).ToConfig(Lang),
        Description = description,
        Libraries = [.. (Libraries ?? []).Where(library => library is not null)],
        Tests = [.. Tests ?? []],
        TestTimeoutSeconds = TestTimeout,
        Benchmarks = [.. Benchmarks ?? []],
        BenchmarkTimeoutSeconds = BenchmarkTimeout,
        RankedTimeoutSeconds = RankedTimeout,
        RankingBy = ParseRanking(RankingBy) ?? throw new JsonException($"ranking_by is '{RankingBy}', not last, mean or geom"),
        Seed = Seed,
        MultiGpu = MultiGpu,
        ScoreAscending = ScoreAscending ?? true,
        Agon = agon,
    };

    /// <summary>The contract's word for a ranking rule.</summary>
    public static string RankingWord(RankingBy rankingBy) => rankingBy.ToString().ToLowerInvariant();

    /// <summary>The rule of that name; null if there is none.</summary>
    public static RankingBy? ParseRanking(string word) => word switch
    {
        "last" => Domain.Problems.RankingBy.Last,
        "mean" => Domain.Problems.RankingBy.Mean,
        "geom" => Domain.Problems.RankingBy.Geom,
        _ => null,
    };
}

/// <summary>agon.yml as it is stored beside the task.</summary>
public sealed record AgonDocument
{
    /// <summary>none, weak, standard or strong.</summary>
    public string MinIsolation { get; set; } = "standard";

    public static AgonDocument From(AgonSettings settings) => new() { MinIsolation = settings.MinIsolation.ToString().ToLowerInvariant() };

    /// <exception cref="JsonException">The level is not one of the four.</exception>
    public AgonSettings ToSettings() => new()
    {
        MinIsolation = IsolationWord.Parse(MinIsolation)
            ?? throw new JsonException($"min_isolation is '{MinIsolation}', not none, weak, standard or strong"),
    };
}

/// <summary>Isolation levels as words.</summary>
public static class IsolationWord
{
    public static string Of(IsolationLevel level) => level.ToString().ToLowerInvariant();

    /// <summary>The level of that name; null if there is none.</summary>
    public static IsolationLevel? Parse(string word) => word switch
    {
        "none" => IsolationLevel.None,
        "weak" => IsolationLevel.Weak,
        "standard" => IsolationLevel.Standard,
        "strong" => IsolationLevel.Strong,
        _ => null,
    };
}
