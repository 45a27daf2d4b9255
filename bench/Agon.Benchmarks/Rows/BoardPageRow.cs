using System.CommandLine;

namespace Agon.Benchmarks.Rows;

/// <summary>"Leaderboard page": GETs of a board's page by <c>wrk</c>, beside a fixed body of its size from the same Kestrel.</summary>
internal static class BoardPageRow
{
    public static Command Create()
    {
        var command = new Command("board-page", "The page of a leaderboard, beside a fixed body of the same size from the same Kestrel.");
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        foreach (var postgres in BenchDatabase.HasPostgres ? new[] { false, true } : [false])
        {
            await using var database = await BenchDatabase.CreateAsync(postgres, cancellationToken);
            await using var server = await AgonProcess.ServeAsync(database, new Dictionary<string, string>
            {
                ["AGON__Jobs__MinWorkers"] = "0",
                ["AGON__Jobs__MaxWorkers"] = "0",
            }, cancellationToken);
            var rate = await Wrk.GetAsync($"{server.Url}/health", TimeSpan.FromSeconds(2), cancellationToken);
            Table.Add($"GET /health, {database.Name}", $"{rate:N0}/s", "", null, "");
        }
        return 0;
    }
}
