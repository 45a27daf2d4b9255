using System.Net;
using System.Text.Json;

namespace Agon.Soak;

/// <summary>One POST: what was sent, and what the client knows of it.</summary>
internal sealed class Entry(string code, string mode)
{
    public string Code => code;

    public string Mode => mode;

    /// <summary>What the server promised; null: it refused, or never answered, and may have accepted all the same.</summary>
    public long? AcceptedAs { get; set; }
}

/// <summary>Hands entries in over HTTP, each with a text of its own, and keeps account of them.</summary>
internal sealed class Participant(HttpClient client, string cliId)
{
    private readonly List<Entry> entries = [];

    public IReadOnlyList<Entry> Entries => entries;

    /// <summary>Answers that no client should get: neither 202 nor 503 with Retry-After.</summary>
    public List<string> WrongAnswers { get; } = [];

    public int Unanswered { get; private set; }

    public int TurnedAway { get; private set; }

    /// <summary>Ends when the answer is there, or when it is clear that none comes.</summary>
    /// <param name="mode">test or leaderboard.</param>
    /// <param name="isSlow">Whether each of its phases takes seconds, in which its worker has nothing to write.</param>
    public async Task SubmitAsync(string mode, bool isSlow = false)
    {
        var wait = isSlow ? "    import time\n    time.sleep(1)\n" : "";
        var entry = new Entry($"# entry {entries.Count + 1}\ndef twice(number):\n{wait}    return number + number\n", mode);
        entries.Add(entry);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/submission/quick/CPU/{mode}");
        request.Headers.Add("X-Popcorn-Cli-Id", cliId);
        request.Content = new MultipartFormDataContent { { new StringContent(entry.Code), "file", "submission.py" } };
        try
        {
            using var answer = await client.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.Accepted)
                entry.AcceptedAs = JsonDocument.Parse(body).RootElement.GetProperty("details").GetProperty("id").GetInt64();
            else if (answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is not null)
                TurnedAway++;
            else
                WrongAnswers.Add($"POST was answered with {(int)answer.StatusCode} {body}");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            Unanswered++;
        }
    }

    /// <summary>Whether the server answers from its database; anything but 200 and 503 is noted.</summary>
    public async Task<bool> IsServedAsync()
    {
        try
        {
            using var answer = await client.GetAsync("/leaderboards");
            if (answer.StatusCode != HttpStatusCode.OK && (answer.StatusCode != HttpStatusCode.ServiceUnavailable || answer.Headers.RetryAfter is null))
                WrongAnswers.Add($"GET was answered with {(int)answer.StatusCode}");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }
}
