namespace Agon.Domain.Jobs;

/// <summary>
/// Whose turn it is on a device: start-time fair queueing (P. Goyal, H. M. Vin, H. Cheng, "Start-time fair queuing", SIGCOMM 1996)
/// on two levels, where every job costs one.
/// </summary>
/// <remarks>
/// Between the classes, ranked runs and tests, the one goes next that has had less for its weight. Within a class a job gets its
/// tag when it is accepted: behind its user's last one, and never before the present. The lowest tag is next, equal ones in
/// the order of acceptance. So one user's thousand jobs stand a thousand rounds deep, and another's single job at most one round ahead
/// of the present: behind two jobs of each other user at the worst.
/// </remarks>
public static class FairQueue
{
    /// <summary>What a job costs a class of weight 1; it divides by every weight without a great loss.</summary>
    private const long Share = 1_000_000;

    /// <summary>What one job costs a class of this weight.</summary>
    public static long CostOf(int weight) => Share / weight;

    /// <summary>The tag of a user's next job.</summary>
    /// <param name="classTime">The greatest tag that was ever taken from the class on the device.</param>
    /// <param name="userNext">One more than the user's last tag.</param>
    public static long StartTag(long classTime, long userNext) => Math.Max(classTime, userNext);

    /// <summary>Whether a ranked run goes next where both classes wait.</summary>
    public static bool RankedFirst(DeviceQueue queue) => queue.Ranked.Share <= queue.Test.Share;

    /// <summary>The queue after a job of a class was taken from it.</summary>
    /// <remarks>A class that had nothing to run keeps no credit for that: it is lifted to where the other one was.</remarks>
    public static DeviceQueue Taken(DeviceQueue queue, bool ranked, long startTag, int weight)
    {
        var (own, other) = ranked ? (queue.Ranked, queue.Test) : (queue.Test, queue.Ranked);
        var taken = new ClassQueue(own.Share + CostOf(weight), Math.Max(own.Time, startTag));
        var lifted = other with { Share = Math.Max(other.Share, own.Share) };
        return ranked ? new DeviceQueue(lifted, taken) : new DeviceQueue(taken, lifted);
    }

    /// <summary>How many jobs of the other class go before a job, if nothing else is handed in meanwhile.</summary>
    /// <param name="queue">Where the classes stand.</param>
    /// <param name="ranked">The job's class.</param>
    /// <param name="aheadInClass">Jobs of its own class that go before it.</param>
    /// <param name="others">Jobs of the other class that wait.</param>
    /// <param name="weights">The classes' weights.</param>
    public static int OthersFirst(DeviceQueue queue, bool ranked, int aheadInClass, int others, QueueWeights weights)
    {
        var (own, other) = ranked ? (queue.Ranked, queue.Test) : (queue.Test, queue.Ranked);
        var (ownCost, otherCost) = ranked ? (CostOf(weights.Ranked), CostOf(weights.Test)) : (CostOf(weights.Test), CostOf(weights.Ranked));
        // When it is this job's turn its class has had so much; the other goes first for as long as it has had less.
        var lead = own.Share + (aheadInClass * ownCost) - other.Share;
        var first = ranked ? CeilingOf(lead, otherCost) : FloorOf(lead, otherCost) + 1;
        return (int)Math.Clamp(first, 0, others);
    }

    private static long FloorOf(long a, long b) => a >= 0 ? a / b : -CeilingOf(-a, b);

    private static long CeilingOf(long a, long b) => a > 0 ? ((a - 1) / b) + 1 : -(-a / b);
}

/// <summary>A class on a device.</summary>
/// <param name="Share">What it has had, by its weight.</param>
/// <param name="Time">The greatest tag that was taken.</param>
public readonly record struct ClassQueue(long Share, long Time);

/// <summary>The two classes on a device: tests of every kind, and ranked runs with their secret ones.</summary>
public sealed record DeviceQueue(ClassQueue Test, ClassQueue Ranked)
{
    public static DeviceQueue Untouched { get; } = new(default, default);
}

/// <summary>How many jobs of one class run for how many of the other, where both wait: 1 to 1000 each.</summary>
public sealed record QueueWeights(int Test, int Ranked);
