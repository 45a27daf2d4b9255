namespace Agon.Contracts.Problems;

/// <summary>A problem's file cannot be used. The message is one line: file, line where it is known, field, and what would be right.</summary>
public sealed class ProblemFileException : Exception
{
    private const int LongestShown = 80;
    private const int LongestProblem = 500;

    /// <summary>Makes the message <c>file:line: problem</c>, short and on one line whatever piece of the file it holds.</summary>
    public ProblemFileException(string file, int? line, string problem, Exception? inner = null)
        : base(OneLine(line is null ? file : $"{file}:{line}", LongestShown) + ": " + OneLine(problem, LongestProblem), inner)
    {
        File = file;
        Line = line;
        Problem = OneLine(problem, LongestProblem);
    }

    /// <summary>Name of the file, without its folder.</summary>
    public string File { get; }

    /// <summary>Counted from 1; null where the trouble is the whole file's.</summary>
    public int? Line { get; }

    /// <summary>The message without the place.</summary>
    public string Problem { get; }

    /// <summary>A piece of the file in quotes.</summary>
    internal static string Shown(string text) => $"'{OneLine(text, LongestShown)}'";

    private static string OneLine(string text, int longest)
    {
        var clean = string.Concat(text.Take(longest).Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? '?' : letter));
        return text.Length <= longest ? clean : clean + "...";
    }
}
