namespace Agon.Cli.Http;

/// <summary>
/// The participant's CLI id: AGON_CLI_ID, else <c>cli_id</c> of Agon's own file, else of ~/.popcorn.yaml.
/// Never an option, since everybody on a machine can read its command lines.
/// </summary>
internal static class Credentials
{
    /// <summary>The id; null if there is none.</summary>
    /// <exception cref="CommandFailure">A file is there but cannot be understood.</exception>
    public static string? Find(Shell shell, ParticipantFile own) =>
        shell.Variable("AGON_CLI_ID") ?? own.CliId ?? ParticipantFile.OfPopcorn(shell).CliId;
}
