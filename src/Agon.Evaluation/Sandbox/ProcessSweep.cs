using System.Diagnostics;
using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>
/// Finds and ends what a program without a process namespace left behind, by a variable that its processes inherit. Good
/// enough for programs that are trusted anyway: one that wipes its environment on purpose gets away.
/// </summary>
internal static class ProcessSweep
{
    internal const string Variable = "AGON_SANDBOX";

    // A killed process is still found until the kernel has ended it, which takes a busy machine a while.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    internal static void Kill(string marker)
    {
        // A process may have forked just before it was killed: once more until nobody is found, but not for ever.
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Limit)
        {
            var found = ProcessTree.WithEnvironment($"{Variable}={marker}").ToList();
            if (found.Count == 0) return;
            // All of them before one is waited for, so that none forks meanwhile.
            found.ForEach(ProcessTree.Kill);
            ProcessTree.WaitForEnd(found[^1], BetweenLooks);
        }
    }
}
