using System.CommandLine;
using System.Diagnostics;
using Agon.Domain.Jobs;
using Agon.Domain.Runs;
using Agon.Domain.Submissions;
using Agon.Storage.Jobs;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;

namespace Agon.Benchmarks.Rows;

/// <summary>"Fresh within a second": from a recorded verdict to the page of each of two servers over one PostgreSQL.</summary>
internal static class FreshnessRow
{
    private const int Verdicts = 20;

    public static Command Create(Option<bool> quick)
    {
        var runs = new Option<long>("--runs") { Description = "How many runs there are", DefaultValueFactory = _ => 100_000 };
        var command = new Command("freshness", "From a recorded verdict to the leaderboard page of two servers.") { runs, quick };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(quick)
            ? MeasureAsync(runs: 1_000, verdicts: 2, cancellationToken)
            : MeasureAsync(parsed.GetValue(runs), Verdicts, cancellationToken));
        return command;
    }

    private static async Task<int> MeasureAsync(long runs, int verdicts, CancellationToken cancellationToken)
    {
        await using var place = await BenchDatabase.CreateAsync(postgres: true, cancellationToken);
        await RankedRuns.FillAsync(place, runs, cancellationToken);
        await using var one = await AgonProcess.ServeAsync(place, BoardPageRow.Answering, cancellationToken);
        await using var two = await AgonProcess.ServeAsync(place, BoardPageRow.Answering, cancellationToken);
        await using var database = place.Open();
        using var http = new HttpClient();
        var waits = new List<double>();
        for (var n = 0; n < verdicts; n++)
        {
            // A score that nobody had: the page changes in its first line.
            var submission = await RankAsync(database, n, cancellationToken);
            var recorded = Stopwatch.GetTimestamp();
            waits.AddRange(await Task.WhenAll(new[] { one, two }.Select(server => UntilShownAsync(http, server, $"{submission}.py", recorded, cancellationToken))));
        }
        Table.Add(
            $"from a recorded verdict to the page, two servers, {runs:N0} runs, PostgreSQL ({waits.Count} looks)",
            $"median {Samples.Median(waits):N0} ms, at most {waits.Max():N0} ms", "", null, "1,000 ms");
        return 0;
    }

    private static async Task<double> UntilShownAsync(HttpClient http, AgonProcess server, string name, long since, CancellationToken cancellationToken)
    {
        while (!(await http.GetStringAsync($"{server.Url}/board/{RankedRuns.Board}", cancellationToken)).Contains(name, StringComparison.Ordinal))
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(30))
                throw new BenchmarkException($"{server.Url} did not show {name} within 30 s");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellationToken);
        }
        return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
    }

    private static async Task<string> RankAsync(Storage.Database database, int n, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var jobs = new JobStore(database);
        await jobs.EnsureSlotsAsync("bench", new Dictionary<string, int> { ["CPU"] = 2 }, now, cancellationToken);
        var board = (await new LeaderboardStore(database).FindAsync(RankedRuns.Board, cancellationToken))!;
        var name = $"fresh-{n}";
        var score = 1e-7 / (n + 1);
        await new SubmissionStore(database).AcceptAsync(
            new NewSubmission(board, $"u{n}", $"{name}.py", "x = 1", SubmissionMode.Leaderboard, ["CPU"]), now, cancellationToken);
        for (var job = 0; job < 2; job++)
        {
            var lease = await jobs.ClaimAsync($"bench-{n}-{job}", "bench", now, now.AddMinutes(5), cancellationToken)
                ?? throw new BenchmarkException("the job that was just accepted could not be claimed");
            await jobs.CompleteAsync(lease, Passed(now), JobOutcome.Succeeded, score, now, cancellationToken);
        }
        return name;
    }

    private static Report Passed(DateTimeOffset now) => new()
    {
        Success = true,
        System = new SystemInfo { Gpu = "CPU", Isolation = new Isolation(IsolationLevel.Strong, "none needed", []) },
        Phases = [new PhaseResult(Phase.Leaderboard, now, now, 1, Compilation: null, new HarnessRun
        {
            Success = true,
            Passed = true,
            Command = "python3 eval.py",
            Stdout = "",
            Stderr = "",
            ExitCode = 0,
            DurationSeconds = 0.1,
            Result = new Dictionary<string, string> { ["check"] = "pass" },
        })],
    };
}
