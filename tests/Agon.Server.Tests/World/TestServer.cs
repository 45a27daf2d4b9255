using System.Net;
using System.Text;
using System.Text.Json;
using Agon.Server.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Agon.Server.Tests.World;

/// <summary>The real server on a free port.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private TestServer(WebApplication app)
    {
        App = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) };
        // A test that asks has just written: nothing of a moment ago will do.
        Http.DefaultRequestHeaders.CacheControl = new() { NoCache = true };
    }

    public WebApplication App { get; }

    /// <summary>Anonymous.</summary>
    public HttpClient Http { get; }

    public static async Task<TestServer> StartAsync(ServerSettings settings, Surroundings surroundings)
    {
        var app = AgonServer.Build(settings, surroundings);
        await app.StartAsync();
        return new TestServer(app);
    }

    public T Get<T>() where T : notnull => App.Services.GetRequiredService<T>();

    public Task<Answer> GetAsync(string path, string? cliId = null) => SendAsync(HttpMethod.Get, path, cliId);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? cliId = null, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (cliId is not null)
            request.Headers.Add(AccessPolicies.CliIdHeader, cliId);
        using var response = await Http.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    /// <summary>Uploads as the client does.</summary>
    public Task<Answer> UploadAsync(string? cliId, string path, string code = "x = 1\n", string fileName = "a.py") =>
        UploadAsync(cliId, path, Encoding.UTF8.GetBytes(code), fileName);

    public Task<Answer> UploadAsync(string? cliId, string path, byte[] file, string fileName = "a.py", string field = "file") =>
        SendAsync(HttpMethod.Post, path, cliId, new MultipartFormDataContent { { new ByteArrayContent(file), field, fileName } });

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await App.StopOnceAsync();
        await App.DisposeAsync();
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(HttpStatusCode Status, string Body, HttpResponseMessage Response)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    /// <summary>The sentence of an error.</summary>
    public string Detail => Json.GetProperty("detail").GetString()!;

    public string Header(string name) => string.Join(",", Response.Headers.TryGetValues(name, out var values) ? values : Response.Content.Headers.GetValues(name));

    /// <summary>That it is a refusal with this status, in the contract's shape, which says this.</summary>
    public void IsRefusal(HttpStatusCode status, string says)
    {
        Assert.True(status == Status, $"{Status}: {Body}");
        Assert.Equal("application/json", Response.Content.Headers.ContentType?.MediaType);
        Assert.Contains(says, Detail);
    }
}
