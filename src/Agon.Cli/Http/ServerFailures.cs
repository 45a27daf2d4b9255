using System.Net;

namespace Agon.Cli.Http;

/// <summary>No answer came: trying again may help.</summary>
internal sealed class ServerAwayException(Uri server, string reason, Exception inner) : CommandFailure(
    Cli.ExitCode.Platform, $"no answer from {server} ({reason}); start a server with 'agon serve', or name yours with --url or AGON_URL", inner);

/// <summary>The server answered with an error, in its own words.</summary>
internal sealed class ServerAnswerException(HttpStatusCode status, string detail, TimeSpan? retryAfter) : CommandFailure(
    (int)status >= 500 ? Cli.ExitCode.Platform : Cli.ExitCode.Refused, detail)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>What it asks to wait; null if it does not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
