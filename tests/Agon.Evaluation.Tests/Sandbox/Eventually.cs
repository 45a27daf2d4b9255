using System.Diagnostics;

namespace Agon.Evaluation.Tests.Sandbox;

/// <summary>For what the kernel does in its own time.</summary>
internal static class Eventually
{
    /// <summary>Whether the statement becomes true within 10 s.</summary>
    internal static async Task<bool> HoldsAsync(Func<bool> statement)
    {
        var start = Stopwatch.GetTimestamp();
        while (!statement())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(10)) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        return true;
    }
}
