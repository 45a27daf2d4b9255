using System.Text.Json;
using Agon.Contracts.Problems;
using Agon.Domain.Problems;
using Agon.Domain.Runs;

namespace Agon.Contracts.Tests.Problems;

public sealed class TaskDocumentTests
{
    private static string Write(TaskDefinition task) => JsonSerializer.Serialize(TaskDocument.From(task), AgonJson.Wire.TaskDocument);

    private static TaskDocument Read(string json) => JsonSerializer.Deserialize(json, AgonJson.Wire.TaskDocument)!;

    [Fact]
    public void A_stored_task_has_exactly_the_contracts_keys()
    {
        using var json = JsonDocument.Parse(Write(Some.Task() with { ScoreAscending = true }));
        Assert.Equal(
            ["lang", "files", "config", "libraries", "tests", "test_timeout", "benchmarks", "benchmark_timeout", "ranked_timeout", "ranking_by", "seed", "multi_gpu"],
            json.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void A_task_comes_back_as_it_was()
    {
        var task = Some.Task();
        var back = Read(Write(task)).ToTask(task.Agon, task.Description);
        Assert.Equal(Write(task), Write(back));
        Assert.Equal(task.Files, back.Files);
        Assert.Equal(task.Tests.AsEnumerable(), back.Tests.AsEnumerable());
        Assert.Equal(task.Benchmarks.AsEnumerable(), back.Benchmarks.AsEnumerable());
        Assert.Equal((1, 2, 3), (back.TestTimeoutSeconds, back.BenchmarkTimeoutSeconds, back.RankedTimeoutSeconds));
        Assert.Equal((RankingBy.Geom, false, long.MaxValue, true), (back.RankingBy, back.ScoreAscending, back.Seed, back.MultiGpu));
        Assert.Equal(("py", new TaskConfig.Python("eval.py"), "Sort a list."), (back.Lang, back.Config, back.Description));
        Assert.Equal(task.Libraries.AsEnumerable(), back.Libraries.AsEnumerable());
        Assert.Equal(IsolationLevel.Strong, back.Agon.MinIsolation);
    }

    [Fact]
    public void A_stored_task_of_KernelBot_may_have_null_lists_and_lack_what_has_a_default()
    {
        var task = Read("""{"lang":"py","files":{"e":"x"},"config":{"main":"e"},"libraries":null,"tests":null,"benchmarks":null,"seed":null}""")
            .ToTask(new AgonSettings(), "");
        Assert.Empty(task.Tests);
        Assert.Empty(task.Benchmarks);
        Assert.Empty(task.Libraries);
        Assert.Null(task.Seed);
        Assert.Equal((180, RankingBy.Last, true), (task.RankedTimeoutSeconds, task.RankingBy, task.ScoreAscending));
    }

    [Theory]
    [InlineData("""{"files":{},"config":{"main":"e"}}""")]
    [InlineData("""{"lang":"py","config":{"main":"e"}}""")]
    [InlineData("""{"lang":"py","files":{}}""")]
    [InlineData("""{"lang":1,"files":{},"config":{"main":"e"}}""")]
    [InlineData("""{"lang":"py","files":{},"config":{"main":"e"},"seed":1.5}""")]
    [InlineData("""{"lang":"py","files":{},"config":{"main":"e"},"test_timeout":"5"}""")]
    [InlineData("{")]
    public void A_task_that_is_none_is_refused(string json) => Assert.Throws<JsonException>(() => Read(json));

    [Fact]
    public void Words_that_the_contract_does_not_know_are_refused()
    {
        Assert.Throws<JsonException>(() => (TaskDocument.From(Some.Task()) with { RankingBy = "Geom" }).ToTask(new AgonSettings(), ""));
        Assert.Throws<JsonException>(() => new AgonDocument { MinIsolation = "Standard" }.ToSettings());
        Assert.Throws<JsonException>(() => new AgonDocument { MinIsolation = "2" }.ToSettings());
    }

    [Fact]
    public void Agon_settings_that_say_nothing_ask_for_standard() =>
        Assert.Equal(IsolationLevel.Standard, JsonSerializer.Deserialize("{}", AgonJson.Wire.AgonDocument)!.ToSettings().MinIsolation);

    [Theory]
    [InlineData(IsolationLevel.None, "none")]
    [InlineData(IsolationLevel.Weak, "weak")]
    [InlineData(IsolationLevel.Standard, "standard")]
    [InlineData(IsolationLevel.Strong, "strong")]
    public void Agon_settings_are_stored_by_word(IsolationLevel level, string word)
    {
        var json = JsonSerializer.Serialize(AgonDocument.From(new AgonSettings { MinIsolation = level }), AgonJson.Wire.AgonDocument);
        Assert.Equal($$"""{"min_isolation":"{{word}}"}""", json);
        Assert.Equal(level, JsonSerializer.Deserialize(json, AgonJson.Wire.AgonDocument)!.ToSettings().MinIsolation);
    }
}
