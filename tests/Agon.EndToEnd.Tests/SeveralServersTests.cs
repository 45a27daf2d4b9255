using System.Collections.Concurrent;
using System.Net;

namespace Agon.EndToEnd.Tests;

/// <summary>Two servers and three workers on one PostgreSQL, each replaced while clients go on.</summary>
public sealed class SeveralServersTests
{
    // More would only wait: the queue is worked off before the test ends.
    private const int EnoughSubmissions = 30;

    // None of them dies: a lease that a busy machine lets lapse would only look like it. The servers' own leases are far shorter.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private const string Right = "def twice(number):\n    return number + number\n";

    // A gap between one server and the next must not pass for a slow answer.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(15);

    [PostgresFact]
    public async Task Servers_and_workers_share_the_work_and_each_is_replaced_without_a_failed_request()
    {
        await using var world = await TestWorld.EmptyAsync(postgres: true);
        // Servers that only answer, so that what is shared is seen in the workers' logs.
        var onlyAnswers = new Dictionary<string, string?>
        {
            ["AGON__Jobs__MinWorkers"] = "0",
            ["AGON__Jobs__MaxWorkers"] = "0",
            ["AGON__Drain__Notice"] = "00:00:10",
        };
        var workers = new[] { "one", "two", "three" }.Select(machine => RunningWorker.Start(world, machine, Lease)).ToList();
        // All five at once, on a database without tables: none has to be first.
        var (starting, alsoStarting) = (world.ServeAsync(settings: onlyAnswers), world.ServeAsync(settings: onlyAnswers));
        await using var first = await starting;
        await using var second = await alsoStarting;
        await world.AgonAsync("problems", "sync", Repository.Problems);
        var participant = new Participant(await world.AddUserAsync("ada"));
        var (firstPort, secondPort) = (new Uri(first.Url).Port, new Uri(second.Url).Port);
        await using var balancer = new Balancer(firstPort, secondPort);
        await balancer.UntilUsedAsync(firstPort);
        await balancer.UntilUsedAsync(secondPort);
        using var client = new HttpClient { BaseAddress = new Uri(balancer.Url), Timeout = LongestAnswer, DefaultRequestHeaders = { ConnectionClose = true } };
        // As the command line and browsers do it: they are told to come back on a connection of its own.
        using var keptAlive = new HttpClient { BaseAddress = new Uri(balancer.Url), Timeout = LongestAnswer };
        var accepted = new ConcurrentBag<long>();
        using var enough = new CancellationTokenSource();
        var clients = new[] { client, client, keptAlive }.Select(one => KeepAskingAsync(one, participant, accepted, enough.Token)).ToList();

        try
        {
            await Eventually.TrueAsync(() => Task.FromResult(workers.All(worker => worker.Log.Contains("started on CPU"))), TimeSpan.FromMinutes(2),
                () => $"the work is not shared: {string.Join("\n", workers.Select(worker => worker.Log))}");
            // The event stream of a server that did not take the submission in.
            var watched = (await participant.SubmitAsync(first.Client, Right, "test"))!.Value;
            using var patient = new HttpClient { BaseAddress = new Uri(second.Url), Timeout = TimeSpan.FromMinutes(3) };
            Assert.Contains("event: done", await participant.EventsAsync(patient, watched));

            await first.TerminateAsync();
            await using var third = await world.ServeAsync(firstPort, onlyAnswers);
            await balancer.UntilUsedAsync(firstPort);
            workers.Add(RunningWorker.Start(world, "four", Lease));
            await workers[0].TerminateAsync();
            await second.TerminateAsync();
            await using var fourth = await world.ServeAsync(secondPort, onlyAnswers);
            foreach (var worker in workers[1..3])
                await worker.TerminateAsync();
            await enough.CancelAsync();
            await Task.WhenAll(clients);   // throws if one request failed

            Assert.NotEmpty(accepted);
            foreach (var id in accepted.Append(watched))
            {
                var view = await participant.UntilDoneAsync(third.Client, id, TimeSpan.FromMinutes(3));
                Assert.Equal("succeeded", view.GetProperty("job").GetProperty("status").GetString());
                Assert.Equal(1, view.GetProperty("runs").GetArrayLength());
                // A worker that drains costs nobody an attempt.
                var events = await participant.EventsAsync(fourth.Client, id);
                Assert.False(events.Contains("\"attempt\":2"), $"submission {id} had a second attempt: {events}\n{string.Join("\n== ", (string[])[first.Log, second.Log, third.Log, fourth.Log, .. workers.Select(worker => worker.Log)])}");
            }
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }
    }

    private static async Task KeepAskingAsync(HttpClient client, Participant participant, ConcurrentBag<long> accepted, CancellationToken enough)
    {
        for (var n = 0; !enough.IsCancellationRequested; n++)
        {
            using var answer = await client.GetAsync("/leaderboards", CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            if (n % 20 == 0 && accepted.Count < EnoughSubmissions)
                accepted.Add(await participant.SubmitAsync(client, Right, "test") ?? throw new InvalidOperationException("a POST failed"));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }
}
