using System.Diagnostics;
using System.Net;
using Agon.Soak;
using Npgsql;

namespace Agon.EndToEnd.Tests;

/// <summary>A PostgreSQL that is killed and stays away, and one that takes requests and gives no answer, below a server and a worker that go on.</summary>
public sealed class DatabaseAwayTests
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(15);

    // One for each of the two machines' slots, and one that waits.
    private const int Entries = 4;
    private const int Posts = 12;

    // Fewer than one caller may have in work.
    private const int Readers = 40;

    // 10 s for the statement, 10 s to call it off, and room for a busy machine. By Npgsql's own limits it would be 40 s, and a minute if
    // the readers had to wait for each other's threads.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(35);

    // Of what asks the database nothing.
    private static readonly TimeSpan LongestSignOfLife = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(200);

    // Nothing is to be lost to a busy machine: only to a database that is away for longer.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    private const string Right = "def twice(number):\n    return number + number\n";

    [PostgresFact]
    public async Task A_Postgres_that_is_away_for_30_seconds_and_one_that_hangs_turn_clients_away_in_time_and_all_work_goes_on_afterwards()
    {
        await using var postgres = new DurablePostgres();
        await postgres.StartAsync();
        await using var world = await TestWorld.OnAsync(postgres.ConnectionString);
        var participant = new Participant(await world.AddUserAsync("ada"));
        await using var server = await world.ServeAsync(settings: new Dictionary<string, string?> { ["AGON__Jobs__Lease"] = $"{Lease}", ["AGON__Jobs__Machine"] = "server" });
        await using var worker = RunningWorker.Start(world, "worker", Lease);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url), Timeout = TimeSpan.FromMinutes(3) };

        var accepted = await InFlightAndQueuedAsync(participant, client, () => $"{server.Log}{worker.Log}");
        postgres.Kill();
        await AreTurnedAwayAsync(participant, client, Away, () => server.Log);
        await postgres.StartAsync();
        await AllSucceedAsync(participant, client, accepted, () => $"{server.Log}{worker.Log}");

        accepted = await InFlightAndQueuedAsync(participant, client, () => $"{server.Log}{worker.Log}");
        await using (var writer = await LockedBoardsAsync(postgres.ConnectionString))
        {
            var readers = await WaitingReadersAsync(postgres.ConnectionString, client, () => server.Log);
            postgres.Stop();
            try
            {
                var turnedAway = Task.WhenAll(readers, AreTurnedAwayAsync(participant, client, Silent, () => server.Log));
                await Task.WhenAll(turnedAway, ShowsLifeAsync(client, turnedAway, () => server.Log));
            }
            finally
            {
                postgres.Wake();
            }
        }
        await AllSucceedAsync(participant, client, accepted, () => $"{server.Log}{worker.Log}");
        Assert.True(server.IsAlive && worker.IsAlive, $"{server.Log}{worker.Log}");
    }

    private static async Task<List<long>> InFlightAndQueuedAsync(Participant participant, HttpClient client, Func<string> log)
    {
        var accepted = new List<long>();
        for (var n = 0; n < Entries; n++)
            accepted.Add((await participant.SubmitAsync(client, $"# {n}\nimport time\ntime.sleep(1)\n{Right}", n == 0 ? "leaderboard" : "test"))!.Value);
        await Eventually.TrueAsync(async () =>
        {
            var states = await Task.WhenAll(accepted.Select(async id => (await participant.ShowAsync(client, id)).GetProperty("job").GetProperty("status").GetString()));
            return states.Contains("running") && states.Contains("pending");
        }, TimeSpan.FromMinutes(1), () => $"nothing runs while something waits: {log()}");
        return accepted;
    }

    /// <summary>Somebody who keeps all others from the table of leaderboards until it is disposed.</summary>
    private static async Task<NpgsqlConnection> LockedBoardsAsync(string address)
    {
        var connection = new NpgsqlConnection($"{address};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE leaderboard.leaderboard IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Readers whose statements are with the database, each on a connection of its own: what comes of them.</summary>
    private static async Task<Task> WaitingReadersAsync(string address, HttpClient client, Func<string> log)
    {
        var answers = Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => IsTurnedAwayAsync("a reader", () => ReadAsync(client), log)));
        await using var connection = new NpgsqlConnection($"{address};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND relation = 'leaderboard.leaderboard'::regclass", connection);
        await Eventually.TrueAsync(async () => (long)(await command.ExecuteScalarAsync())! >= Readers, TimeSpan.FromSeconds(30), () => $"the readers do not wait for the table: {log()}");
        return answers;
    }

    // Clients who ask at the same time, again and again.
    private static async Task AreTurnedAwayAsync(Participant participant, HttpClient client, TimeSpan time, Func<string> log)
    {
        var began = Stopwatch.GetTimestamp();
        do
        {
            await Task.WhenAll(
                IsTurnedAwayAsync("GET /leaderboards", () => ReadAsync(client), log),
                Task.WhenAll(Enumerable.Range(0, Posts).Select(_ => IsTurnedAwayAsync("a POST", () => HandInAsync(participant, client), log))),
                Task.Delay(BetweenQuestions, TimeProvider.System, CancellationToken.None));
        }
        while (Stopwatch.GetElapsedTime(began) < time);
    }

    private static async Task ShowsLifeAsync(HttpClient client, Task meanwhile, Func<string> log)
    {
        while (!meanwhile.IsCompleted)
        {
            var asked = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync("/health");
            Assert.True(answer.IsSuccessStatusCode, $"/health was answered with {answer.StatusCode}: {log()}");
            Assert.True(Stopwatch.GetElapsedTime(asked) < LongestSignOfLife, $"/health was answered after {Stopwatch.GetElapsedTime(asked).TotalSeconds:0} s: {log()}");
            await Task.Delay(BetweenQuestions, TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task IsTurnedAwayAsync(string what, Func<Task<(HttpStatusCode Status, bool RetryAfter)>> ask, Func<string> log)
    {
        var asked = Stopwatch.GetTimestamp();
        var (status, retryAfter) = await ask();
        Assert.True(status == HttpStatusCode.ServiceUnavailable && retryAfter, $"{what} was answered with {status}: {log()}");
        Assert.True(Stopwatch.GetElapsedTime(asked) < LongestAnswer, $"{what} was answered after {Stopwatch.GetElapsedTime(asked).TotalSeconds:0} s: {log()}");
    }

    private static async Task<(HttpStatusCode Status, bool RetryAfter)> ReadAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/leaderboards");
        return (answer.StatusCode, answer.Headers.RetryAfter is not null);
    }

    private static async Task<(HttpStatusCode Status, bool RetryAfter)> HandInAsync(Participant participant, HttpClient client)
    {
        var (status, _, retryAfter) = await participant.TryAsync(client, Right, "test");
        return (status, retryAfter);
    }

    private static async Task AllSucceedAsync(Participant participant, HttpClient client, List<long> accepted, Func<string> log)
    {
        // The first who comes may meet a connection that broke.
        await Eventually.TrueAsync(async () => (await client.GetAsync("/leaderboards")).IsSuccessStatusCode, TimeSpan.FromMinutes(1), () => $"the server does not come back: {log()}");
        foreach (var id in accepted)
        {
            var view = await participant.UntilDoneAsync(client, id, TimeSpan.FromMinutes(2));
            Assert.True(view.GetProperty("job").GetProperty("status").GetString() == "succeeded", $"{view}\n{log()}");
        }
    }
}
