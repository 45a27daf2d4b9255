using System.Net;
using Agon.Server.Tests.World;
using Microsoft.Extensions.Hosting;

namespace Agon.Server.Tests.Http;

public class ErrorsTests
{
    [Fact]
    public async Task A_healthy_server_says_so()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        var answer = await server.GetAsync("/health");
        Assert.Equal((HttpStatusCode.OK, """{"status":"ok"}"""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound, "nothing at this address")]
    [InlineData("DELETE", "/health", HttpStatusCode.MethodNotAllowed, "does not answer DELETE")]
    [InlineData("POST", "/leaderboards", HttpStatusCode.MethodNotAllowed, "does not answer POST")]
    [InlineData("GET", "/style/other.css", HttpStatusCode.NotFound, "nothing at this address")]
    public async Task An_address_that_is_not_there_is_told_in_the_shape_of_every_error(string method, string path, HttpStatusCode status, string says)
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        (await server.SendAsync(new HttpMethod(method), path)).IsRefusal(status, says);
    }

    [Fact]
    public async Task A_failure_of_the_server_tells_nothing_of_its_inside()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        await world.BreakAsync();
        var answer = await server.GetAsync("/leaderboards");
        answer.IsRefusal(HttpStatusCode.InternalServerError, "not your fault");
        Assert.DoesNotContain("leaderboard", answer.Body);
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
    }

    [Fact]
    public async Task Every_answer_carries_the_headers_that_keep_a_browser_safe()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        foreach (var path in new[] { "/health", "/nowhere", "/", "/leaderboards" })
        {
            var answer = await server.GetAsync(path);
            Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
            Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
            Assert.StartsWith("default-src 'none'", answer.Header("Content-Security-Policy"));
            Assert.Equal("no-store", answer.Header("Cache-Control"));
            Assert.False(answer.Response.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task A_server_that_goes_says_so_in_its_health_and_answers_all_else_that_still_comes()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        server.Get<IHostApplicationLifetime>().StopApplication();
        var health = await server.GetAsync("/health");
        health.IsRefusal(HttpStatusCode.ServiceUnavailable, "shutting down");
        Assert.Equal("5", health.Header("Retry-After"));
        var boards = await server.GetAsync("/leaderboards");
        Assert.Equal(HttpStatusCode.OK, boards.Status);
        Assert.True(boards.Response.Headers.ConnectionClose);
    }

    [Fact]
    public async Task A_server_with_a_notice_takes_new_connections_after_the_word_to_stop_and_then_none()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync(new Dictionary<string, string?>(TestWorld.NoWorkers) { ["Drain:Notice"] = "00:00:08" });
        server.Get<IHostApplicationLifetime>().StopApplication();
        var stopping = server.App.StopAsync();
        using var other = new HttpClient { BaseAddress = server.Http.BaseAddress };
        using var answer = await other.GetAsync("/leaderboards");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(stopping.IsCompleted);
        await stopping;
        using var late = new HttpClient { BaseAddress = server.Http.BaseAddress };
        await Assert.ThrowsAsync<HttpRequestException>(() => late.GetAsync("/leaderboards"));
    }
}
