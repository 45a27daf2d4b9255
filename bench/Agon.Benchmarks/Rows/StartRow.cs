using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Threading.Channels;

namespace Agon.Benchmarks.Rows;

/// <summary>"POST to runner": from sending an entry to the runner saying that it has read its job, beside the start of a cold runner.</summary>
internal static class StartRow
{
    private const string AtWork = "is with its runner", Ended = " ended: ";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static Command Create(Option<bool> quick)
    {
        var command = new Command("start", "From a POST to the start of the runner's work, beside the start of a cold runner.") { quick };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(quick), cancellationToken));
        return command;
    }

    private static async Task RunAsync(bool quick, CancellationToken cancellationToken)
    {
        var cold = (await Hyperfine.MediansAsync([Path.Combine(AppContext.BaseDirectory, "agon-runner")], quick ? 1 : 10, cancellationToken))[0];
        bool[] postgresToo = BenchDatabase.HasPostgres ? [false, true] : [false];
        bool[] kinds = quick ? [true] : [true, false];
        foreach (var (postgres, waits) in postgresToo.SelectMany(postgres => kinds.Select(waits => (postgres, waits))))
        {
            await using var database = await BenchDatabase.CreateAsync(postgres, cancellationToken);
            var (answers, starts) = await MeasureAsync(database, quick ? 2 : 20, waits, cancellationToken);
            var kind = waits ? "once a runner waits" : "one job right after the other";
            Table.Add($"POST to the runner's start, {database.Name}, {kind}, p50 / p95",
                $"{Samples.Median(starts):0} / {Samples.Quantile(starts, 0.95):0} ms (answer: {Samples.Median(answers):0} ms)",
                $"{cold * 1000:0} ms, start and end of an agon-runner by hyperfine", Samples.Median(starts) / (cold * 1000), "25 ms");
        }
    }

    private static async Task<(List<double> Answers, List<double> Starts)> MeasureAsync(
        BenchDatabase database, int jobs, bool waits, CancellationToken cancellationToken)
    {
        var problem = SpinProblem.Write(database.Folder, rounds: 1);
        await problem.SyncAsync(database, cancellationToken);
        var user = (await AgonCommand.AddUsersAsync(database, 1, cancellationToken))[0];
        var log = Channel.CreateUnbounded<(long At, string Line)>();
        await using var server = await AgonProcess.ServeAsync(database, new Dictionary<string, string>
        {
            ["AGON__Logging__LogLevel__Default"] = "Information",
        }, cancellationToken, line => log.Writer.TryWrite((Stopwatch.GetTimestamp(), line)));
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Add("X-Popcorn-Cli-Id", user);

        List<double> answers = [], starts = [];
        for (var job = -1; job < jobs; job++)
        {
            if (waits)
                await UntilRunnerWaitsAsync(server.Id, cancellationToken);
            using var content = new ByteArrayContent("SPUN = True\n"u8.ToArray());
            content.Headers.ContentType = new MediaTypeHeaderValue("text/x-python");
            using var form = new MultipartFormDataContent { { content, "file", "entry.py" } };
            var sent = Stopwatch.GetTimestamp();
            using var answer = await client.PostAsync($"/submission/{SpinProblem.Leaderboard}/CPU/test", form, cancellationToken);
            var answered = Stopwatch.GetTimestamp();
            answer.EnsureSuccessStatusCode();
            var started = await WaitAsync(log.Reader, AtWork, cancellationToken);
            await WaitAsync(log.Reader, Ended, cancellationToken);
            if (job < 0)
                continue;   // the first one finds a server that has never been asked
            answers.Add(Stopwatch.GetElapsedTime(sent, answered).TotalMilliseconds);
            starts.Add(Stopwatch.GetElapsedTime(sent, started).TotalMilliseconds);
        }
        return (answers, starts);
    }

    /// <summary>Until the server has one runner that has no processes of its own and uses no processor.</summary>
    private static async Task UntilRunnerWaitsAsync(int server, CancellationToken cancellationToken)
    {
        const int Looks = 4;
        var before = (Runner: 0, Ticks: "");
        for (var same = 0; same < Looks;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, cancellationToken);
            var now = AgonProcess.ChildrenOf(server) is [var runner] && AgonProcess.ChildrenOf(runner).Count == 0 ? (runner, TicksOf(runner)) : default;
            same = now.runner != 0 && now == before ? same + 1 : 0;
            before = now;
        }
    }

    /// <summary>What a process has used of the processor so far.</summary>
    private static string TicksOf(int process)
    {
        try
        {
            var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
            return $"{fields[11]} {fields[12]}";
        }
        catch (IOException)
        {
            return "ended";
        }
    }

    private static async Task<long> WaitAsync(ChannelReader<(long At, string Line)> log, string words, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Longest);
        while (true)
        {
            var (at, line) = await log.ReadAsync(limit.Token);
            if (line.Contains(words, StringComparison.Ordinal))
                return at;
        }
    }
}
