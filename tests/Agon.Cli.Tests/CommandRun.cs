namespace Agon.Cli.Tests;

/// <summary>One call of the command line, in this process, with its streams kept.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs with nothing in the environment but <paramref name="variables"/> and a home folder that does not exist.</summary>
    public static Task<CommandRun> Of(IReadOnlyList<string> arguments, params (string Name, string Value)[] variables) =>
        AnsweringAsync("", arguments, variables);

    /// <summary>As <see cref="Of"/>, with somebody who types <paramref name="input"/>.</summary>
    public static Task<CommandRun> AnsweringAsync(string input, IReadOnlyList<string> arguments, params (string Name, string Value)[] variables) =>
        RunAsync(input, arguments, variables, CancellationToken.None);

    /// <summary>As <see cref="Of"/>, with somebody who presses Ctrl-C.</summary>
    public static Task<CommandRun> InterruptedAsync(
        IReadOnlyList<string> arguments, (string Name, string Value)[] variables, CancellationToken cancellationToken) =>
        RunAsync("", arguments, variables, cancellationToken);

    private static async Task<CommandRun> RunAsync(
        string input, IReadOnlyList<string> arguments, (string Name, string Value)[] variables, CancellationToken cancellationToken)
    {
        var environment = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        environment.TryAdd("HOME", Path.Combine(Path.GetTempPath(), "agon-no-such-home"));
        using var output = new StringWriter();
        using var error = new StringWriter();
        var shell = new Shell
        {
            Output = TextWriter.Synchronized(output),
            Error = TextWriter.Synchronized(error),
            Input = new StringReader(input),
            Variable = environment.GetValueOrDefault,
        };
        var code = await CommandLine.InvokeAsync(arguments, shell, cancellationToken);
        return new CommandRun(code, output.ToString(), error.ToString());
    }
}
