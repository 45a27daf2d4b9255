using System.Text;
using System.Text.Json;
using Agon.Server.Accounts;

namespace Agon.Server.Tests.World;

/// <summary>One event of a stream, as a client reads it.</summary>
internal sealed record StreamEvent(string Kind, JsonElement Data, long? Id)
{
    public override string ToString() => $"{Id} {Kind} {Data.GetRawText()}";
}

/// <summary>An open stream of server-sent events, read strictly: LF, one data line, a blank line.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly Stream body;
    private readonly StringBuilder received = new();
    private readonly byte[] buffer = new byte[4096];

    // One for all reads: a character may come in two of them.
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

    private EventReader(HttpResponseMessage response, Stream body) => (this.response, this.body) = (response, body);

    public static async Task<EventReader> OpenAsync(TestServer server, long submission, string cliId, long? lastEventId = null, string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/submission/{submission}/events{query}");
        request.Headers.Add(AccessPolicies.CliIdHeader, cliId);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", $"{lastEventId}");
        return await ReadAsync(server, request);
    }

    /// <summary>Uploads to the address whose answer is a stream.</summary>
    public static async Task<EventReader> SubmitAsync(TestServer server, string cliId, string path, string code, string fileName = "a.py")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(code)), "file", fileName } },
        };
        request.Headers.Add(AccessPolicies.CliIdHeader, cliId);
        return await ReadAsync(server, request);
    }

    private static async Task<EventReader> ReadAsync(TestServer server, HttpRequestMessage request)
    {
        var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null at the end of the stream.</summary>
    public async Task<StreamEvent?> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var text = received.ToString();
            Assert.DoesNotContain('\r', text);
            if (text.IndexOf("\n\n", StringComparison.Ordinal) is >= 0 and var end)
            {
                received.Remove(0, end + 2);
                return Parse(text[..end]);
            }
            var count = await body.ReadAsync(buffer, limit.Token);
            if (count == 0)
            {
                Assert.Equal("", text);
                return null;
            }
            var characters = new char[decoder.GetCharCount(buffer, 0, count)];
            decoder.GetChars(buffer, 0, count, characters, 0);
            received.Append(characters);
        }
    }

    /// <summary>The next event with an id: what is kept, without what is only said.</summary>
    public async Task<StreamEvent?> NextKeptAsync()
    {
        while (await NextAsync() is { } next)
        {
            if (next.Id is not null)
                return next;
        }
        return null;
    }

    public async Task<List<StreamEvent>> RestAsync()
    {
        var rest = new List<StreamEvent>();
        while (await NextKeptAsync() is { } next)
            rest.Add(next);
        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        response.Dispose();
    }

    private static StreamEvent Parse(string frame)
    {
        var lines = frame.Split('\n').Select(line => line.Split(": ", 2)).ToList();
        var fields = lines.ToDictionary(line => line[0], line => line[1]);   // a field twice would throw
        return new StreamEvent(
            fields["event"], JsonSerializer.Deserialize<JsonElement>(fields["data"]),
            fields.TryGetValue("id", out var id) ? long.Parse(id) : null);
    }
}
