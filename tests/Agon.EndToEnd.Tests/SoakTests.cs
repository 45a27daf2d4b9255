using Xunit.Abstractions;

namespace Agon.EndToEnd.Tests;

/// <summary>Server, worker, runner and database die by <c>kill -9</c>; see <c>./test soak --help</c>.</summary>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Kills = 25;

    [Fact]
    public Task Twenty_five_kills_lose_nothing_and_double_nothing_on_Sqlite() => PassesAsync("sqlite");

    [PostgresFact]
    public Task Twenty_five_kills_lose_nothing_and_double_nothing_on_Postgres() => PassesAsync("postgres");

    [Fact]
    public async Task A_worker_that_does_not_check_its_lease_is_found_out()
    {
        var result = await RunAsync("--kills", "0", "--pauses", "1", "--database", "sqlite", "--without-lease-check");
        Assert.True(result.ExitCode == 1, result.Output + result.Errors);
        Assert.Matches(@"was recorded twice|was recorded of submission \d+ after its end|its worker was dead", result.Output);
    }

    private async Task PassesAsync(string database)
    {
        var result = await RunAsync("--kills", $"{Kills}", "--database", database);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Matches($@"(?m)^all .* {Kills}$", result.Output);
        Assert.Contains("late result was refused: 2", result.Output);
        Assert.EndsWith(" 0 failed", result.LastLine);
    }

    private async Task<CommandResult> RunAsync(params string[] arguments)
    {
        var result = await CommandLine.RunAsync(Repository.Soak, arguments);
        output.WriteLine(result.Output);
        return result;
    }
}
