using System.CommandLine;
using Agon.Cli.Submissions;

namespace Agon.Cli.Http;

/// <summary>Which server a command talks to, and as whom.</summary>
internal static class ServerOption
{
    private const string Default = "http://127.0.0.1:8000";

    public static Option<string?> Create() => new("--url")
    {
        Description = $"Address of the server. Default: AGON_URL, else POPCORN_API_URL, else url of ~/.config/agon/config.yaml, else {Default}",
        HelpName = "URL",
    };

    /// <exception cref="CommandFailure">The address is not an http or https one, or the participant's own file cannot be understood.</exception>
    public static AgonClient Connect(Shell shell, string? url)
    {
        var own = ParticipantFile.OfAgon(shell);
        var address = url ?? shell.Variable("AGON_URL") ?? shell.Variable("POPCORN_API_URL") ?? own.Url ?? Default;
        return Uri.TryCreate(address.TrimEnd('/') + "/", UriKind.Absolute, out var server) && server.Scheme is ("http" or "https")
            ? new AgonClient(server, Credentials.Find(shell, own), shell.Clock)
            : throw CommandFailure.Usage($"'{address}' is not the address of a server; give one such as {Default}");
    }

    /// <summary>As <see cref="Connect"/>, for a command that means nothing without a participant.</summary>
    /// <exception cref="CommandFailure">Nobody says who asks, too.</exception>
    public static AgonClient ConnectAsParticipant(Shell shell, string? url)
    {
        var client = Connect(shell, url);
        if (client.HasCliId)
            return client;
        client.Dispose();
        throw SubmitCommand.NoCliId();
    }
}
