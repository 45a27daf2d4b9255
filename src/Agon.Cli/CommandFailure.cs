namespace Agon.Cli;

/// <summary>Ends a command with one line for its caller: what was attempted, why it failed, what to do next.</summary>
internal class CommandFailure(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="Cli.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;

    public static CommandFailure Usage(string message) => new(Cli.ExitCode.Usage, message);

    public static CommandFailure Refused(string message) => new(Cli.ExitCode.Refused, message);

    public static CommandFailure Platform(string message, Exception? inner = null) => new(Cli.ExitCode.Platform, message, inner);
}
