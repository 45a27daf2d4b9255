using Agon.Domain.Jobs;

namespace Agon.Domain.Tests.Jobs;

public sealed class WaitingTimeTests
{
    private static readonly JobDurations Ten = JobDurations.Of([10, 10, 10])!;

    [Fact]
    public void Nothing_is_said_where_nothing_was_measured_or_nobody_offers_the_device()
    {
        Assert.Null(JobDurations.Of([]));
        Assert.Null(WaitingTime.Of([(3, null)], anyJob: null, running: 1, slots: 1));
        Assert.Null(WaitingTime.Of([(3, Ten)], Ten, running: 0, slots: 0));
    }

    [Fact]
    public void A_free_slot_is_no_wait_even_where_nothing_was_measured() =>
        Assert.Equal(WaitEstimate.None, WaitingTime.Of([(1, null)], anyJob: null, running: 1, slots: 3));

    [Fact]
    public void Jobs_ahead_and_the_rest_of_a_running_one_add_up()
    {
        // Always 10 s: of the one that runs 5 s are left, anywhere between 0 and 10.
        var wait = WaitingTime.Of([(3, Ten), (0, null)], Ten, running: 1, slots: 1)!;
        Assert.Equal(35, wait.P50.TotalSeconds, 3);
        Assert.Equal(35 + (1.2816 * Math.Sqrt(100.0 / 12)), wait.P90.TotalSeconds, 3);
    }

    [Fact]
    public void More_slots_are_as_many_times_as_fast()
    {
        var one = WaitingTime.Of([(8, Ten)], Ten, running: 1, slots: 1)!;
        var four = WaitingTime.Of([(8, Ten)], Ten, running: 4, slots: 4)!;
        Assert.Equal(one.P50.TotalSeconds / 4, four.P50.TotalSeconds, 3);
        Assert.Equal(one.P90.TotalSeconds / 4, four.P90.TotalSeconds, 3);
    }

    [Fact]
    public void A_kind_that_was_not_measured_counts_as_any_job() =>
        Assert.Equal(WaitingTime.Of([(2, Ten)], Ten, 1, 1), WaitingTime.Of([(2, null)], Ten, 1, 1));

    [Fact]
    public void Durations_that_vary_widen_the_estimate()
    {
        var wild = JobDurations.Of([1, 1, 1, 37])!;
        Assert.Equal(10, wild.Mean);
        Assert.True(WaitingTime.Of([(4, wild)], wild, 1, 1)!.P90 > WaitingTime.Of([(4, Ten)], Ten, 1, 1)!.P90);
    }
}
