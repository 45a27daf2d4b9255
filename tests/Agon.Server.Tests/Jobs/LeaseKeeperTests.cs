using Agon.Server.Jobs;
using Agon.Server.Tests.World;
using Agon.Storage.Jobs;

namespace Agon.Server.Tests.Jobs;

public class LeaseKeeperTests
{
    private static readonly JobOptions Options = new() { Lease = TimeSpan.FromSeconds(5), HeartbeatEvery = TimeSpan.FromSeconds(1.5) };

    [Fact]
    public async Task A_lease_that_a_hanging_database_does_not_renew_is_given_up_while_there_is_time_to_end_the_runner()
    {
        await using var world = await TestWorld.CreateAsync();
        var clock = new SteppedClock();
        var (lease, until) = await ClaimAsync(world, clock);
        var renewing = new TaskCompletionSource();
        var handling = HandlingOf(world, lease);
        await using var keeper = new LeaseKeeper(
            handling with { Renew = (now, then, cancellationToken) => { renewing.TrySetResult(); return handling.Renew(now, then, cancellationToken); } }, until, Options, clock);
        await Eventually.IsAsync(() => Task.FromResult(clock.Alarms == 2));   // its doubt, and its first heartbeat
        await using (await world.HoldAsync())
        {
            clock.Move(Options.HeartbeatEvery);
            await renewing.Task;
            clock.Move(until - Options.HeartbeatEvery - clock.GetUtcNow() - TimeSpan.FromTicks(1));
            Assert.False(keeper.IsLost);
            clock.Move(TimeSpan.FromTicks(1));
            await Assert.ThrowsAsync<TaskCanceledException>(() => Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, keeper.Lost));
        }
        Assert.True(clock.GetUtcNow() < until);
    }

    [Fact]
    public async Task A_lease_that_is_renewed_is_kept()
    {
        await using var world = await TestWorld.CreateAsync();
        var (lease, until) = await ClaimAsync(world);
        await using var keeper = new LeaseKeeper(HandlingOf(world, lease), until, Options, TimeProvider.System);

        await Eventually.IsAsync(() => Task.FromResult(keeper.IsLost || TimeProvider.System.GetUtcNow() > until));
        Assert.False(keeper.IsLost);
    }

    [Fact]
    public async Task A_runner_may_go_on_for_less_than_the_lease_lasts_and_for_longer_once_it_is_renewed()
    {
        await using var world = await TestWorld.CreateAsync();
        var (lease, until) = await ClaimAsync(world);
        await using var keeper = new LeaseKeeper(HandlingOf(world, lease), until, Options, TimeProvider.System);

        var left = keeper.Left;
        Assert.InRange(left, TimeSpan.FromTicks(1), Options.Lease - Options.HeartbeatEvery);
        await Eventually.IsAsync(() =>
        {
            var later = keeper.Left;
            var isRenewed = later > left;
            left = later;
            return Task.FromResult(isRenewed);
        });
    }

    [Fact]
    public async Task A_renewal_that_comes_after_the_end_was_recorded_does_not_say_that_the_lease_is_lost()
    {
        await using var world = await TestWorld.CreateAsync();
        var (lease, until) = await ClaimAsync(world);
        await using var keeper = new LeaseKeeper(HandlingOf(world, lease), until, Options, TimeProvider.System);

        keeper.Conclude();
        Assert.True(await world.Jobs.ReleaseAsync(lease, TimeProvider.System.GetUtcNow(), CancellationToken.None));
        await Eventually.IsAsync(() => Task.FromResult(keeper.IsLost || TimeProvider.System.GetUtcNow() > until));
        Assert.False(keeper.IsLost);
    }

    private static LeaseHandling HandlingOf(TestWorld world, JobLease lease) =>
        new((now, until, cancellationToken) => world.Jobs.RenewAsync(lease, now, until, cancellationToken), () => { }, _ => { });

    private static async Task<(JobLease Lease, DateTimeOffset Until)> ClaimAsync(TestWorld world, TimeProvider? clock = null)
    {
        var board = await world.AddBoardAsync();
        await world.SubmitAsync((await world.AddUserAsync()).User, board);
        await world.ConnectHandAsync();
        var now = (clock ?? TimeProvider.System).GetUtcNow();
        return ((await world.Jobs.ClaimAsync("hand", "hand", now, now + Options.Lease, CancellationToken.None))!, now + Options.Lease);
    }
}
