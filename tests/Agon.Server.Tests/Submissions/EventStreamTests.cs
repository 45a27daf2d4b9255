using System.Net;
using System.Text.Json;
using Agon.Contracts.Submissions;
using Agon.Domain.Jobs;
using Agon.Domain.Submissions;
using Agon.Server.Accounts;
using Agon.Server.Limits;
using Agon.Server.Submissions;
using Agon.Server.Tests.World;
using Agon.Storage.Jobs;
using Microsoft.Extensions.Hosting;

namespace Agon.Server.Tests.Submissions;

public class EventStreamTests
{
    [Fact]
    public async Task A_stream_says_at_once_that_it_is_there() => await InWorldAsync(async (world, server, cliId, id) =>
    {
        await using var stream = await EventReader.OpenAsync(server, id, cliId);
        var status = (await stream.NextAsync())!;
        Assert.Equal(("status", "processing", null), (status.Kind, status.Data.GetProperty("status").GetString(), status.Id));
        Assert.True(status.Data.GetProperty("elapsed_time").GetDouble() >= 0);
        Assert.Equal("""1 queued {"gpu":"CPU","position":1,"ahead":0,"of":1}""", $"{await stream.NextAsync()}");
    });

    [Fact]
    public async Task A_stream_tells_what_happens_in_order_and_ends_with_done() => await InWorldAsync(async (world, server, cliId, id) =>
    {
        await using var stream = await EventReader.OpenAsync(server, id, cliId);
        await RunByHandAsync(world);
        var events = await stream.RestAsync();
        Assert.Equal(["queued", "phase", "log", "log", "result", "done"], events.Select(happened => happened.Kind));
        Assert.Equal([1, 2, 3, 4, 5, 6], events.Select(happened => happened.Id!.Value));
        Assert.Equal("""{"gpu":"CPU","phase":"test","state":"started","attempt":1}""", events[1].Data.GetRawText());
        Assert.Equal("second\nline", events[3].Data.GetProperty("line").GetString());
        Assert.Equal("""{"status":"succeeded","error":null}""", events[5].Data.GetRawText());
    });

    [PostgresFact]
    public async Task A_stream_is_resumed_where_it_was_left_on_any_server() => await InWorldAsync(async (world, server, cliId, id) =>
    {
        await RunByHandAsync(world);
        var other = await world.StartServerAsync();
        for (var seen = 0; seen < 6; seen++)
        {
            await using (var first = await EventReader.OpenAsync(server, id, cliId))
            {
                for (var n = 0; n < seen; n++)
                    await first.NextKeptAsync();
            }
            await using var byHeader = await EventReader.OpenAsync(other, id, cliId, lastEventId: seen);
            await using var byQuery = await EventReader.OpenAsync(server, id, cliId, query: $"?after={seen}");
            var expected = Enumerable.Range(seen + 1, 6 - seen).Select(n => (long)n);
            Assert.Equal(expected, (await byHeader.RestAsync()).Select(happened => happened.Id!.Value));
            Assert.Equal(expected, (await byQuery.RestAsync()).Select(happened => happened.Id!.Value));
        }
    }, onPostgres: true);

    [Fact]
    public async Task Who_has_seen_all_need_not_come_again() => await InWorldAsync(async (world, server, cliId, id) =>
    {
        await RunByHandAsync(world);
        Assert.Equal(HttpStatusCode.NoContent, (await server.GetAsync($"/submission/{id}/events?after=6", cliId)).Status);
    });

    [Theory]
    [InlineData("?after=x")]
    [InlineData("?after=-1")]
    public async Task A_position_that_is_no_number_is_unreadable(string query) => await InWorldAsync(async (world, server, cliId, id) =>
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.GetAsync($"/submission/{id}/events{query}", cliId)).Status));

    [Fact]
    public async Task A_waiting_submission_hears_when_it_moves_up() => await InWorldAsync(async (world, server, cliId, id) =>
    {
        var (bob, bobId) = await world.AddUserAsync("bob");
        var second = await world.SubmitAsync(bob, (await world.Leaderboards.FindAsync("lcs", CancellationToken.None))!);
        await using var stream = await EventReader.OpenAsync(server, second, bobId);
        Assert.Equal("status", (await stream.NextAsync())!.Kind);
        Assert.Equal("""1 queued {"gpu":"CPU","position":2,"ahead":1,"of":2}""", $"{await stream.NextAsync()}");
        await world.ConnectHandAsync();
        await world.ClaimByHandAsync();
        Assert.Equal(""" queued {"gpu":"CPU","position":1,"ahead":0,"of":1}""", $"{await stream.NextAsync()}");
    });

    [Fact]
    public async Task Streams_end_as_soon_as_the_server_stops() => await InWorldAsync(async (world, server, cliId, id) =>
    {
        await using var stream = await EventReader.OpenAsync(server, id, cliId);
        await stream.NextKeptAsync();
        server.Get<IHostApplicationLifetime>().StopApplication();
        // A stream that missed it would end at its next look, 15 s later.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(12));
        while (await stream.NextAsync().WaitAsync(limit.Token) is not null)
        {
        }
        await server.App.StopAsync().WaitAsync(TimeSpan.FromSeconds(30));
    });

    [Fact]
    public async Task A_user_may_open_only_so_many_streams() => await InWorldAsync(async (world, server, cliId, id) =>
    {
        var open = new List<EventReader>();
        for (var n = 0; n < new LimitOptions().StreamsByUser; n++)
            open.Add(await EventReader.OpenAsync(server, id, cliId));
        (await server.GetAsync($"/submission/{id}/events", cliId)).IsRefusal(HttpStatusCode.ServiceUnavailable, "too many streams");

        // Those that leave make room, as soon as the server has seen it.
        foreach (var stream in open)
            await stream.DisposeAsync();
        await Eventually.IsAsync(async () =>
        {
            using var again = new HttpRequestMessage(HttpMethod.Get, $"/submission/{id}/events") { Headers = { { AccessPolicies.CliIdHeader, cliId } } };
            using var answer = await server.Http.SendAsync(again, HttpCompletionOption.ResponseHeadersRead);
            return answer.StatusCode == HttpStatusCode.OK;
        });
    });

    [Fact]
    public void A_frame_has_one_data_line_whatever_is_in_it()
    {
        Assert.Equal("event: log\ndata: {\"a\":  1}\nid: 3\n\n", EventWriter.Frame(new StreamMessage("log", "{\"a\":\r\n1}", 3)));
        Assert.Equal("event: status\ndata: {}\n\n", EventWriter.Frame(new StreamMessage("status", "{}")));
    }

    private static async Task InWorldAsync(Func<TestWorld, TestServer, string, long, Task> test, bool onPostgres = false)
    {
        await using var world = await TestWorld.CreateAsync(onPostgres);
        var board = await world.AddBoardAsync();
        var (ada, cliId) = await world.AddUserAsync();
        var id = await world.SubmitAsync(ada, board, mode: SubmissionMode.Test);
        await test(world, await world.StartServerAsync(), cliId, id);
    }

    [Fact]
    public async Task A_waiting_submission_and_its_stream_tell_the_wait_that_measured_jobs_foretell()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        await world.ConnectHandAsync();
        foreach (var seconds in (int[])[8, 10, 12])
        {
            await world.SubmitAsync(ada, board);
            var lease = await world.ClaimByHandAsync();
            Assert.True(await world.Jobs.CompleteAsync(lease, TestWorld.Passed(secret: false), JobOutcome.Succeeded, 0.5, TestWorld.Now.AddSeconds(seconds), CancellationToken.None));
        }
        await world.SubmitAsync(ada, board);
        await world.ClaimByHandAsync();
        for (var n = 0; n < 2; n++)
            await world.SubmitAsync(ada, board);
        var last = await world.SubmitAsync(ada, board);

        // Two jobs of 10 s, and what is left of the running one: (8² + 10² + 12²) / (2 × 30) s.
        var queue = (await server.GetAsync($"/user/submissions/{last}", cliId)).Json.GetProperty("queue");
        Assert.Equal((3, 2), (queue.GetProperty("position").GetInt32(), queue.GetProperty("ahead").GetInt32()));
        Assert.InRange(Wait(queue, "p50"), 25, 25.3);
        Assert.InRange(Wait(queue, "p90"), 27, 35);

        await using var stream = await EventReader.OpenAsync(server, last, cliId);
        Assert.Equal(["status", "queued"], [(await stream.NextAsync())!.Kind, (await stream.NextAsync())!.Kind]);
        var told = (await stream.NextAsync())!;
        Assert.Equal(("queued", 2), (told.Kind, told.Data.GetProperty("ahead").GetInt32()));
        Assert.InRange(Wait(told.Data, "p50"), 25, 25.3);

        static double Wait(JsonElement queue, string quantile) => queue.GetProperty("wait").GetProperty(quantile).GetDouble();
    }

    private static async Task RunByHandAsync(TestWorld world)
    {
        await world.ConnectHandAsync();
        JobLease lease = await world.ClaimByHandAsync();
        var phase = new PhaseEventView { Gpu = "CPU", Phase = "test", State = "started", Attempt = 1 };
        await world.Jobs.AddEventAsync(lease, phase, TestWorld.Now, CancellationToken.None);
        LogEventView[] lines = [new() { Gpu = "CPU", Line = "first" }, new() { Gpu = "CPU", Line = "second\nline" }];
        await world.Jobs.AddEventsAsync(lease, lines, TestWorld.Now, CancellationToken.None);
        await world.Jobs.CompleteAsync(lease, TestWorld.Passed(secret: false), JobOutcome.Succeeded, 0.5, TestWorld.Now, CancellationToken.None);
    }
}
