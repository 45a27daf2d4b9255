using System.CommandLine;
using System.Diagnostics;
using Agon.Domain.Submissions;
using Agon.Storage.Accounts;
using Agon.Storage.Jobs;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;

namespace Agon.Benchmarks.Rows;

/// <summary>"Claim": from a worker's question to its leased job, with a long queue of many users, beside the same with a short one.</summary>
internal static class ClaimRow
{
    private const int Users = 100;
    private const int ShortestQueue = 30;

    public static Command Create(Option<bool> quick)
    {
        var jobs = new Option<int>("--jobs") { Description = "How many jobs wait", DefaultValueFactory = _ => 10_000 };
        var command = new Command("claim", "A claim from a long queue, beside one from a short queue, and the place of the last entry.") { jobs, quick };
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(quick)
            ? RunAsync(2 * ShortestQueue, ShortestQueue, claims: 20, cancellationToken)
            : RunAsync(parsed.GetValue(jobs), shortQueue: 300, claims: 200, cancellationToken));
        return command;
    }

    private static async Task RunAsync(int jobs, int shortQueue, int claims, CancellationToken cancellationToken)
    {
        foreach (var postgres in BenchDatabase.HasPostgres ? new[] { false, true } : [false])
        {
            var beside = await MeasureAsync(postgres, shortQueue, claims, cancellationToken);
            var (times, place) = await MeasureAsync(postgres, jobs, claims, cancellationToken);
            Table.Add($"a claim, {jobs:N0} jobs of {Users} users in the queue, {(postgres ? "PostgreSQL" : "SQLite")}",
                $"median {Samples.Median(times):N2} ms, p99 {Samples.Quantile(times, 0.99):N1} ms",
                $"median {Samples.Median(beside.Claims):N2} ms, the same with {shortQueue} jobs", Samples.Median(times) / Samples.Median(beside.Claims), "");
            Table.Add($"the place and wait of the last entry, {jobs:N0} jobs, {(postgres ? "PostgreSQL" : "SQLite")}",
                $"{Samples.Median(place):N2} ms", $"{Samples.Median(beside.Place):N2} ms, the same with {shortQueue} jobs", null, "");
        }
    }

    private static async Task<(List<double> Claims, List<double> Place)> MeasureAsync(bool postgres, int jobs, int claims, CancellationToken cancellationToken)
    {
        await using var place = await BenchDatabase.CreateAsync(postgres, cancellationToken);
        await SpinProblem.Write(place.Folder, rounds: 1).SyncAsync(place, cancellationToken);
        await using var database = place.Open();
        var now = TimeProvider.System.GetUtcNow();
        var last = await FillAsync(database, jobs, now, cancellationToken);
        var store = new JobStore(database);
        await store.EnsureSlotsAsync("bench", new Dictionary<string, int> { ["CPU"] = claims }, now, cancellationToken);

        List<double> times = [], places = [];
        for (var n = 0; n < claims; n++)
        {
            times.Add(await TimeAsync(async () => _ = await store.ClaimAsync($"bench-{n}", "bench", now, now.AddHours(1), cancellationToken)
                ?? throw new BenchmarkException("a job waits, and could not be claimed")));
            if (n % 20 == 0)
                places.Add(await TimeAsync(() => new SubmissionStore(database).QueuePlaceAsync(last, now, cancellationToken)));
        }
        return (times, places);
    }

    private static async Task<long> FillAsync(Storage.Database database, int jobs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var board = (await new LeaderboardStore(database).ListAsync(cancellationToken)).Single();
        var users = new List<string>();
        for (var n = 0; n < Users; n++)
            users.Add((await new UserStore(database).AddAsync($"participant {n}", now, cancellationToken)).User.Id);
        var store = new SubmissionStore(database);
        // Two of three jobs are an entry's, public and secret; one is a test.
        foreach (var some in Enumerable.Range(0, jobs / 3).Chunk(50))
        {
            await Task.WhenAll(some.SelectMany(n => (SubmissionMode[])[SubmissionMode.Leaderboard, SubmissionMode.Test], (n, mode) =>
                store.AcceptAsync(new NewSubmission(board, users[n * 7 % Users], "a.py", "x = 1", mode, ["CPU"]), now, cancellationToken)));
        }
        return (await store.AcceptAsync(new NewSubmission(board, users[0], "a.py", "x = 1", SubmissionMode.Test, ["CPU"]), now, cancellationToken)).Accepted!.Id;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
