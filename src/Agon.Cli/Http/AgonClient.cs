using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Leaderboards;
using Agon.Domain.Submissions;

namespace Agon.Cli.Http;

/// <summary>Agon's HTTP interface as its command line uses it. Answers are the server's own text, for <c>--json</c>.</summary>
internal sealed class AgonClient : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(60);

    private readonly HttpClient http;
    private readonly TimeProvider clock;

    public AgonClient(Uri server, string? cliId, TimeProvider clock)
    {
        this.clock = clock;
        Server = server;
        HasCliId = cliId is not null;
        // Redirects are not followed: the id must not travel to a host that its owner did not name.
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(15) })
        {
            BaseAddress = server,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (cliId is not null && !http.DefaultRequestHeaders.TryAddWithoutValidation("X-Popcorn-Cli-Id", cliId))
            throw CommandFailure.Usage("the CLI id holds characters that no header can carry; check AGON_CLI_ID or ~/.popcorn.yaml");
    }

    public Uri Server { get; }

    /// <summary>Whether requests say who asks.</summary>
    public bool HasCliId { get; }

    public Task<string> LeaderboardsAsync(CancellationToken cancellationToken) => GetAsync("leaderboards", cancellationToken);

    public Task<string> GpusAsync(string leaderboard, CancellationToken cancellationToken) =>
        GetAsync($"gpus/{Escape(leaderboard)}", cancellationToken);

    public Task<string> RankingAsync(string leaderboard, string gpu, CancellationToken cancellationToken) =>
        GetAsync($"submissions/{Escape(leaderboard)}/{Escape(gpu)}", cancellationToken);

    public Task<string> SubmissionAsync(long id, CancellationToken cancellationToken) => GetAsync($"user/submissions/{id}", cancellationToken);

    /// <summary>The caller's own submissions, newest first.</summary>
    public Task<string> SubmissionsAsync(string? leaderboard, int limit, CancellationToken cancellationToken) =>
        GetAsync($"user/submissions?limit={limit}{(leaderboard is null ? "" : $"&leaderboard={Escape(leaderboard)}")}", cancellationToken);

    public async Task<string> DeleteSubmissionAsync(long id, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"user/submissions/{id}");
        return await AnswerAsync(request, cancellationToken);
    }

    /// <summary>Claims an invite.</summary>
    public async Task<string> JoinAsync(string code, CancellationToken cancellationToken)
    {
        using var body = new StringContent(JsonSerializer.Serialize(new JoinRequest { Code = code }, AgonJson.Wire.JoinRequest), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "user/join") { Content = body };
        return await AnswerAsync(request, cancellationToken);
    }

    /// <summary>The address of a leaderboard's page, once it has answered.</summary>
    public async Task<Uri> BoardPageAsync(string leaderboard, CancellationToken cancellationToken)
    {
        var path = $"board/{Escape(leaderboard)}";
        await GetAsync(path, cancellationToken);
        return new Uri(Server, path);
    }

    /// <summary>Hands a file in (contract section 2.2).</summary>
    /// <returns>The 202 answer.</returns>
    public async Task<string> SubmitAsync(
        string leaderboard, string gpu, string mode, string fileName, byte[] content, CancellationToken cancellationToken)
    {
        using var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var form = new MultipartFormDataContent { { file, "file", fileName } };
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"submission/{Escape(leaderboard)}/{Escape(gpu)}/{Escape(mode)}")
        { Content = form };
        return await AnswerAsync(request, cancellationToken);
    }

    /// <summary>The events behind <paramref name="after"/>, as they happen, until the stream ends.</summary>
    /// <exception cref="TimeoutException">Nothing came for <paramref name="patience"/>.</exception>
    /// <exception cref="HttpIOException">The connection broke.</exception>
    public async IAsyncEnumerable<SubmissionEvent> EventsAsync(
        long id, long after, TimeSpan patience, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"submission/{id}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (after > 0)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", $"{after}");
        using var response = await SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);

        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var items = SseParser.Create(body).EnumerateAsync(quiet.Token).GetAsyncEnumerator(quiet.Token);
        while (await NextAsync(items, quiet, patience, cancellationToken))
            yield return new SubmissionEvent(long.TryParse(items.Current.EventId, out var sequence) ? sequence : after, items.Current.EventType, items.Current.Data);
    }

    public void Dispose() => http.Dispose();

    private async Task<bool> NextAsync(
        IAsyncEnumerator<SseItem<string>> items, CancellationTokenSource quiet, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timer = clock.CreateTimer(_ => quiet.Cancel(), null, patience, Timeout.InfiniteTimeSpan);
        try
        {
            return await items.MoveNextAsync();
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"no event for {patience.TotalSeconds} s", error);
        }
    }

    /// <summary>The answer's text.</summary>
    /// <exception cref="ServerAnswerException">It is an error.</exception>
    public async Task<string> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        // Who has just seen a verdict asks for its rank: an answer of a moment ago would be another one.
        request.Headers.CacheControl = new CacheControlHeaderValue { NoCache = true };
        return await AnswerAsync(request, cancellationToken);
    }

    /// <summary>A request that changes something, with a header of its own; the answer's text.</summary>
    /// <exception cref="ServerAnswerException">It is an error.</exception>
    public async Task<string> SendAsync(HttpMethod method, string path, string? json, (string Name, string Value) header, CancellationToken cancellationToken)
    {
        using var body = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (!request.Headers.TryAddWithoutValidation(header.Name, header.Value))
            throw CommandFailure.Usage($"what {header.Name} should carry holds characters that no header can carry");
        return await AnswerAsync(request, cancellationToken);
    }

    private async Task<string> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, HttpCompletionOption completion, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await http.SendAsync(request, completion, either.Token);
        }
        catch (HttpRequestException error)
        {
            throw new ServerAwayException(Server, error.InnerException?.Message ?? error.Message, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ServerAwayException(Server, $"no answer within {AnswerLimit.TotalSeconds} s", error);
        }
    }

    private async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        if ((int)response.StatusCode is >= 300 and < 400)
            throw CommandFailure.Refused($"{Server} sends on to {response.Headers.Location}; if that is your server, name it with --url");
        var detail = DetailOf(await response.Content.ReadAsStringAsync(cancellationToken)) ?? response.ReasonPhrase;
        throw new ServerAnswerException(response.StatusCode, $"{detail} ({(int)response.StatusCode})", response.Headers.RetryAfter?.Delta);
    }

    // {"detail": text}, a list under the same key, or {"message": text} from other servers (contract section 1).
    private static string? DetailOf(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement switch
            {
                { ValueKind: not JsonValueKind.Object } => body,
                var root when root.TryGetProperty("detail", out var detail) =>
                    detail.ValueKind == JsonValueKind.String ? detail.GetString() : detail.GetRawText(),
                var root when root.TryGetProperty("message", out var message) => message.ToString(),
                _ => body,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Escape(string segment) => Uri.EscapeDataString(segment);
}
