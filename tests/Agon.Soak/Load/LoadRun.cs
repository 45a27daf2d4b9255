using System.Diagnostics;
using System.Net;

namespace Agon.Soak.Load;

/// <summary>One database: quiet, then under load, then quiet again.</summary>
internal static class LoadRun
{
    private const string Right = "def twice(number):\n    return number + number\n";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    // Long enough for a hundred questions to each address.
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(10);

    // As many as the list of one's submissions shows.
    private const int Listed = 50;

    /// <exception cref="OperationCanceledException">It was <paramref name="ended"/>; all that ran is stopped.</exception>
    public static async Task<bool> RunAsync(LoadOptions options, bool postgres, CancellationToken ended)
    {
        await using var server = new LoadedServer(postgres);
        await server.StartAsync(options.Submitters);
        ended.ThrowIfCancellationRequested();
        return await PlayAsync(options, postgres, server).WaitAsync(ended);
    }

    private static async Task<bool> PlayAsync(LoadOptions options, bool postgres, LoadedServer server)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 10_000, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2) };
        using var client = new HttpClient(handler) { BaseAddress = server.Url, Timeout = TimeSpan.FromMinutes(2) };
        using var limit = new CancellationTokenSource(Limit);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var crowd = new Crowd(client);
        var readers = new Readers(client, options.MostWait);
        var before = server.Memory().Now;

        // 1. Something to look at: a submission for each participant, the first one as large as may be, and a list of them for who reads and who is greedy.
        var own = new List<long>();
        foreach (var (n, cliId) in server.CliIds.Index())
            own.Add(await crowd.SubmitAsync(cliId, Right + $"# {n}".PadRight(n == 0 ? 990_000 : 10, '#'), limit.Token));
        var listed = new List<long>();
        foreach (var cliId in (string[])[server.Greedy, server.Reader])
        {
            for (var n = 0; n < Listed; n++)
                listed.Add(await crowd.SubmitAsync(cliId, $"{Right}# listed {n}\n", limit.Token));
        }

        // 2. Watchers and readers come and stay.
        var staying = Enumerable.Range(0, options.Watchers).Select(n => crowd.WatchAsync(own[n % own.Count], server.CliIds[n % own.Count], over.Token)).ToList();
        await Patiently.UntilAsync(() => Task.FromResult(crowd.Open == options.Watchers), TimeSpan.FromMinutes(2), "not every watcher found a stream");
        string[] asked = ["/health", "/board/quick", "/submissions/quick/CPU", "/leaderboards", $"/user/submissions/{listed[^1]}", "/user/submissions"];
        staying.AddRange(asked.Select(path => readers.AskAsync(path, server.Reader, over.Token)));
        var watching = server.Memory().Now;
        var connections = await server.ConnectionsAsync();

        // 3. All hand in at once, and the bad ones among them.
        var began = Stopwatch.GetTimestamp();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        var slow = Enumerable.Range(0, options.Slow).Select(_ => BadClients.ReadSlowlyAsync(server.Url, $"/user/submissions/{own[0]}", server.CliIds[0], patience.Token)).ToList();
        var unfinished = Enumerable.Range(0, options.Slow).Select(n => BadClients.UploadForEverAsync(server.Url, server.CliIds[n % own.Count], patience.Token)).ToList();
        var each = Math.Max(0, (options.Jobs / 2) - own.Count - listed.Count) / options.Submitters;
        await Task.WhenAll(server.CliIds.Select((cliId, who) => Task.Run(async () =>
        {
            for (var n = 0; n < each; n++)
                await crowd.SubmitAsync(cliId, $"{Right}# {who}, {n}\n", limit.Token);
        })));
        var took = Stopwatch.GetElapsedTime(began);
        var during = server.Memory().Now;
        connections = Math.Max(connections ?? 0, await server.ConnectionsAsync() ?? 0);
        var cutOff = (await Task.WhenAll(slow)).Count(cut => cut);
        var told = (await Task.WhenAll(unfinished)).Count(answered => answered);

        // 4. Nobody hands in any more: the readers are alone, and then one of them all is greedy.
        readers.Around = Around.Calm;
        await Patiently.WaitAsync(Reading);
        readers.Around = Around.Greedy;
        var greedy = new Greedy(server.Url, server.Greedy);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        enough.CancelAfter(Reading);
        await greedy.AskAsync(options.Greedy, enough.Token);
        var stillOpen = crowd.Open;

        // 5. They leave.
        await over.CancelAsync();
        await Task.WhenAll(staying);
        await Patiently.WaitAsync(Calm);
        var (after, peak) = server.Memory();

        List<string> faults = [.. readers.Faults, .. greedy.Faults];
        if (!server.IsAlive)
            faults.Add("the server ended");
        if (peak > options.MostMegabytes)
            faults.Add($"the server took {peak} MB");
        if (stillOpen != options.Watchers)
            faults.Add($"only {stillOpen} of {options.Watchers} streams were open at the end");
        if (cutOff != options.Slow)
            faults.Add($"only {cutOff} of {options.Slow} slow readers were cut off");
        if (told != options.Slow)
            faults.Add($"only {told} of {options.Slow} unfinished uploads got 408");
        if (options.Greedy > 0 && !greedy.WasRefused)
            faults.Add($"who kept {options.Greedy} requests open was never refused");
        Console.WriteLine($"""

            == {(postgres ? "PostgreSQL, fsync and synchronous_commit on" : "SQLite")}
            {options.Watchers} watchers, told {crowd.Events} events; {options.Submitters} submitters, {(own.Count + listed.Count + (each * options.Submitters)) * 2} jobs queued, {each * options.Submitters / took.TotalSeconds:0} accepts/s
            slow readers cut off: {cutOff} of {options.Slow}; unfinished uploads that got 408: {told} of {options.Slow}
            greedy with {options.Greedy} requests open, answered with 200: {greedy.Got(HttpStatusCode.OK)}, 429: {greedy.Got(HttpStatusCode.TooManyRequests)}, 503: {greedy.Got(HttpStatusCode.ServiceUnavailable)}
            server's memory in MB: {before} before, {watching} with the watchers, {during} with the queue, {peak} at most (bound {options.MostMegabytes}), {after} after
            connections to the database: {(postgres ? $"{connections}" : "-")}
              {"reader of",-34} {"asked",6} {"p50 ms",9} {"p99 ms",9} {"most ms",9}
            {string.Join('\n', readers.Table())}
            """);
        foreach (var fault in faults.Take(20))
            Console.WriteLine($"FAULT  {fault}");
        return faults.Count == 0;
    }
}
