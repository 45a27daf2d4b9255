namespace Agon.Cli;

/// <summary>Where a command was called from: its streams, its environment, its clock.</summary>
internal sealed record Shell
{
    /// <summary>Data, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Progress, notes and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Answers to questions; at its end the answer is no.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>An environment variable; null if it is not set, or empty.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Whether <see cref="Output"/> may be coloured.</summary>
    public bool Colour { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The home folder, where <c>.popcorn.yaml</c> and the default data folder lie.</summary>
    public string Home => Variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    public static Shell OfThisProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Input = Console.In,
        Variable = SetVariable,
        Colour = !Console.IsOutputRedirected && SetVariable("NO_COLOR") is null,
    };

    /// <summary>A line of data.</summary>
    public void Print(string line) => Output.WriteLine(Plain(line));

    /// <summary>A line for the person who watches.</summary>
    public void Say(string line) => Error.WriteLine(Plain(line));

    /// <summary>The text in green or red where colour is wanted.</summary>
    public string Mark(string text, bool good) => Colour ? $"\u001b[{(good ? 32 : 31)}m{text}\u001b[0m" : text;

    /// <summary>A line of data in which <see cref="Mark"/> may have been used on our own words.</summary>
    public void PrintMarked(string line) => Output.WriteLine(line);

    /// <summary>Text of a server or a participant must not steer the terminal that shows it.</summary>
    public static string Plain(string text) =>
        text.AsSpan().ContainsAnyInRange('\0', '\u001f') || text.AsSpan().ContainsAnyInRange('\u007f', '\u009f')
            ? string.Concat(text.Select(c => c is '\t' or '\n' || !char.IsControl(c) ? c : '\ufffd'))
            : text;

    private static string? SetVariable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
