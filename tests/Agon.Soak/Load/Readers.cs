using System.Diagnostics;

namespace Agon.Soak.Load;

/// <summary>Those who only ask: one for each address, again and again, until the load is over.</summary>
internal sealed class Readers(HttpClient client, TimeSpan mostWait)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<(string Path, List<double> Milliseconds)> waits = [];

    public List<string> Faults { get; } = [];

    public async Task AskAsync(string path, string cliId, CancellationToken over)
    {
        var own = new List<double>();
        lock (waits)
            waits.Add((path, own));
        while (!over.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            var wrong = await WrongAsync(path, cliId);
            var took = Stopwatch.GetElapsedTime(began);
            own.Add(took.TotalMilliseconds);
            if (wrong is not null || took > mostWait)
                Fault($"GET {path} after {took.TotalSeconds:0.0} s: {wrong ?? "too late"}");
            await Patiently.WaitAsync(Pause);
        }
    }

    /// <summary>A line for each address: how often it was asked, and how long the answers took.</summary>
    public IEnumerable<string> Table()
    {
        foreach (var (path, milliseconds) in waits)
        {
            milliseconds.Sort();
            yield return $"  {path,-34} {milliseconds.Count,6} {At(milliseconds, 0.5),9:0.0} {At(milliseconds, 0.99),9:0.0} {At(milliseconds, 1),9:0.0}";
        }
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
