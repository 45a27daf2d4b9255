using Xunit.Abstractions;

namespace Agon.EndToEnd.Tests;

/// <summary>Server, worker, runner and database die by <c>kill -9</c>; see <c>./test soak --help</c>. Two classes, so that both run at once.</summary>
public sealed class SoakOnSqliteTests(ITestOutputHelper output)
{
    [Fact]
    public Task Twenty_five_kills_lose_nothing_and_double_nothing_on_Sqlite() => Soak.PassesAsync(output, "sqlite");

    [Fact]
    public async Task A_worker_that_does_not_check_its_lease_is_found_out()
    {
        var result = await Soak.RunAsync(output, "--kills", "0", "--pauses", "1", "--database", "sqlite", "--without-lease-check");
        Assert.True(result.ExitCode == 1, result.Output + result.Errors);
        Assert.Matches("was recorded twice|was recorded of submission 1 after its end|its worker was dead", result.Output);
    }
}

public sealed class SoakOnPostgresTests(ITestOutputHelper output)
{
    [PostgresFact]
    public Task Twenty_five_kills_lose_nothing_and_double_nothing_on_Postgres() => Soak.PassesAsync(output, "postgres");
}

internal static class Soak
{
    private const int Kills = 25;

    public static async Task PassesAsync(ITestOutputHelper output, string database)
    {
        var result = await RunAsync(output, "--kills", $"{Kills}", "--database", database);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Matches($@"(?m)^all .* {Kills}$", result.Output);
        Assert.Contains("late result was refused: 2", result.Output);
        Assert.EndsWith(" 0 failed", result.LastLine);
    }

    public static async Task<CommandResult> RunAsync(ITestOutputHelper output, params string[] arguments)
    {
        var program = Repository.Agon.Replace("Agon.Cli", "Agon.Soak").Replace("/agon", "/agon-soak");
        var result = await CommandLine.RunAsync(program, arguments);
        output.WriteLine(result.Output);
        return result;
    }
}
