using Agon.Evaluation.Processes;

namespace Agon.Evaluation.Sandbox;

/// <summary>
/// Finds and ends what a program without a process namespace left behind, by a variable that its processes inherit. Good
/// enough for programs that are trusted anyway: one that wipes its environment on purpose gets away.
/// </summary>
internal static class ProcessSweep
{
    internal const string Variable = "AGON_SANDBOX";

    internal static void Kill(string marker)
    {
        // A process may have forked just before it was killed: once more until nobody is found, but not for ever.
        for (var round = 0; round < 20; round++)
        {
            var found = ProcessTree.WithEnvironment($"{Variable}={marker}").ToList();
            if (found.Count == 0) return;
            found.ForEach(ProcessTree.Kill);
        }
    }
}
