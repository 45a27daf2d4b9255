using System.Collections.Immutable;
using Agon.Domain.Problems;

namespace Agon.Domain.Tests.Problems;

public sealed class TaskLintTests
{
    private static readonly TaskDefinition Sound = new()
    {
        Lang = "py",
        Description = "Sort.",
        Config = new TaskConfig.Python("eval.py"),
        Files = ImmutableSortedDictionary<string, string>.Empty.Add("eval.py", "").Add("submission.py", TaskDefinition.SubmissionMarker),
        Tests = [Seeded(1)],
        Benchmarks = [Seeded(2)],
        Gpus = ["CPU"],
        Templates = ImmutableSortedDictionary<string, string>.Empty.Add("Python", ""),
    };

    public static TheoryData<string, TaskDefinition> Oddities => new()
    {
        { "warning tests: there are no tests", Sound with { Tests = [] } },
        { "error benchmarks: there are no benchmarks", Sound with { Benchmarks = [] } },
        { "warning ranking_by: only the last of the 2 benchmarks", Sound with { Benchmarks = [Seeded(2), Seeded(3)] } },
        { "warning tests: no case has an argument seed", Sound with { Tests = [Named("n", 1)], Benchmarks = [Named("n", 2)] } },
        { "warning tests[1]: tests[1] is the same as tests[0]", Sound with { Tests = [Seeded(1), Seeded(1)] } },
        { "warning benchmarks[0]: benchmarks[0].kind holds a ':' or ';'", Sound with { Benchmarks = [Worded("a;seed: 1")] } },
        { "error config: config.main is submission.py", Sound with { Config = new TaskConfig.Python("submission.py") } },
        { "error config: config.sources names nothing but", Sound with { Lang = "cpp", Config = new TaskConfig.Compiled { Sources = ["submission.py"] } } },
        { "warning multi_gpu: cases name a world_size", Sound with { Tests = [Seeded(1), Named("world_size", 8)] } },
        { "warning gpus: no gpus are named", Sound with { Gpus = [] } },
        { "error gpus: mi300 does not run CUDA", Sound with { Lang = "cu", Gpus = ["H100", "mi300"] } },
        { "warning libraries: libraries are kept but not installed", Sound with { Libraries = ["numpy"] } },
        { "warning description: the description is empty", Sound with { Description = " \n" } },
        { "warning templates: there is no template", Sound with { Templates = ImmutableSortedDictionary<string, string>.Empty } },
    };

    [Theory]
    [MemberData(nameof(Oddities))]
    public void Whatever_is_odd_is_found_and_nothing_else(string expected, TaskDefinition task) =>
        Assert.StartsWith(expected, Told(Assert.Single(TaskLint.Of(task))), StringComparison.Ordinal);

    [Fact]
    public void A_sound_task_has_no_findings() => Assert.Empty(TaskLint.Of(Sound));

    [Fact]
    public void Several_benchmarks_are_no_finding_where_all_of_them_count() =>
        Assert.Empty(TaskLint.Of(Sound with { RankingBy = RankingBy.Geom, Benchmarks = [Seeded(2), Seeded(3)] }));

    private static string Told(TaskFinding finding) => $"{(finding.IsError ? "error" : "warning")} {finding.Field}: {finding.Message}";

    private static Case Seeded(int seed) => Named("seed", seed);

    private static Case Named(string name, int value) => new([KeyValuePair.Create<string, CaseValue>(name, new CaseValue.Whole(value))]);

    private static Case Worded(string text) => new([.. Seeded(1), KeyValuePair.Create<string, CaseValue>("kind", new CaseValue.Text(text))]);
}
