using Microsoft.Win32.SafeHandles;

namespace Agon.Evaluation.Processes;

/// <summary>What to start, and all that it inherits.</summary>
/// <param name="Arguments">Absolute path of the program, then its arguments.</param>
/// <param name="Environment">The whole environment.</param>
/// <param name="Descriptors">What the child gets as its 0, 1, 2 and so on; every number above is closed in it.</param>
internal sealed record ChildCommand(
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<SafeFileHandle> Descriptors);
