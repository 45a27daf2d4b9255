using System.Diagnostics;
using System.Net;
using Agon.Soak;

namespace Agon.EndToEnd.Tests;

/// <summary>A PostgreSQL that is killed and stays away, and one that takes requests and gives no answer, below a server and a worker that go on.</summary>
public sealed class DatabaseAwayTests
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(15);

    // One for each of the two machines' slots, and one that waits.
    private const int Entries = 4;
    private const int Posts = 12;

    // What a client waits at most: after that, it would take the server for dead.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(30);

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
        postgres.Stop();
        try
        {
            await AreTurnedAwayAsync(participant, client, Silent, () => server.Log);
        }
        finally
        {
            postgres.Wake();
        }
        await AllSucceedAsync(participant, client, accepted, () => $"{server.Log}{worker.Log}");
        Assert.Equal(2, world.Survivors().Count(process => process.Contains("agon serve") || process.Contains("agon worker")));
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

    // Clients who ask at the same time, again and again.
    private static async Task AreTurnedAwayAsync(Participant participant, HttpClient client, TimeSpan time, Func<string> log)
    {
        var began = Stopwatch.GetTimestamp();
        do
        {
            await Task.WhenAll(
                IsTurnedAwayAsync("GET /leaderboards", async () =>
                {
                    using var answer = await client.GetAsync("/leaderboards");
                    return (answer.StatusCode, answer.Headers.RetryAfter is not null);
                }),
                Task.WhenAll(Enumerable.Range(0, Posts).Select(_ => IsTurnedAwayAsync("a POST", () => HandInAsync(participant, client)))),
                Task.Delay(BetweenQuestions, TimeProvider.System, CancellationToken.None));
        }
        while (Stopwatch.GetElapsedTime(began) < time);

        async Task IsTurnedAwayAsync(string what, Func<Task<(HttpStatusCode Status, bool RetryAfter)>> ask)
        {
            var asked = Stopwatch.GetTimestamp();
            var (status, retryAfter) = await ask();
            Assert.True(status == HttpStatusCode.ServiceUnavailable && retryAfter, $"{what} was answered with {status}: {log()}");
            Assert.True(Stopwatch.GetElapsedTime(asked) < LongestAnswer, $"{what} was answered after {Stopwatch.GetElapsedTime(asked).TotalSeconds:0} s: {log()}");
        }
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
