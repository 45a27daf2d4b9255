using System.Net;
using System.Text.Json;

namespace Agon.EndToEnd.Tests;

/// <summary>Somebody with a CLI id, over plain HTTP.</summary>
internal sealed class Participant(string cliId)
{
    /// <summary>Hands in a file; the id of what was accepted, null if the server was gone before it answered.</summary>
    public async Task<long?> SubmitAsync(HttpClient client, string code, string mode, string leaderboard = "quick")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/submission/{leaderboard}/CPU/{mode}");
        request.Headers.Add("X-Popcorn-Cli-Id", cliId);
        request.Content = new MultipartFormDataContent { { new StringContent(code), "file", "submission.py" } };
        try
        {
            using var response = await client.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{response.StatusCode}: {body}");
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("details").GetProperty("id").GetInt64();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Hands in a file: the answer's status, the id of what was accepted, and whether a refusal says when to come again.</summary>
    public async Task<(HttpStatusCode Status, long? Id, bool RetryAfter)> TryAsync(HttpClient client, string code, string mode)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/submission/quick/CPU/{mode}");
        request.Headers.Add("X-Popcorn-Cli-Id", cliId);
        request.Content = new MultipartFormDataContent { { new StringContent(code), "file", "submission.py" } };
        using var response = await client.SendAsync(request);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        long? id = response.StatusCode == HttpStatusCode.Accepted ? json.RootElement.GetProperty("details").GetProperty("id").GetInt64() : null;
        return (response.StatusCode, id, response.Headers.RetryAfter is not null);
    }

    public async Task<JsonElement> ShowAsync(HttpClient client, long id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/user/submissions/{id}");
        request.Headers.Add("X-Popcorn-Cli-Id", cliId);
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.Clone();
    }

    /// <summary>The whole event stream of a submission that has ended.</summary>
    public async Task<string> EventsAsync(HttpClient client, long id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/submission/{id}/events");
        request.Headers.Add("X-Popcorn-Cli-Id", cliId);
        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    public async Task<JsonElement> UntilDoneAsync(HttpClient client, long id, TimeSpan limit)
    {
        JsonElement seen = default;
        await Eventually.TrueAsync(async () =>
        {
            seen = await ShowAsync(client, id);
            return seen.GetProperty("done").GetBoolean();
        }, limit, () => $"submission {id} did not end: {seen}");
        return seen;
    }
}
