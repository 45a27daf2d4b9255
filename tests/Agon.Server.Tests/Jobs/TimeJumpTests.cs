using Agon.Server.Jobs;
using Agon.Server.Tests.World;
using Agon.Storage.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Agon.Server.Tests.Jobs;

/// <summary>Clocks that jump, and the rows that they leave behind.</summary>
public class TimeJumpTests
{
    [Fact]
    public Task Jobs_and_leases_from_an_hour_ahead_do_not_wait_for_that_hour_on_SQLite() => FutureAsync(onPostgres: false);

    [PostgresFact]
    public Task Jobs_and_leases_from_an_hour_ahead_do_not_wait_for_that_hour_on_PostgreSQL() => FutureAsync(onPostgres: true);

    [Theory]
    [InlineData(60)]
    [InlineData(3600)]
    public async Task A_lease_longer_than_this_machines_own_is_left_to_its_worker(int seconds)
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        await world.SubmitAsync((await world.AddUserAsync()).User, board);
        await world.ConnectHandAsync();
        var now = TimeProvider.System.GetUtcNow();
        var lease = (await world.Jobs.ClaimAsync("far", "hand", now, now.AddSeconds(seconds), CancellationToken.None))!;

        // A hundred of this clock's seconds pass in one: the lease is seen unrenewed for far longer than this machine's own last.
        var clock = new HurriedClock();
        using var rescuer = new LeaseRescuer(world.Jobs, new FutureRows(world.Database), new News(), new DatabaseOutage(clock, NullLogger<DatabaseOutage>.Instance), clock,
            Options.Create(new JobOptions { Lease = TimeSpan.FromSeconds(2), HeartbeatEvery = TimeSpan.FromSeconds(0.5) }), NullLogger<LeaseRescuer>.Instance);
        var began = clock.GetTimestamp();
        await Eventually.IsAsync(async () =>
        {
            await rescuer.CureAsync(CancellationToken.None);
            return clock.GetElapsedTime(began) > TimeSpan.FromSeconds(20);
        });
        await rescuer.RescueAsync(CancellationToken.None);
        Assert.True(await world.Jobs.RenewAsync(lease, TimeProvider.System.GetUtcNow(), now.AddSeconds(seconds), CancellationToken.None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_jumps_while_a_job_runs_costs_no_submission_and_doubles_none(int hours)
    {
        await using var world = await TestWorld.CreateAsync();
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        var first = await world.SubmitAsync(ada, board, "SLOW 1");
        await using var host = await TestWorker.StartAsync(world, TestWorld.Workers, world.Clock);
        await Eventually.IsAsync(async () => (await world.Submissions.FindAsync(first, CancellationToken.None))!.JobStatus != "pending");
        world.Clock.Move(TimeSpan.FromHours(hours));
        var second = await world.SubmitAsync(ada, board, "SLOW 2", at: world.Clock.GetUtcNow());
        await OnceAsync(world, first);
        await OnceAsync(world, second);
        await host.StopAsync();
    }

    private static async Task FutureAsync(bool onPostgres)
    {
        await using var world = await TestWorld.CreateAsync(onPostgres);
        var board = await world.AddBoardAsync();
        var (ada, _) = await world.AddUserAsync();
        await world.ConnectHandAsync();
        var ahead = TestWorld.Now.AddHours(1);
        var held = await world.SubmitAsync(ada, board, "x = 1", at: ahead);
        Assert.NotNull(await world.Jobs.ClaimAsync("dead", "hand", ahead, ahead.AddSeconds(3), CancellationToken.None));
        var waiting = await world.SubmitAsync(ada, board, "x = 2", at: ahead);

        await using var host = await TestWorker.StartAsync(world, TestWorld.Workers);
        await OnceAsync(world, held);
        await OnceAsync(world, waiting);
        await host.StopAsync();
    }

    private static async Task OnceAsync(TestWorld world, long id)
    {
        await Eventually.IsAsync(async () => (await world.Submissions.FindAsync(id, CancellationToken.None))!.Done);
        Assert.Equal("succeeded", (await world.Submissions.FindAsync(id, CancellationToken.None))!.JobStatus);
        Assert.Single(await world.Submissions.RunsAsync(id, CancellationToken.None));
    }
}
