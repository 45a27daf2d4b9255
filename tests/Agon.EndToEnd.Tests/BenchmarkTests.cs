namespace Agon.EndToEnd.Tests;

/// <summary>Each row of the benchmarks runs, in its smallest size. How fast it is says no test.</summary>
public sealed class BenchmarkTests(DurableServer postgres) : IClassFixture<DurableServer>
{
    [ClientTheory("wrk", "hyperfine")]
    [InlineData("eval", "agon eval adds")]
    [InlineData("start", "POST to the runner's start, SQLite")]
    [InlineData("accepts", "durable accepts, SQLite")]
    [InlineData("memory", "memory of an idle server")]
    [InlineData("board-page", "leaderboard page, top 100")]
    [InlineData("claim", "a claim, 60 jobs of 100 users in the queue, SQLite")]
    [InlineData("datasets", "matching 1,000 reported with 100 planted patterns over 10,000 transfers")]
    [InlineData("scoring", "scoring and ranking 100 participants × 7 days × 4 runs")]
    public async Task Every_row_of_the_benchmarks_gives_a_line_of_the_table(string row, string line)
    {
        await RowAsync(row, line);
    }

    [PostgresFact]
    public Task Freshness_row_gives_a_line_of_the_table_on_Postgres() => RowAsync("freshness", "from a recorded verdict to the page, two servers, 1,000 runs, PostgreSQL");

    [PostgresFact]
    public async Task A_Postgres_that_does_not_write_to_disk_is_not_measured()
    {
        var result = await CommandLine.RunAsync(Repository.Benchmarks, ["freshness", "--quick"], new Dictionary<string, string?> { ["AGON_PG"] = PostgresFactAttribute.ConnectionString });
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("agon-bench: the PostgreSQL server that AGON_PG names has fsync off", result.Errors);
    }

    [Tournaments.DockerFact]
    public Task Docker_row_gives_a_line_of_the_table() => RowAsync("docker", "added to a bare docker run");

    private async Task RowAsync(string row, string line)
    {
        var result = await CommandLine.RunAsync(Repository.Benchmarks, [row, "--quick"], postgres.Environment);
        Assert.True(result.ExitCode == 0, $"agon-bench {row} ended with {result.ExitCode}: {result.Errors}{result.Output}");
        Assert.Contains($"| {line}", result.Output, StringComparison.Ordinal);
    }
}

/// <summary>A test that needs these programs; without them, a visible skip.</summary>
internal sealed class ClientTheoryAttribute : TheoryAttribute
{
    public ClientTheoryAttribute(params string[] programs)
    {
        if (programs.FirstOrDefault(program => !IsThere(program)) is { } missing)
            Skip = $"there is no {missing} on the PATH (./test installs it as root)";
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
