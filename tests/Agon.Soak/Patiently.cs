using System.Diagnostics;

namespace Agon.Soak;

/// <summary>Waits for what has no signal.</summary>
internal static class Patiently
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <exception cref="TimeoutException">It did not come true in time.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit, string failure)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > limit)
                throw new TimeoutException($"{failure} ({limit.TotalSeconds:0} s)");
            await WaitAsync(Step);
        }
    }

    public static Task WaitAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System, CancellationToken.None);
}
