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
        var renewing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handling = HandlingOf(world, lease);
        await using var keeper = new LeaseKeeper(
            handling with { Renew = (now, then, cancellationToken) => { renewing.TrySetResult(); return handling.Renew(now, then, cancellationToken); } }, until, Options, clock);
        await Eventually.IsAsync(() => Task.FromResult(clock.Timers == 2));   // for its doubt, and for its first heartbeat
        await using (await world.HoldAsync())
        {
            clock.Move(Options.HeartbeatEvery);
            await renewing.Task;
            clock.Move(until - Options.HeartbeatEvery - clock.GetUtcNow() - TimeSpan.FromTicks(1));
            Assert.False(keeper.IsLost);
            clock.Move(TimeSpan.FromTicks(1));
            await Assert.ThrowsAsync<TaskCanceledException>(() => Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, keeper.Lost));
        }
    }

    [Fact]
    public async Task A_heartbeat_that_fails_when_the_work_is_over_spoils_nothing()
    {
        var clock = new SteppedClock();
        var (beating, renewal, missed) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource<bool>(), 0);
        var handling = new LeaseHandling((_, _, _) => { beating.SetResult(); return renewal.Task; }, () => { }, _ => missed++);
        var keeper = new LeaseKeeper(handling, clock.GetUtcNow() + Options.Lease, Options, clock);
        await Eventually.IsAsync(() => Task.FromResult(clock.Timers == 2));
        clock.Move(Options.HeartbeatEvery);
        await beating.Task;

        var over = keeper.DisposeAsync();
        renewal.SetException(new TimeoutException("the database is locked"));
        await over;
        Assert.Equal((0, false), (missed, keeper.IsLost));
    }

    [Fact]
    public async Task A_lease_that_is_renewed_is_kept()
    {
        await using var world = await TestWorld.CreateAsync();
        var clock = new SteppedClock();
        var (lease, until) = await ClaimAsync(world, clock);
        var beats = new Beats(HandlingOf(world, lease));
        await using var keeper = new LeaseKeeper(beats.Handling, until, Options, clock);

        while (clock.GetUtcNow() <= until)
            await beats.NextAsync(clock);
        Assert.False(keeper.IsLost);
    }

    [Fact]
    public async Task A_runner_may_go_on_for_less_than_the_lease_lasts_and_for_longer_once_it_is_renewed()
    {
        await using var world = await TestWorld.CreateAsync();
        var clock = new SteppedClock();
        var (lease, until) = await ClaimAsync(world, clock);
        var beats = new Beats(HandlingOf(world, lease));
        await using var keeper = new LeaseKeeper(beats.Handling, until, Options, clock);

        var whole = keeper.Left;
        Assert.InRange(whole, TimeSpan.FromTicks(1), Options.Lease - Options.HeartbeatEvery);
        var almost = Options.HeartbeatEvery - TimeSpan.FromTicks(1);
        clock.Move(almost);
        Assert.Equal(whole - almost, keeper.Left);
        await beats.NextAsync(clock);
        await Eventually.IsAsync(() => Task.FromResult(keeper.Left == whole));
    }

    [Fact]
    public async Task A_renewal_that_comes_after_the_end_was_recorded_does_not_say_that_the_lease_is_lost()
    {
        await using var world = await TestWorld.CreateAsync();
        var clock = new SteppedClock();
        var (lease, until) = await ClaimAsync(world, clock);
        var beats = new Beats(HandlingOf(world, lease));
        await using var keeper = new LeaseKeeper(beats.Handling, until, Options, clock);

        keeper.Conclude();
        Assert.True(await world.Jobs.ReleaseAsync(lease, clock.GetUtcNow(), CancellationToken.None));
        while (clock.GetUtcNow() <= until)
            await beats.NextAsync(clock);
        Assert.False(keeper.IsLost);
    }

    /// <summary>Counts a keeper's heartbeats, and makes it have one.</summary>
    private sealed class Beats(LeaseHandling handling)
    {
        private int ended;

        public LeaseHandling Handling => handling with
        {
            Renew = async (now, until, cancellationToken) =>
            {
                var isRenewed = await handling.Renew(now, until, cancellationToken);
                Interlocked.Increment(ref ended);
                return isRenewed;
            },
        };

        public async Task NextAsync(SteppedClock clock)
        {
            // One timer for the doubt, one for each pause before a heartbeat, one for each heartbeat's limit.
            var before = Volatile.Read(ref ended);
            await Eventually.IsAsync(() => Task.FromResult(clock.Timers == 2 * (before + 1)));
            clock.Move(Options.HeartbeatEvery);
            await Eventually.IsAsync(() => Task.FromResult(Volatile.Read(ref ended) > before));
        }
    }

    private static LeaseHandling HandlingOf(TestWorld world, JobLease lease) =>
        new((now, until, cancellationToken) => world.Jobs.RenewAsync(lease, now, until, cancellationToken), () => { }, _ => { });

    private static async Task<(JobLease Lease, DateTimeOffset Until)> ClaimAsync(TestWorld world, SteppedClock clock)
    {
        var board = await world.AddBoardAsync();
        await world.SubmitAsync((await world.AddUserAsync()).User, board);
        await world.ConnectHandAsync();
        clock.Move(TimeProvider.System.GetUtcNow() - clock.GetUtcNow());   // a slot that was seen in the future counts for nothing
        var now = clock.GetUtcNow();
        var lease = await world.Jobs.ClaimAsync("hand", "hand", now, now + Options.Lease, CancellationToken.None);
        Assert.NotNull(lease);
        return (lease, now + Options.Lease);
    }
}
