using System.Globalization;

namespace Agon.Evaluation.Sandbox;

/// <summary>What a probe program printed, line by line as <c>name=value</c>, and what was seen of it from outside.</summary>
internal sealed class ProbeAnswers(SandboxResult result, uint? hostUser)
{
    private readonly ILookup<string, string> lines = result.Stdout.Split('\n')
        .Select(line => line.Split('=', 2))
        .Where(words => words.Length == 2)
        .ToLookup(words => words[0], words => words[1].Trim());

    internal uint? HostUser => hostUser;
    internal bool KilledForMemory => result.Resources.KilledForMemory;

    /// <summary>The last value of this name; null if it was not printed.</summary>
    internal string? this[string name] => lines[name].LastOrDefault();

    /// <summary>The last value as a number; <see cref="int.MaxValue"/> if there is none.</summary>
    internal int Number(string name) =>
        int.TryParse(this[name], CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
}
