using System.Collections.Concurrent;
using System.Net;

namespace Agon.Soak.Load;

/// <summary>One participant who keeps many requests open, and asks again as soon as he is answered, whatever he is told.</summary>
internal sealed class Greedy(Uri server, string cliId)
{
    // Read from the database for him alone, or made for all.
    private static readonly string[] Asked = ["/user/submissions", "/submissions/quick/CPU", "/board/quick"];

    private readonly ConcurrentDictionary<HttpStatusCode, int> answers = new();

    /// <summary>How many of his requests were answered so.</summary>
    public int Got(HttpStatusCode status) => answers.GetValueOrDefault(status);

    /// <summary>Whether he was told at least once that it is too much.</summary>
    public bool WasRefused => Got(HttpStatusCode.TooManyRequests) + Got(HttpStatusCode.ServiceUnavailable) > 0;

    /// <summary>Answers that are none of the server's to a good request, or to too many.</summary>
    public IEnumerable<string> Faults =>
        answers.Where(one => one.Key is not (HttpStatusCode.OK or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            .Select(one => $"the greedy one got {(int)one.Key}, {one.Value} times");

    /// <param name="open">How many requests are under way at any moment.</param>
    /// <param name="enough">When he leaves.</param>
    public async Task AskAsync(int open, CancellationToken enough)
    {
        // Connections of his own: he is not to wait for the others, nor they for him.
        using var client = new HttpClient { BaseAddress = server };
        await Task.WhenAll(Enumerable.Range(0, open).Select(n => Task.Run(() => KeepAskingAsync(client, Asked[n % Asked.Length], enough), CancellationToken.None)));
    }

    private async Task KeepAskingAsync(HttpClient client, string path, CancellationToken enough)
    {
        try
        {
            while (true)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Popcorn-Cli-Id", cliId } } };
                using var answer = await client.SendAsync(request, enough);
                answers.AddOrUpdate(answer.StatusCode, 1, (_, so) => so + 1);
            }
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // He has seen enough.
        }
    }
}
