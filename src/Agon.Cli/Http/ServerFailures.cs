using System.Net;

namespace Agon.Cli.Http;

/// <summary>No answer came: trying again may help.</summary>
internal sealed class ServerAwayException(Uri server, string reason, Exception inner) : CommandFailure(
    Cli.ExitCode.Platform, $"no answer from {server} ({reason}); {Advice(server)}", inner)
{
    /// <summary>Why, without the advice.</summary>
    public string Reason { get; } = reason;

    /// <summary>Whether the server may have got the request, and done what it asks for.</summary>
    public bool MayBeDone { get; } = inner is not HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };

    // Who takes part somewhere else has no server to start.
    private static string Advice(Uri server) => server.IsLoopback
        ? "start a server with 'agon serve', or name yours with --url or AGON_URL"
        : "is that your server's address (--url, AGON_URL)? If it is, try again later";
}

/// <summary>The server answered with an error, in its own words.</summary>
internal sealed class ServerAnswerException(HttpStatusCode status, string detail, TimeSpan? retryAfter) : CommandFailure(
    (int)status >= 500 ? Cli.ExitCode.Platform : Cli.ExitCode.Refused, detail)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>What it asks to wait; null if it does not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
