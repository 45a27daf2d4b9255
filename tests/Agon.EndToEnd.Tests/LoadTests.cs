namespace Agon.EndToEnd.Tests;

/// <summary><c>./test load</c>, small: a server that is watched, flooded, badly treated and asked by one for more than his share stays small, and answers the others.</summary>
public sealed class LoadTests
{
    [Fact]
    public Task On_Sqlite_memory_is_bounded_and_readers_are_answered() => LoadAsync("sqlite");

    [PostgresFact]
    public Task On_Postgres_memory_is_bounded_and_readers_are_answered() => LoadAsync("postgres");

    private static async Task LoadAsync(string database)
    {
        var result = await CommandLine.RunAsync(Repository.Soak,
            ["load", "--watchers", "200", "--submitters", "50", "--jobs", "1000", "--slow", "4", "--wait", "60", "--database", database]);
        Assert.True(result.ExitCode == 0, $"{result.Output}\n{result.Errors}");
        Assert.Contains("slow readers cut off: 4 of 4; unfinished uploads that got 408: 4 of 4", result.Output);
        // That he was refused, and nobody else, is part of how it ended; what is his he gets.
        Assert.Matches(@"greedy with 500 requests open, answered with 200: [1-9]\d*, 429: ", result.Output);
    }
}
