using System.Diagnostics;
using System.Globalization;

namespace Agon.Benchmarks;

/// <summary>A real <c>agon serve</c>, listening on a free port of the loopback, ended with this.</summary>
internal sealed class AgonProcess : IAsyncDisposable
{
    private static readonly TimeSpan TimeToStart = TimeSpan.FromMinutes(2);

    /// <summary>Settings of a server that answers, and runs no job.</summary>
    public static readonly Dictionary<string, string> WithoutWorkers = new() { ["AGON__Jobs__MinWorkers"] = "0", ["AGON__Jobs__MaxWorkers"] = "0" };

    private readonly Process process;

    private AgonProcess(Process process, string url) => (this.process, Url) = (process, url);

    public string Url { get; }

    public int Id => process.Id;

    /// <param name="database">Its data.</param>
    /// <param name="settings">Settings as environment variables name them, such as <c>AGON__Jobs__MaxWorkers</c>.</param>
    /// <param name="cancellationToken">Calls the start off.</param>
    /// <param name="hear">Gets each line of its log; by default they go where ours go.</param>
    public static async Task<AgonProcess> ServeAsync(
        BenchDatabase database, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken, Action<string>? hear = null)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "agon"),
            ["serve", .. database.Arguments, "--urls", "http://127.0.0.1:0", "--i-trust-all-submitters", "--stop-at-eof"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            RedirectStandardError = hear is not null,
        };
        foreach (var (name, value) in database.Environment)
            start.Environment[name] = value;
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        start.Environment.TryAdd("AGON__Logging__LogLevel__Default", "Warning");
        // One address asks as often as it can; the ceiling of the whole server stays.
        start.Environment.TryAdd("AGON__Limits__RequestsAtOnce", "1000000");
        start.Environment.TryAdd("AGON__Limits__RequestsPerSecond", "1000000");
        var process = Process.Start(start)!;
        if (hear is not null)
        {
            process.ErrorDataReceived += (_, line) => hear(line.Data ?? "");
            process.BeginErrorReadLine();
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeToStart);
        var url = await process.StandardOutput.ReadLineAsync(limit.Token);
        return url is null
            ? throw new BenchmarkException("agon serve ended before it listened; its words are above")
            : new AgonProcess(process, url);
    }

    /// <summary>The processes that it started; none if it has ended.</summary>
    public static IReadOnlyList<int> ChildrenOf(int process)
    {
        try
        {
            return [.. Directory.EnumerateDirectories($"/proc/{process}/task")
                .SelectMany(thread => File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];   // it ended, or one of its threads did, while we looked
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
        process.Dispose();
    }
}
