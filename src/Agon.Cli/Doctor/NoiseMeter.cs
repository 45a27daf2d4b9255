using System.Diagnostics;

namespace Agon.Cli.Doctor;

/// <summary>Times one fixed loop again and again: on a quiet machine it takes as long each time.</summary>
internal static class NoiseMeter
{
    private const int Times = 40;

    // Long against a timer's tick and a cache miss, short against a second.
    private const double LoopMilliseconds = 15;
    private const int Calibration = 2_000_000;

    // A result that somebody may read keeps the loop from being optimised away.
    private static ulong kept;

    /// <returns>Standard deviation by mean, and the longest by the median.</returns>
    public static (double Variation, double Worst) Measure(CancellationToken cancellationToken)
    {
        // 1. The compiler's second thoughts, and how long a step takes.
        for (var warmUp = 0; warmUp < 30; warmUp++)
            Time(Calibration / 20);
        var steps = (int)Math.Clamp(Calibration * LoopMilliseconds / Enumerable.Range(0, 3).Min(_ => Time(Calibration)), 100_000, 500_000_000);
        // 2. The loop.
        var times = new double[Times];
        for (var i = 0; i < Times; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            times[i] = Time(steps);
        }
        return Judge(times);
    }

    internal static (double Variation, double Worst) Judge(double[] times)
    {
        var mean = times.Average();
        var deviation = Math.Sqrt(times.Sum(time => (time - mean) * (time - mean)) / times.Length);
        return (deviation / mean, times.Max() / times.Order().ElementAt(times.Length / 2));
    }

    private static double Time(int steps)
    {
        var start = Stopwatch.GetTimestamp();
        var state = 88172645463325252UL;
        for (var step = 0; step < steps; step++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }
        kept = state;
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
