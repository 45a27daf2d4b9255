namespace Agon.Cli;

/// <summary>What a script can tell from <c>$?</c>; documented in docs/cli.md.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A refusal, or an entry that did not pass.</summary>
    public const int Refused = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No server, or the platform failed: the same command may work later.</summary>
    public const int Platform = 3;

    /// <summary>Ended by Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;
}
