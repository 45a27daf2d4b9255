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
        TimeSpan[] pauses = quick ? [TimeSpan.Zero] : [TimeSpan.FromSeconds(2), TimeSpan.Zero];
        foreach (var (postgres, pause) in postgresToo.SelectMany(postgres => pauses.Select(pause => (postgres, pause))))
        {
            await using var database = await BenchDatabase.CreateAsync(postgres, cancellationToken);
            var (answers, starts) = await MeasureAsync(database, quick ? 2 : 20, pause, cancellationToken);
            var kind = pause > TimeSpan.Zero ? $"a job every {pause.TotalSeconds:0} s after the last" : "one job right after the other";
            Table.Add($"POST to the runner's start, {database.Name}, {kind}, p50 / p95",
                $"{Samples.Median(starts):0} / {Samples.Quantile(starts, 0.95):0} ms (answer: {Samples.Median(answers):0} ms)",
                $"{cold * 1000:0} ms, start and end of an agon-runner by hyperfine", Samples.Median(starts) / (cold * 1000), "25 ms");
        }
    }

    private static async Task<(List<double> Answers, List<double> Starts)> MeasureAsync(
        BenchDatabase database, int jobs, TimeSpan pause, CancellationToken cancellationToken)
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
            await Task.Delay(pause, TimeProvider.System, cancellationToken);
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
