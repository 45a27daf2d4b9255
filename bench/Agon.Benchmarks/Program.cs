using System.CommandLine;
using Agon.Benchmarks;
using Agon.Benchmarks.Rows;

// One command a row of README's table; each starts what it measures, puts a named reference beside it, and prints table rows.
var quick = new Option<bool>("--quick") { Description = "The smallest size, once: to see that a row runs, not how fast" };
var root = new RootCommand("Agon's speed, each row beside a named reference in the same run. bench/run installs the clients.")
{
    BoardPageRow.Create(quick),
    EvalRow.Create(quick),
    StartRow.Create(quick),
    AcceptsRow.Create(quick),
    MemoryRow.Create(quick),
    FreshnessRow.Create(quick),
    ClaimRow.Create(quick),
    DatasetRow.Create(quick),
    DockerRow.Create(quick),
    ScoringRow.Create(quick),
    FixedBody.Create(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (BenchmarkException error)
{
    await Console.Error.WriteLineAsync($"agon-bench: {error.Message}");
    return 3;
}
