using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Problems;

namespace Agon.Cli.Tests;

/// <summary>Every shipped contest passes <c>agon task check</c>: its entries do, by the real judge, what their names say.</summary>
[Collection(nameof(Undisturbed))]
public sealed class ShippedTasksTests
{
    private static readonly string Problems = Path.Combine(Contest.Checkout(), "examples", "problems");

    [Theory]
    [InlineData("subsequence")]
    [InlineData("roads")]
    public Task A_python_contest_passes_its_check(string contest) => CheckAsync(contest);

    [GppTheory]
    [InlineData("matmul-cpp")]
    [InlineData("prefix-sum")]
    [InlineData("histogram")]
    public Task A_cpp_contest_passes_its_check(string contest) => CheckAsync(contest);

    [Fact]
    public void Each_shipped_contest_for_processors_is_checked_above() => Assert.Equal(
        ["histogram", "matmul-cpp", "prefix-sum", "roads", "subsequence"],
        ProblemSet.Read(Problems).Select(problem => Assert.IsType<SetProblem.Found>(problem).Name).Order(StringComparer.Ordinal));

    private static async Task CheckAsync(string contest)
    {
        var run = await CommandRun.Of(["task", "check", Path.Combine(Problems, contest), "--i-trust-all-submitters", "--json"]);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var found = JsonSerializer.Deserialize(run.Output, AgonJson.Default.TaskCheckView)!;
        Assert.Empty(found.Findings);
        Assert.Null(found.CannotRun);
        Assert.Equal(["correct", "fast", "wrong"], found.Entries.Select(entry => entry.Role).Distinct());
    }
}

/// <summary>Its tests run by themselves: entries are compared by time, and others would take it from one of them.</summary>
[CollectionDefinition(nameof(Undisturbed), DisableParallelization = true)]
public sealed class Undisturbed;
