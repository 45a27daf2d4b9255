using System.Text.Json;
using Agon.Server.Tests.World;

namespace Agon.Server.Tests.Jobs;

public class RunnerQueueApiTests
{
    [Fact]
    public async Task A_devices_queue_is_counted_under_its_own_spelling()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync(gpus: ["Tiny"]);
        var (ada, _) = await world.AddUserAsync();
        await world.ConnectHandAsync("Tiny");
        await world.SubmitAsync(ada, board);
        await world.SubmitAsync(ada, board);
        await world.ClaimByHandAsync();
        var server = await world.StartServerAsync();
        Assert.Equal(
            """{"runner":"Local","gpu":"Tiny","queued_jobs":1,"running_jobs":1,"available_runners":0,"status":"available","error":null}""",
            (await server.GetAsync("/runner_queue/tINY")).Body);
    }

    [Fact]
    public async Task A_long_queue_is_counted_once_a_second()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        for (var n = 0; n < 3; n++)
            await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => world.SubmitAsync(ada, board)));
        var clock = new StoppedClock();
        var server = await world.StartServerAsync(clock: clock);
        Assert.Equal(1200, await QueuedAsync(server));

        await world.SubmitAsync(ada, board);
        Assert.Equal(1200, await QueuedAsync(server));
        clock.Move(TimeSpan.FromSeconds(1));
        Assert.Equal(1201, await QueuedAsync(server));
    }

    [Fact]
    public async Task A_device_that_nobody_offers_is_unavailable()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync(gpus: ["H100"]);
        var server = await world.StartServerAsync();
        var queue = (await server.GetAsync("/runner_queue/h100")).Json;
        Assert.Equal("unavailable", queue.GetProperty("status").GetString());
        Assert.Contains("no machine", queue.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_device_whose_machine_left_without_a_word_is_unavailable()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        await world.ConnectHandAsync();
        var server = await world.StartServerAsync(clock: world.Clock);
        Assert.Equal("available", (await server.GetAsync("/runner_queue/CPU")).Json.GetProperty("status").GetString());

        world.Clock.Move(TimeSpan.FromMinutes(1));
        var queue = (await server.GetAsync("/runner_queue/CPU")).Json;
        Assert.Equal(("unavailable", 0), (queue.GetProperty("status").GetString(), queue.GetProperty("available_runners").GetInt32()));
    }

    [Fact]
    public async Task A_machine_that_stays_stays_available()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        await using var host = await TestWorker.StartAsync(world, TestWorld.Workers);
        var later = TimeProvider.System.GetUtcNow().AddSeconds(1);
        await Eventually.IsAsync(async () => (await world.Jobs.QueueAsync("CPU", later, CancellationToken.None)).Slots == 1);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_device_that_nobody_knows_is_unknown()
    {
        await using var world = await TestWorld.CreateAsync();
        var server = await world.StartServerAsync();
        var queue = (await server.GetAsync("/runner_queue/abacus")).Json;
        Assert.Equal(("unknown", "abacus", "unavailable"),
            (queue.GetProperty("runner").GetString(), queue.GetProperty("gpu").GetString(), queue.GetProperty("status").GetString()));
        Assert.Equal(JsonValueKind.Null, queue.GetProperty("queued_jobs").ValueKind);
    }

    private static async Task<int> QueuedAsync(TestServer server) => (await server.GetAsync("/runner_queue/CPU")).Json.GetProperty("queued_jobs").GetInt32();

    /// <summary>No time passes but by a move.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        private long passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Move(TimeSpan by) => Interlocked.Add(ref passed, by.Ticks);

        public override long GetTimestamp() => Interlocked.Read(ref passed);
    }
}
