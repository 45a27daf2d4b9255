using System.Globalization;

namespace Agon.Evaluation.Sandbox;

/// <summary>
/// What the first process inside, a shell, tells of the program's end: its exit code, and before that a remark such as
/// "Killed" if it was a signal. Shells turn signal n into exit code 128 + n; the remark tells it from a program that exits so.
/// </summary>
internal static class EndReport
{
    /// <summary>Signals that shells do not remark on, being common in pipelines: SIGINT and SIGPIPE.</summary>
    private static readonly int[] Silent = [2, 13];

    /// <summary>Null as long as the report is not complete.</summary>
    internal static ProgramEnd? Read(string text)
    {
        if (!text.EndsWith('\n')) return null;
        var lines = text.TrimEnd('\n').Split('\n');
        if (!int.TryParse(lines[^1], CultureInfo.InvariantCulture, out var code)) return null;
        var signal = code - 128;
        return signal is > 0 and <= 64 && (lines.Length > 1 || Silent.Contains(signal))
            ? new ProgramEnd.Signalled(signal)
            : new ProgramEnd.Exited(code);
    }
}
