using System.Collections.Concurrent;
using Agon.Cli.Http;
using Agon.Cli.Submissions;
using Agon.Domain.Submissions;
using Microsoft.AspNetCore.Http;

namespace Agon.Cli.Tests.Submissions;

public sealed class SubmissionWatchTests
{
    private const string Running = """{"id":7,"leaderboard_id":1,"leaderboard_name":"primes","file_name":"a.py","user_id":"u","submission_time":"2026-01-01T00:00:00Z","done":false,"code":"","runs":[],"job":{"status":"running","error":null,"last_heartbeat":null},"runner_queue":null}""";
    private static readonly string Done = Running.Replace("\"done\":false", "\"done\":true", StringComparison.Ordinal).Replace("running", "succeeded", StringComparison.Ordinal);

    private readonly TaskCompletionSource secondSeen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<SubmissionEvent> events = [];
    private readonly List<string> notes = [];

    [Fact]
    public async Task A_broken_stream_is_taken_up_behind_the_last_event_that_came()
    {
        var asked = new ConcurrentQueue<string>();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (!IsEvents(context))
            {
                await context.Response.WriteAsync(asked.Count < 2 ? Running : Done);
                return;
            }
            var after = context.Request.Headers["Last-Event-ID"].ToString();
            asked.Enqueue(after);
            if (after.Length == 0)
            {
                await Send(context, 1, "log", """{"gpu":"CPU","line":"one"}""");
                await Send(context, 2, "log", """{"gpu":"CPU","line":"two"}""");
                // A reset also throws away what the peer has not read yet.
                await secondSeen.Task.WaitAsync(TimeSpan.FromSeconds(30));
                context.Abort();
                return;
            }
            await Send(context, 2, "log", """{"gpu":"CPU","line":"two"}""");
            await Send(context, 3, "done", """{"status":"succeeded","error":null}""");
        });

        Assert.Equal(Done, await WatchAsync(server));
        Assert.Equal(["", "2"], asked);
        Assert.Equal([1, 2, 3], events.Select(happened => happened.Sequence));
        Assert.Contains(notes, note => note.Contains("trying again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_without_events_is_asked_for_the_state_instead()
    {
        var polls = 0;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (IsEvents(context))
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            else
                await context.Response.WriteAsync(Interlocked.Increment(ref polls) < 2 ? Running : Done);
        });

        Assert.Equal(Done, await WatchAsync(server));
        Assert.Equal(2, polls);
        Assert.Empty(events);
    }

    [Fact]
    public async Task A_queue_that_moves_is_shown_though_its_positions_have_no_id()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (IsEvents(context))
            {
                await Send(context, 1, "queued", """{"gpu":"CPU","position":7}""");
                await context.Response.WriteAsync("event: queued\ndata: {\"gpu\":\"CPU\",\"position\":6}\n\n");
                await Send(context, 2, "done", """{"status":"succeeded","error":null}""");
            }
            else
                await context.Response.WriteAsync(Done);
        });

        Assert.Equal(Done, await WatchAsync(server));
        Assert.Equal(["queued", "queued", "done"], events.Select(happened => happened.Kind));
        Assert.Contains("6", events[1].Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_events_without_an_id_are_signs_of_life_and_not_shown()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (IsEvents(context))
            {
                await context.Response.WriteAsync("event: status\ndata: {\"status\":\"processing\",\"elapsed_time\":0.1}\n\n");
                await Send(context, 1, "done", """{"status":"succeeded","error":null}""");
            }
            else
                await context.Response.WriteAsync(Done);
        });

        await WatchAsync(server);
        Assert.Equal("done", Assert.Single(events).Kind);
    }

    [Fact]
    public async Task A_server_that_stays_broken_is_given_up_after_five_minutes()
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(context =>
        {
            Interlocked.Increment(ref requests);
            context.Abort();
            return Task.CompletedTask;
        });

        var clock = new ImpatientClock();
        var failure = await Assert.ThrowsAsync<CommandFailure>(() => WatchAsync(server, clock));
        Assert.Equal(ExitCode.Platform, failure.ExitCode);
        Assert.Contains("submission 7", failure.Message, StringComparison.Ordinal);
        Assert.InRange(clock.Waited, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5.2));
        Assert.InRange(requests, 35, 100); // a client may repeat a request on a fresh connection by itself
    }

    [Theory]
    [InlineData(StatusCodes.Status429TooManyRequests)]
    [InlineData(StatusCodes.Status503ServiceUnavailable)]
    public async Task A_server_that_asks_to_come_later_is_asked_again_no_sooner(int status)
    {
        var polls = 0;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref polls) > 2)
            {
                await context.Response.WriteAsync(Done);
                return;
            }
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "20";
        });

        var clock = new ImpatientClock();
        Assert.Equal(Done, await WatchAsync(server, clock));
        Assert.InRange(clock.Waited, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(45));
    }

    [Fact]
    public async Task Each_new_attempt_says_what_was_wrong_and_for_how_long()
    {
        var polls = 0;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (IsEvents(context))
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }
            if (Interlocked.Increment(ref polls) > 2)
            {
                await context.Response.WriteAsync(Done);
                return;
            }
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "20";
            await context.Response.WriteAsync("""{"detail":"the database is away"}""");
        });

        await WatchAsync(server, new ImpatientClock());
        Assert.Equal(
            ["the server says: the database is away (503); trying again, for 0 s by now (gives up after 5 min)",
             "the server says: the database is away (503); trying again, for 20 s by now (gives up after 5 min)"],
            notes.Where(note => note.Contains("trying again", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_that_is_gone_is_told_by_its_cause()
    {
        await Assert.ThrowsAsync<CommandFailure>(() => WatchAsync("http://127.0.0.1:9", new ImpatientClock()));
        Assert.StartsWith("no answer (Connection refused", notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_has_no_stream_to_spare_is_asked_for_the_state()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (IsEvents(context))
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else
                await context.Response.WriteAsync(Done);
        });

        Assert.Equal(Done, await WatchAsync(server));
        Assert.Empty(notes);
    }

    [Fact]
    public async Task A_refusal_ends_the_watch_at_once()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            await context.Response.WriteAsync("""{"detail":"this is somebody else's submission"}""");
        });

        var failure = await Assert.ThrowsAnyAsync<CommandFailure>(() => WatchAsync(server));
        Assert.Equal(ExitCode.Refused, failure.ExitCode);
        Assert.Contains("somebody else's", failure.Message, StringComparison.Ordinal);
    }

    private static bool IsEvents(HttpContext context) => context.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal);

    private static async Task Send(HttpContext context, int id, string kind, string data)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"event: {kind}\ndata: {data}\nid: {id}\n\n");
        await context.Response.Body.FlushAsync();
    }

    private Task<string> WatchAsync(ScriptedServer server, TimeProvider? clock = null) => WatchAsync(server.Url, clock);

    private async Task<string> WatchAsync(string url, TimeProvider? clock)
    {
        using var client = new AgonClient(new Uri(url + "/"), "id", TimeProvider.System);
        return await new SubmissionWatch(client, clock ?? TimeProvider.System, Keep, notes.Add).UntilDoneAsync(7, CancellationToken.None);
    }

    private void Keep(SubmissionEvent happened)
    {
        events.Add(happened);
        if (happened.Sequence == 2)
            secondSeen.TrySetResult();
    }

    /// <summary>A clock whose every wait is over at once, and has been.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        public TimeSpan Waited { get; private set; }

        public override long GetTimestamp() => Waited.Ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waited += dueTime;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
