using Agon.Server.Jobs;
using Agon.Server.Tests.World;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tests.Jobs;

public class WorkerPoolTests
{
    [Fact]
    public async Task Two_workers_with_one_slot_never_run_at_the_same_time()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        var ids = new List<long>();
        for (var n = 0; n < 6; n++)
            ids.Add(await world.SubmitAsync(ada, board, $"SLOW {n}"));

        // Two processes of one machine, as far as the database can tell.
        await using var first = TestWorker.Build(world, TestWorld.Workers);
        await using var second = TestWorker.Build(world, TestWorld.Workers);
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        await DoneAsync(world, ids);
        await Task.WhenAll(first.StopAsync(), second.StopAsync());

        var runs = new List<(DateTimeOffset Start, DateTimeOffset End)>();
        foreach (var id in ids)
        {
            var run = Assert.Single(await world.Submissions.RunsAsync(id, CancellationToken.None));
            runs.Add((run.StartTime, run.EndTime));
        }
        runs.Sort();
        Assert.All(runs, run => Assert.True(run.End - run.Start >= TimeSpan.FromSeconds(0.1)));
        Assert.All(runs.Zip(runs.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start, $"{pair.First} and {pair.Second} overlap"));
    }

    [Fact]
    public async Task A_pool_grows_with_the_work_and_shrinks_to_its_minimum()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        var settings = new Dictionary<string, string?>(TestWorld.Workers)
        {
            ["Jobs:MinWorkers"] = "2",
            ["Jobs:MaxWorkers"] = "4",
            ["Jobs:IdleExit"] = "00:00:00.5",
            ["Devices:CPU:Slots"] = "10",
        };
        for (var n = 0; n < 6; n++)
            await world.SubmitAsync(ada, board, $"HANG {n}");

        await using var host = await TestWorker.StartAsync(world, settings);
        var pool = host.Services.GetServices<IHostedService>().OfType<WorkerPool>().Single();
        await Eventually.IsAsync(async () => (await world.Jobs.QueueAsync("CPU", TestWorld.Now, CancellationToken.None)).Running == 4);
        Assert.Equal(4, pool.Count);

        // Nothing runs any more: the jobs are given to another machine.
        await world.Jobs.EnsureSlotsAsync("one", new Dictionary<string, int>(), TestWorld.Now, CancellationToken.None);
        await world.Jobs.RescueAsync(TestWorld.Now.AddHours(1), CancellationToken.None).ToListAsync();
        await Eventually.IsAsync(() => Task.FromResult(pool.Count == 2));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_server_whose_address_is_taken_claims_no_job()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        await world.SubmitAsync((await world.AddUserAsync()).User, board);
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var settings = world.ServerSettings with { Urls = [$"http://{other.LocalEndpoint}"] };

        await using (var host = AgonServer.Build(settings, TestWorld.Around(TestWorld.Workers)))
        {
            await Assert.ThrowsAsync<IOException>(() => host.StartAsync());
            await host.StopAsync();
        }

        var queue = await world.Jobs.QueueAsync("CPU", TestWorld.Now, CancellationToken.None);
        Assert.Equal((1, 0), (queue.Queued, queue.Running));
    }

    [PostgresFact]
    public async Task A_claimed_job_starts_although_the_pool_cannot_count_the_open_ones()
    {
        await using var world = await TestWorld.CreateAsync(onPostgres: true);
        var board = await world.AddBoardAsync();
        await world.SubmitAsync((await world.AddUserAsync()).User, board);
        var settings = new Dictionary<string, string?>(TestWorld.Workers) { ["Jobs:MinWorkers"] = "1", ["Jobs:Lease"] = "00:05:00", ["Jobs:HeartbeatEvery"] = "00:01:00" };
        await using var host = TestWorker.Build(world, settings);

        // The claim is held at its last line; behind it somebody waits for the whole table, and everybody else behind him.
        await using var status = await world.BeginAsync("UPDATE submission_job_status SET status = status");
        await host.StartAsync();
        await Eventually.IsAsync(async () => await world.WaitingAsync("UPDATE submission_job_status") == 1);
        var locking = world.BeginAsync("LOCK TABLE agon_job IN ACCESS EXCLUSIVE MODE");
        await Eventually.IsAsync(async () => await world.WaitingAsync("LOCK TABLE") == 1);
        await status.DisposeAsync();
        await using (await locking)
        {
            await Eventually.IsAsync(async () => await world.WaitingAsync("SELECT COUNT(*) FROM agon_job") == 1);
            await Eventually.IsAsync(async () => await world.WaitingAsync("SELECT job.mode") == 1);
        }
        await host.StopAsync();
    }

    [Fact]
    public async Task A_stopped_host_leaves_its_jobs_to_the_next()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        var id = await world.SubmitAsync(ada, board, "HANG");
        await using var host = await TestWorker.StartAsync(world, TestWorld.Workers);
        await Eventually.IsAsync(async () => (await world.Submissions.EventsAsync(id, 1, 1, CancellationToken.None)).Count == 1);
        await host.StopAsync();

        var queue = await world.Jobs.QueueAsync("CPU", TestWorld.Now, CancellationToken.None);
        Assert.Equal((1, 0), (queue.Queued, queue.Running));
        Assert.Equal("pending", (await world.Submissions.FindAsync(id, CancellationToken.None))!.JobStatus);
    }

    [Fact]
    public async Task The_slots_of_a_host_that_left_soon_count_no_longer_unless_another_process_of_its_machine_has_them()
    {
        await using var world = await TestWorld.CreateAsync();
        var settings = new Dictionary<string, string?>(TestWorld.Workers) { ["Jobs:Lease"] = "00:01:00", ["Jobs:HeartbeatEvery"] = "00:00:02" };
        async Task<int> SlotsAsync() =>
            (await world.Jobs.QueueAsync("CPU", TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(50), CancellationToken.None)).Slots;
        await using var first = TestWorker.Build(world, settings);
        await using var second = TestWorker.Build(world, settings);
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        await Eventually.IsAsync(async () => await SlotsAsync() == 1);
        await first.StopAsync();
        await Eventually.IsAsync(async () => await SlotsAsync() == 1);
        await second.StopAsync();
        Assert.Equal(0, await SlotsAsync());
    }

    [Fact]
    public async Task A_host_that_drains_ends_the_job_it_has_within_its_grace_and_takes_no_other()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        var gate = new Gate(world);
        var ids = new[] { await world.SubmitAsync(ada, board, gate.Marker), await world.SubmitAsync(ada, board) };
        await using var host = await TestWorker.StartAsync(world, new Dictionary<string, string?>(TestWorld.Workers) { ["Drain:Grace"] = "00:01:00" });
        await Eventually.IsAsync(async () => (await world.Submissions.FindAsync(ids[0], CancellationToken.None))!.JobStatus == "running");
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        gate.Open();
        await host.StopAsync();

        var job = await world.Submissions.FindAsync(ids[0], CancellationToken.None);
        var queue = await world.Jobs.QueueAsync("CPU", TestWorld.Now, CancellationToken.None);
        Assert.Equal((true, "succeeded", 1, 0), (job!.Done, job.JobStatus, queue.Queued, queue.Running));
    }

    [Fact]
    public async Task The_job_of_a_silent_worker_is_run_by_another()
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        var id = await world.SubmitAsync(ada, board);
        await world.ConnectHandAsync();
        var past = TestWorld.Now.AddHours(-1);
        await world.SubmitAsync(ada, board, "x = 2");
        Assert.NotNull(await world.Jobs.ClaimAsync("silent", "hand", TestWorld.Now, past, CancellationToken.None));

        await using var host = await TestWorker.StartAsync(world, TestWorld.Workers);
        await DoneAsync(world, [id]);
        await host.StopAsync();
        Assert.Single(await world.Submissions.RunsAsync(id, CancellationToken.None));
    }

    public static TheoryData<string, string, string> WrongSettings => new()
    {
        { "Jobs:HeartbeatEvery", "00:00:10", "less than a third" },
        { "Jobs:Lease", "00:00:00.5", "Lease" },
        { "Jobs:MinWorkers", "30", "MaxWorkers" },
        { "Jobs:MinWorkers", "0", "nobody would look for work" },
        { "Jobs:MaxWorkers", "-1", "MaxWorkers" },
        { "Devices:CPU:Slots", "0", "Devices:CPU" },
        { "Devices:CPU:MemoryBytes", "-5", "Devices:CPU" },
    };

    [Theory]
    [MemberData(nameof(WrongSettings))]
    public async Task A_wrong_setting_stops_the_start_by_name(string setting, string value, string says)
    {
        await using var world = await TestWorld.CreateAsync();
        await using var host = TestWorker.Build(world, new Dictionary<string, string?> { [setting] = value });
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(says, error.Message);
    }

    [Fact]
    public async Task Settings_are_read_from_the_data_folder()
    {
        await using var world = await TestWorld.CreateAsync();
        await File.WriteAllTextAsync(
            Path.Combine(world.ServerSettings.DataFolder!, "agon.json"),
            """{ "Jobs": { "PollEvery": "00:00:07" }, "Devices": { "A100": { "Slots": 3, "Cores": [1, 2] } } }""");
        await using var host = TestWorker.Build(world, TestWorld.NoWorkers);
        Assert.Equal(TimeSpan.FromSeconds(7), host.Services.GetRequiredService<IOptions<JobOptions>>().Value.PollEvery);
        var device = Assert.Single(host.Services.GetRequiredService<IOptions<Agon.Server.Devices.DeviceOptions>>().Value.Devices);
        Assert.Equal(("A100", 3, 2), (device.Key, device.Value.Slots, device.Value.Cores.Length));
    }

    private static Task DoneAsync(TestWorld world, List<long> ids) => Eventually.IsAsync(async () =>
    {
        foreach (var id in ids)
        {
            if (!(await world.Submissions.FindAsync(id, CancellationToken.None))!.Done)
                return false;
        }
        return true;
    });
}
