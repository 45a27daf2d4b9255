using Agon.Domain.Jobs;

namespace Agon.Domain.Tests.Jobs;

/// <summary>Queues that are played through: how often an estimate holds. Seeded, so that each run sees the same ones.</summary>
public sealed class WaitingTimeSimulationTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int Trials = 1000;
    private const int Measured = 200;

    [Theory]
    [InlineData("even", 1)]
    [InlineData("even", 4)]
    [InlineData("two kinds", 1)]
    [InlineData("two kinds", 4)]
    [InlineData("a few long ones", 1)]
    [InlineData("a few long ones", 4)]
    public void Nine_of_ten_waits_are_about_as_short_as_p90_and_half_of_them_about_as_short_as_p50(string kind, int slots)
    {
        var random = new Random(20260301);
        var (short50, short90) = (0, 0);
        for (var trial = 0; trial < Trials; trial++)
        {
            var any = JobDurations.Of([.. Enumerable.Range(0, Measured).Select(_ => Duration(kind, random))])!;
            var ahead = random.Next(3, 30);
            var estimate = WaitingTime.Of([(ahead, any)], any, running: slots, slots)!;
            var wait = Wait(kind, slots, ahead, random);
            short50 += wait <= estimate.P50.TotalSeconds ? 1 : 0;
            short90 += wait <= estimate.P90.TotalSeconds ? 1 : 0;
        }
        output.WriteLine($"{kind}, {slots} slots: {(double)short50 / Trials:P1} within p50, {(double)short90 / Trials:P1} within p90");
        Assert.InRange((double)short90 / Trials, 0.80, 0.95);
        Assert.InRange((double)short50 / Trials, 0.40, 0.60);
    }

    // Seconds; all have a mean near 10.
    private static double Duration(string kind, Random random) => kind switch
    {
        "even" => 5 + (10 * random.NextDouble()),
        "two kinds" => random.Next(3) == 0 ? 20 + random.NextDouble() : 4 + random.NextDouble(),
        _ => -10 * Math.Log(1 - random.NextDouble()),
    };

    // Slots that have been busy for long, met at a random moment; each takes the next job as soon as it is free.
    private static double Wait(string kind, int slots, int ahead, Random random)
    {
        var free = new PriorityQueue<double, double>();
        for (var slot = 0; slot < slots; slot++)
        {
            var rest = Rest(kind, random);
            free.Enqueue(rest, rest);
        }
        for (var job = 0; job < ahead; job++)
        {
            var end = free.Dequeue() + Duration(kind, random);
            free.Enqueue(end, end);
        }
        return free.Dequeue();
    }

    private static double Rest(string kind, Random random)
    {
        var moment = 1000 + (100 * random.NextDouble());
        while (moment >= 0)
            moment -= Duration(kind, random);
        return -moment;
    }
}
