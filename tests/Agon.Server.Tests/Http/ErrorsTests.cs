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
    public async Task A_server_that_goes_sends_its_clients_away_for_a_moment()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        server.Get<IHostApplicationLifetime>().StopApplication();
        (await server.GetAsync("/health")).IsRefusal(HttpStatusCode.ServiceUnavailable, "shutting down");
    }
}
