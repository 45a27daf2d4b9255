using System.Net;
using System.Text.Json;

namespace Agon.Soak.Load;

/// <summary>Those who hand in, and those who watch.</summary>
internal sealed class Crowd(HttpClient client)
{
    private int events;
    private int open;

    /// <summary>Events that watchers were told.</summary>
    public int Events => Volatile.Read(ref events);

    public int Open => Volatile.Read(ref open);

    /// <summary>Hands one in for the ranking, which makes two jobs.</summary>
    public async Task<long> SubmitAsync(string cliId, string code, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/submission/quick/CPU/leaderboard") { Headers = { { "X-Popcorn-Cli-Id", cliId } } };
            request.Content = new MultipartFormDataContent { { new StringContent(code), "file", "submission.py" } };
            using var answer = await client.SendAsync(request, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (answer.StatusCode == HttpStatusCode.Accepted)
                return JsonDocument.Parse(body).RootElement.GetProperty("details").GetProperty("id").GetInt64();
            if (answer.Headers.RetryAfter?.Delta is not { } wait)
                throw new InvalidOperationException($"POST was answered with {(int)answer.StatusCode} {body}");
            await Task.Delay(wait, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Reads a submission's events until the load is over; comes back when the stream ends, or has no place yet.</summary>
    public async Task WatchAsync(long submission, string cliId, CancellationToken over)
    {
        try
        {
            while (true)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/submission/{submission}/events") { Headers = { { "X-Popcorn-Cli-Id", cliId } } };
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, over);
                if (answer.StatusCode == HttpStatusCode.OK)
                    await ReadAsync(answer, over);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The load is over.
        }
    }

    private async Task ReadAsync(HttpResponseMessage answer, CancellationToken over)
    {
        Interlocked.Increment(ref open);
        try
        {
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(over));
            while (await lines.ReadLineAsync(over) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                    Interlocked.Increment(ref events);
            }
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }
}
