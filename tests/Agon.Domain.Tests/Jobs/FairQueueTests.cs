using Agon.Domain.Jobs;

namespace Agon.Domain.Tests.Jobs;

public sealed class FairQueueTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(7, 3, 7)]     // idle for a while: from the present on, without credit
    [InlineData(7, 9, 9)]     // many of his wait: behind them
    public void A_job_stands_behind_its_users_last_one_and_never_before_the_present(long classTime, long userNext, long tag) =>
        Assert.Equal(tag, FairQueue.StartTag(classTime, userNext));

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(5, 4, false)]
    [InlineData(4, 5, true)]
    public void The_class_goes_next_that_has_had_less(long ranked, long test, bool rankedFirst) =>
        Assert.Equal(rankedFirst, FairQueue.RankedFirst(new DeviceQueue(new ClassQueue(test, 0), new ClassQueue(ranked, 0))));

    [Fact]
    public void A_class_that_waited_for_nothing_has_no_credit_when_it_comes_back()
    {
        var queue = DeviceQueue.Untouched;
        for (var n = 0; n < 1000; n++)
            queue = FairQueue.Taken(queue, ranked: false, startTag: n, weight: 1);

        Assert.Equal(999, queue.Test.Time);
        Assert.True(queue.Test.Share - queue.Ranked.Share <= FairQueue.CostOf(1));
    }

    [Fact]
    public void The_place_is_what_the_rule_itself_comes_to()
    {
        var chance = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var weights = new QueueWeights(chance.Next(1, 5), chance.Next(1, 5));
            var queue = new DeviceQueue(new ClassQueue(chance.Next(3_000_000), 0), new ClassQueue(chance.Next(3_000_000), 0));
            if (chance.Next(4) == 0)
                queue = DeviceQueue.Untouched;
            var ranked = chance.Next(2) == 0;
            var (ahead, others) = (chance.Next(6), chance.Next(12));
            Assert.Equal(Simulated(queue, ranked, ahead, others, weights), FairQueue.OthersFirst(queue, ranked, ahead, others, weights));
        }
    }

    /// <summary>Whoever has nothing else waiting is served after at most two jobs of each other user in his class, however many those have.</summary>
    [Fact]
    public void Nobody_starves()
    {
        var chance = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var world = new World(chance);
            for (var step = 0; step < 300; step++)
                world.Step();
            Assert.True(world.Served > 100);
        }
    }

    private static int Simulated(DeviceQueue queue, bool ranked, int ahead, int others, QueueWeights weights)
    {
        for (var first = 0; ;)
        {
            var rankedNext = others == first ? ranked : FairQueue.RankedFirst(queue);
            if (rankedNext == ranked && ahead-- == 0)
                return first;
            if (rankedNext != ranked)
                first++;
            queue = FairQueue.Taken(queue, rankedNext, 0, rankedNext ? weights.Ranked : weights.Test);
        }
    }

    // One class on one device with greedy and modest users; every promise is checked when it is kept.
    private sealed class World(Random chance)
    {
        private const int Users = 6;

        private readonly List<(long Tag, int Order, int User, int Limit)> waiting = [];
        private readonly Dictionary<int, long> next = [];
        private DeviceQueue queue = DeviceQueue.Untouched;
        private int order;

        public int Served { get; private set; }

        public void Step()
        {
            // User 0 hands in bursts; the others one at a time.
            var user = chance.Next(Users);
            var isFirst = waiting.All(job => job.User != user);
            if (user == 0 || (isFirst && chance.Next(3) == 0))
            {
                for (var n = 0; n < (user == 0 ? chance.Next(1, 10) : 1); n++)
                    Add(user, isFirst && n == 0);
            }
            if (waiting.Count > 0)
                Serve();
        }

        private void Add(int user, bool promised)
        {
            var tag = FairQueue.StartTag(queue.Test.Time, next.GetValueOrDefault(user));
            next[user] = tag + 1;
            // Nobody has more than one job in the round that is being served and one in the next.
            waiting.Add((tag, order++, user, promised ? Served + (2 * (Users - 1)) : int.MaxValue));
        }

        private void Serve()
        {
            var job = waiting.OrderBy(job => job.Tag).ThenBy(job => job.Order).First();
            waiting.Remove(job);
            Assert.True(Served <= job.Limit, $"user {job.User} waited for {Served - job.Limit} more jobs than promised");
            Assert.DoesNotContain(waiting, other => other.User == job.User && other.Order < job.Order);
            queue = FairQueue.Taken(queue, ranked: false, job.Tag, weight: 1);
            Served++;
        }
    }
}
