using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Agon.Benchmarks.Rows;

/// <summary>"Leaderboard page": GETs of a board's page by <c>wrk</c>, beside a fixed body of its size from the same Kestrel.</summary>
internal static partial class BoardPageRow
{
    private const string PlainRanking = """
        WITH eligible AS (
            SELECT s.id, s.user_id, r.score, s.submission_time FROM submission s JOIN runs r ON r.submission_id = s.id
            WHERE s.leaderboard_id = 2 AND r.runner = 'CPU' AND NOT r.secret AND r.score IS NOT NULL AND r.passed AND COALESCE(s.status, '') <> 'hacked'
              AND EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = s.id AND p.runner = r.runner AND p.secret AND p.passed AND p.mode = 'leaderboard')
              AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = s.id AND p.runner = r.runner AND p.secret AND NOT p.passed)
        ), best AS (SELECT eligible.*, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY score, submission_time, id) AS place FROM eligible)
        SELECT RANK() OVER (ORDER BY score), id, score FROM best WHERE place = 1 ORDER BY score, submission_time, id LIMIT 100;
        """;

    public static Command Create(Option<bool> quick)
    {
        var runs = new Option<long[]>("--runs")
        {
            Description = "How many runs there are; several sizes make several rows. Also: 10000000",
            DefaultValueFactory = _ => [10_000, 100_000, 1_000_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var seconds = new Option<int>("--seconds") { Description = "How long each of the interleaved measurements takes", DefaultValueFactory = _ => 3 };
        var pairs = new Option<int>("--pairs") { Description = "How many pairs the medians are of", DefaultValueFactory = _ => 3 };
        var command = new Command("board-page", "The page of a leaderboard, top 100, beside a fixed body of the same size from the same Kestrel.") { runs, seconds, pairs, quick };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var once = parsed.GetValue(quick);
            bool[] databases = BenchDatabase.HasPostgres ? [false, true] : [false];
            foreach (var size in once ? [1000] : parsed.GetValue(runs)!)
            {
                foreach (var postgres in databases)
                    await MeasureAsync(size, postgres, TimeSpan.FromSeconds(once ? 1 : parsed.GetValue(seconds)), once ? 1 : parsed.GetValue(pairs), cancellationToken);
            }
            return 0;
        });
        return command;
    }

    private static async Task MeasureAsync(long runs, bool postgres, TimeSpan duration, int pairs, CancellationToken cancellationToken)
    {
        await using var database = await BenchDatabase.CreateAsync(postgres, cancellationToken);
        Table.Say($"{database.Name}: writing {runs:N0} runs");
        await RankedRuns.FillAsync(database, runs, cancellationToken);
        await using var server = await AgonProcess.ServeAsync(database, Answering, cancellationToken);
        var page = $"{server.Url}/board/{RankedRuns.Board}";
        using var http = new HttpClient();
        var bytes = (await http.GetByteArrayAsync(page, cancellationToken)).Length;

        var (fixedServer, fixedUrl) = await FixedBody.StartAsync(bytes, cancellationToken);
        try
        {
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var pair = 0; pair < pairs; pair++)
            {
                ours.Add(await Wrk.GetAsync(page, duration, cancellationToken));
                theirs.Add(await Wrk.GetAsync(fixedUrl, duration, cancellationToken));
            }
            Table.Add(
                $"leaderboard page, top 100, {bytes:N0} bytes, {runs:N0} runs, {database.Name} (wrk, {Wrk.Connections} connections)",
                $"{Samples.Median(ours):N0}/s", $"{Samples.Median(theirs):N0}/s, a fixed body from the same Kestrel",
                Samples.Median(ours) / Samples.Median(theirs), "0.33");
        }
        finally
        {
            fixedServer.Kill();
            fixedServer.Dispose();
        }
        if (database.Postgres is { } address)
            await BesideAsync(address, runs, duration, cancellationToken);
    }

    public static Dictionary<string, string> Answering { get; } = new() { ["AGON__Jobs__MinWorkers"] = "0", ["AGON__Jobs__MaxWorkers"] = "0" };

    private static async Task BesideAsync(string address, long runs, TimeSpan duration, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(address);
        var script = Path.Combine(Path.GetTempPath(), $"agon-bench-{Guid.NewGuid():N}.sql");
        await File.WriteAllTextAsync(script, PlainRanking.ReplaceLineEndings(" "), cancellationToken);
        try
        {
            var output = await Tool.RunAsync(
                "pgbench", ["-n", "-f", script, "-c", "4", "-T", duration.TotalSeconds.ToString(CultureInfo.InvariantCulture), "-h", settings.Host!, "-p", $"{settings.Port}", "-U", settings.Username!, settings.Database!],
                cancellationToken, new Dictionary<string, string?> { ["PGPASSWORD"] = settings.Password, ["PGOPTIONS"] = "-c search_path=leaderboard" });
            Table.Add($"the plain ranking over {runs:N0} runs, PostgreSQL (pgbench, 4 clients)", "", $"{double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture):N1}/s", null, "");
        }
        finally
        {
            File.Delete(script);
        }
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();
}
