using Agon.Server.Limits;

namespace Agon.Server.Tests.Limits;

public class FairLineTests
{
    [Fact]
    public async Task Free_places_go_round_the_callers_whoever_came_first()
    {
        var line = Line(most: 1);
        var place = await EnterAsync(line, "greedy");
        var order = new List<string>();
        var waiting = new[] { "greedy", "greedy", "greedy", "ada", "bob", "ada" }.Select(caller => TellAsync(line, caller, order)).ToList();
        while (waiting.Count > 0)
        {
            place.Dispose();
            var next = await Task.WhenAny(waiting);
            waiting.Remove(next);
            place = (await next)!;
        }
        Assert.Equal(["greedy", "ada", "bob", "greedy", "ada", "greedy"], order);
    }

    [Fact]
    public async Task A_caller_who_has_all_that_is_his_does_not_keep_another_from_a_free_place()
    {
        var line = Line(most: 3, mostByCaller: 2);
        var first = await EnterAsync(line, "greedy");
        await EnterAsync(line, "greedy");
        var waits = line.EnterAsync("greedy", CancellationToken.None).AsTask();
        Assert.False(waits.IsCompleted);
        var other = await EnterAsync(line, "ada");
        other.Dispose();
        Assert.False(waits.IsCompleted);
        first.Dispose();
        Assert.NotNull(await waits);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_the_patience_and_leaves_no_trace()
    {
        var line = new FairLine(1, 1, 10, 10, TimeSpan.FromMilliseconds(20), TimeProvider.System);
        var place = await EnterAsync(line, "greedy");
        Assert.Null(await line.EnterAsync("ada", CancellationToken.None));
        Assert.Equal(1, line.Callers);
        place.Dispose();
        Assert.Equal(0, line.Callers);
        Assert.NotNull(await line.EnterAsync("ada", CancellationToken.None));
    }

    [Fact]
    public async Task Whoever_leaves_the_line_makes_room_in_it()
    {
        var line = Line(most: 1, mostWaiting: 1);
        var place = await EnterAsync(line, "greedy");
        using var left = new CancellationTokenSource();
        var waits = line.EnterAsync("ada", left.Token).AsTask();
        Assert.Null(await line.EnterAsync("bob", CancellationToken.None));
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        var bob = line.EnterAsync("bob", CancellationToken.None).AsTask();
        place.Dispose();
        Assert.NotNull(await bob);
    }

    [Fact]
    public async Task A_flood_takes_no_more_of_the_line_than_is_one_callers()
    {
        var line = Line(most: 1, mostWaiting: 4, mostWaitingByCaller: 2);
        await EnterAsync(line, "greedy");
        var greedy = Enumerable.Range(0, 10).Select(_ => line.EnterAsync("greedy", CancellationToken.None).AsTask()).ToList();
        Assert.Equal(8, greedy.Count(wait => wait.IsCompleted));
        Assert.False(line.EnterAsync("ada", CancellationToken.None).AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_place_that_is_given_back_twice_is_one_place()
    {
        var line = Line(most: 1);
        var place = await EnterAsync(line, "ada");
        place.Dispose();
        place.Dispose();
        await EnterAsync(line, "ada");
        Assert.False(line.EnterAsync("bob", CancellationToken.None).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Under_a_crowd_no_more_than_the_most_have_a_place_and_everybody_gets_one()
    {
        var line = Line(most: 3, mostByCaller: 2, mostWaiting: 10_000, mostWaitingByCaller: 10_000);
        var (inside, highest, served) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(n => Task.Run(async () =>
        {
            using var place = await EnterAsync(line, $"{n % 7}");
            var now = Interlocked.Increment(ref inside);
            for (var seen = highest; now > seen && Interlocked.CompareExchange(ref highest, now, seen) != seen; seen = highest)
            {
            }
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            Interlocked.Increment(ref served);
        })));
        Assert.Equal((2000, 0), (served, line.Callers));
        Assert.InRange(highest, 1, 3);
    }

    private static FairLine Line(int most, int mostByCaller = 1000, int mostWaiting = 1000, int mostWaitingByCaller = 1000) =>
        new(most, mostByCaller, mostWaiting, mostWaitingByCaller, TimeSpan.FromMinutes(2), TimeProvider.System);

    private static async Task<IDisposable> EnterAsync(FairLine line, string caller)
    {
        var place = await line.EnterAsync(caller, CancellationToken.None);
        Assert.NotNull(place);
        return place;
    }

    private static async Task<IDisposable?> TellAsync(FairLine line, string caller, List<string> order)
    {
        var place = await line.EnterAsync(caller, CancellationToken.None);
        order.Add(caller);
        return place;
    }
}
