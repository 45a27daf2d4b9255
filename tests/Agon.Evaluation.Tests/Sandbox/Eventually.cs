using System.Diagnostics;

namespace Agon.Evaluation.Tests.Sandbox;

/// <summary>For what the kernel does in its own time.</summary>
internal static class Eventually
{
    /// <summary>Whether the statement becomes true within 30 s.</summary>
    internal static async Task<bool> HoldsAsync(Func<bool> statement)
    {
        var start = Stopwatch.GetTimestamp();
        while (!statement())
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(30)) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }

        return true;
    }
}
