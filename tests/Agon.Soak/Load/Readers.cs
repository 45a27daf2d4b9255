using System.Diagnostics;

namespace Agon.Soak.Load;

/// <summary>What goes on while readers ask.</summary>
internal enum Around
{
    /// <summary>All hand in, and the bad clients are at it.</summary>
    HandingIn,

    /// <summary>Only watchers, and the long queue.</summary>
    Calm,

    /// <summary>The same, and one greedy participant.</summary>
    Greedy,
}

/// <summary>Those who only ask: one for each address, again and again, until the load is over.</summary>
internal sealed class Readers(HttpClient client, TimeSpan mostWait)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<(string Path, List<(Around Around, double Milliseconds)> Own)> waits = [];

    public List<string> Faults { get; } = [];

    /// <summary>What goes on from now on.</summary>
    public Around Around { get; set; }

    public async Task AskAsync(string path, string cliId, CancellationToken over)
    {
        var own = new List<(Around, double)>();
        lock (waits)
            waits.Add((path, own));
        while (!over.IsCancellationRequested)
        {
            var (around, began) = (Around, Stopwatch.GetTimestamp());
            var wrong = await WrongAsync(path, cliId);
            var took = Stopwatch.GetElapsedTime(began);
            own.Add((around, took.TotalMilliseconds));
            if (wrong is not null || took > mostWait)
                Fault($"GET {path} after {took.TotalSeconds:0.0} s: {wrong ?? "too late"}");
            await Patiently.WaitAsync(Pause);
        }
    }

    /// <summary>For each address, and for all together, a line for each thing that went on: how often it was asked, and how long the answers took.</summary>
    public IEnumerable<string> Table() =>
        waits.Append(("all of them", [.. waits.SelectMany(one => one.Own)])).SelectMany(one => Enum.GetValues<Around>().Select(around => Row(
            around == Around.HandingIn ? one.Path : $"  {(around == Around.Calm ? "nobody greedy" : "one greedy")}",
            one.Own.Where(wait => wait.Around == around).Select(wait => wait.Milliseconds))));

    private static string Row(string name, IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        return $"  {name,-34} {sorted.Count,6} {At(sorted, 0.5),9:0.0} {At(sorted, 0.99),9:0.0} {At(sorted, 1),9:0.0}";
    }

    private static double At(List<double> sorted, double part) => sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];

    private async Task<string?> WrongAsync(string path, string cliId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Popcorn-Cli-Id", cliId } } };
        try
        {
            using var answer = await client.SendAsync(request);
            await answer.Content.ReadAsByteArrayAsync();
            return answer.IsSuccessStatusCode ? null : $"{(int)answer.StatusCode}";
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return error.Message;
        }
    }

    private void Fault(string fault)
    {
        lock (Faults)
            Faults.Add(fault);
    }
}
