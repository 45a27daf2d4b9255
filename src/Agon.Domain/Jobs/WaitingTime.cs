namespace Agon.Domain.Jobs;

/// <summary>How long a job will wait for its start: as likely less as more than <paramref name="P50"/>, and in nine of ten cases at most <paramref name="P90"/>.</summary>
public sealed record WaitEstimate(TimeSpan P50, TimeSpan P90)
{
    public static WaitEstimate None { get; } = new(TimeSpan.Zero, TimeSpan.Zero);
}

/// <summary>How long jobs of a kind took, from the claim to the result.</summary>
public sealed record JobDurations
{
    private JobDurations(double mean, double second, double third)
    {
        (Mean, Variance) = (mean, Math.Max(0, second - (mean * mean)));
        // What is left of a job that is met at a random moment: L. Kleinrock, Queueing Systems I, section 5.2.
        RestMean = mean > 0 ? second / (2 * mean) : 0;
        RestVariance = mean > 0 ? Math.Max(0, (third / (3 * mean)) - (RestMean * RestMean)) : 0;
    }

    /// <summary>Seconds; so are the others, or their squares.</summary>
    public double Mean { get; }
    public double Variance { get; }
    public double RestMean { get; }
    public double RestVariance { get; }

    /// <summary>Null where nothing was measured.</summary>
    public static JobDurations? Of(IReadOnlyCollection<double> seconds) => seconds.Count == 0
        ? null
        : new(seconds.Average(), seconds.Average(x => x * x), seconds.Average(x => x * x * x));
}

/// <summary>The estimate behind "20 s to 45 s".</summary>
public static class WaitingTime
{
    // The standard normal distribution's 90 % quantile: a sum of many jobs is near to normal.
    private const double Z90 = 1.2816;

    /// <summary>From what is ahead, on several slots that are taken as one that is as many times as fast.</summary>
    /// <param name="ahead">Jobs that go before this one, with how long their kind takes.</param>
    /// <param name="anyJob">How long a job of the device takes: of the running ones the first to end makes room.</param>
    /// <param name="running">Jobs that run.</param>
    /// <param name="slots">The device's slots on all machines.</param>
    /// <returns>Null where nothing was measured yet, or nobody offers the device.</returns>
    public static WaitEstimate? Of(IEnumerable<(int Jobs, JobDurations? Each)> ahead, JobDurations? anyJob, int running, int slots)
    {
        var waiting = ahead.Where(kind => kind.Jobs > 0).ToList();
        if (slots == 0)
            return null;
        if (running + waiting.Sum(kind => kind.Jobs) < slots)
            return WaitEstimate.None;
        if (anyJob is null)
            return null;

        var (mean, variance) = running > 0 ? (anyJob.RestMean, anyJob.RestVariance) : (0, 0);
        foreach (var (jobs, each) in waiting)
        {
            mean += jobs * (each ?? anyJob).Mean;
            variance += jobs * (each ?? anyJob).Variance;
        }
        return new WaitEstimate(TimeSpan.FromSeconds(mean / slots), TimeSpan.FromSeconds((mean + (Z90 * Math.Sqrt(variance))) / slots));
    }
}
