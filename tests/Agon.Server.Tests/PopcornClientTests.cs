using System.Text;
using System.Text.Json;
using Agon.Domain.Jobs;
using Agon.Server.Tests.World;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tests;

/// <summary>The contract's client, byte by byte (section 3): its headers in their order, its multipart layout, its polls on one connection.</summary>
public class PopcornClientTests
{
    // The client polls every 5 s and its pool keeps an idle connection for 90 s.
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(90);

    [Fact]
    public Task A_submission_is_accepted_and_polled_to_its_end_on_one_connection() => SubmitAndPollAsync(onPostgres: false);

    [PostgresFact]
    public Task On_PostgreSQL_too_a_submission_is_accepted_and_polled_to_its_end() => SubmitAndPollAsync(onPostgres: true);

    private static async Task SubmitAndPollAsync(bool onPostgres)
    {
        await using var world = await TestWorld.CreateAsync(onPostgres);
        await world.AddBoardAsync("LCS");
        var gate = new Gate(world);
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync(TestWorld.Workers);
        await using var connection = await RawConnection.OpenAsync(server);

        // The client lower-cases the leaderboard and the mode, and sends the device as it was typed.
        await connection.SendAsync(Upload(server, "/submission/lcs/cpu/leaderboard", cliId, $"# {gate.Marker}\nx = 1\n"));
        var accepted = await connection.ReadAnswerAsync();
        Assert.Equal("HTTP/1.1 202 Accepted", accepted.StatusLine);
        Assert.StartsWith("application/json", accepted.Headers["Content-Type"]);
        Assert.Equal("accepted", accepted.Json.GetProperty("status").GetString());
        Assert.Matches("""^\{"details":\{"id":[0-9]+,"job_status_id":[0-9]+\},"runner_queue":\{"runner":"Local","gpu":"CPU","queued_jobs":[0-9]+,""", accepted.Body);

        var id = accepted.Json.GetProperty("details").GetProperty("id").GetInt64();
        var polls = await PollAsync(connection, server, cliId, id, afterPoll: gate.Open);
        Assert.All(polls, poll => Assert.True(
            !poll.Done || poll.Status is JobStatus.Succeeded or JobStatus.Failed, $"done, but the job is {poll.Status}"));
        Assert.Equal((true, JobStatus.Succeeded), polls[^1]);
        Assert.Contains(polls, poll => !poll.Done);
    }

    [Fact]
    public Task A_failure_is_final_in_the_first_answer_that_says_done() => FailAndPollAsync(onPostgres: false);

    [PostgresFact]
    public Task On_PostgreSQL_too_a_failure_is_final_in_the_first_answer_that_says_done() => FailAndPollAsync(onPostgres: true);

    private static async Task FailAndPollAsync(bool onPostgres)
    {
        await using var world = await TestWorld.CreateAsync(onPostgres);
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync(TestWorld.Workers);
        var ids = new List<long>();
        await using var connection = await RawConnection.OpenAsync(server);
        for (var n = 0; n < 5; n++)
        {
            await connection.SendAsync(Upload(server, "/submission/lcs/CPU/test", cliId, $"# WRONG {n}\n"));
            ids.Add((await connection.ReadAnswerAsync()).Json.GetProperty("details").GetProperty("id").GetInt64());
        }
        foreach (var id in ids)
        {
            var polls = await PollAsync(connection, server, cliId, id);
            Assert.Equal((true, JobStatus.Failed), polls[^1]);
            Assert.All(polls.SkipLast(1), poll => Assert.False(poll.Done));
        }
    }

    [Fact]
    public async Task A_streamed_submission_is_framed_as_the_client_reads_it()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync(TestWorld.Workers);
        await using var connection = await RawConnection.OpenAsync(server);

        await connection.SendAsync(Upload(server, "/lcs/CPU/test", cliId, "x = 1\n"));
        var answer = await connection.ReadAnswerAsync();
        Assert.Equal("HTTP/1.1 200 OK", answer.StatusLine);
        Assert.Equal("text/event-stream", answer.Headers["Content-Type"]);
        Assert.Matches("^(event: status\ndata: \\{[^\n]+\\}\n\n)+event: result\ndata: \\{[^\n]+\\}\n\n$", answer.Body);
        Assert.DoesNotContain('\r', answer.Body);
        Assert.EndsWith("\n\n", answer.Body);
        var messages = answer.Body.TrimEnd('\n').Split("\n\n").Select(message => message.Split('\n')).ToList();
        Assert.All(messages, message => Assert.Equal(2, message.Length));
        Assert.Equal("event: status", messages[0][0]);
        Assert.Equal("event: result", messages[^1][0]);
        Assert.Equal("success", JsonSerializer.Deserialize<JsonElement>(messages[^1][1]["data: ".Length..]).GetProperty("status").GetString());

        // The connection is still good for the next request.
        await connection.SendAsync(Get(server, "/user/submissions?limit=50", cliId));
        Assert.Equal("HTTP/1.1 200 OK", (await connection.ReadAnswerAsync()).StatusLine);
    }

    [Fact]
    public async Task A_connection_may_be_idle_for_longer_than_the_clients_pool_keeps_it()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        var limits = server.Get<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.True(limits.KeepAliveTimeout >= 2 * LongestIdle, $"{limits.KeepAliveTimeout}");
    }

    private static async Task<List<(bool Done, string Status)>> PollAsync(RawConnection connection, TestServer server, string cliId, long id, Action? afterPoll = null)
    {
        var polls = new List<(bool Done, string Status)>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            await connection.SendAsync(Get(server, $"/user/submissions/{id}", cliId));
            var answer = await connection.ReadAnswerAsync();
            Assert.Equal("HTTP/1.1 200 OK", answer.StatusLine);
            Assert.False(answer.Headers.ContainsKey("Connection"));
            polls.Add((answer.Json.GetProperty("done").GetBoolean(), answer.Json.GetProperty("job").GetProperty("status").GetString()!));
            afterPoll?.Invoke();
        }
        while (!polls[^1].Done);
        return polls;
    }

    private static string Get(TestServer server, string path, string cliId) =>
        $"GET {path} HTTP/1.1\r\naccept: */*\r\nx-popcorn-cli-id: {cliId}\r\nhost: {server.Http.BaseAddress!.Authority}\r\n\r\n";

    private static string Upload(TestServer server, string path, string cliId, string code)
    {
        const string boundary = "5f1c0e9d8b7a6f43-2b1a09f8e7d6c5b4-a3928170f6e5d4c3-b2a19080f7e6d5c4";
        var body = $"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.py\"\r\n\r\n{code}\r\n--{boundary}--\r\n";
        return $"POST {path} HTTP/1.1\r\ncontent-type: multipart/form-data; boundary={boundary}\r\ncontent-length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            + $"accept: */*\r\nx-popcorn-cli-id: {cliId}\r\nhost: {server.Http.BaseAddress!.Authority}\r\n\r\n{body}";
    }
}
