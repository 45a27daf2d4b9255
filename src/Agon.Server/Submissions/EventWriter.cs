using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Agon.Server.Submissions;

/// <summary>An answer that is a stream of server-sent events, each sent as soon as it is written.</summary>
internal sealed class EventWriter
{
    private readonly HttpContext http;
    private readonly TimeSpan within;

    private EventWriter(HttpContext http, TimeSpan within) => (this.http, this.within) = (http, within);

    /// <param name="http">The request.</param>
    /// <param name="within">How long the client may take to make room for an event; one that does not is cut off.</param>
    public static EventWriter Begin(HttpContext http, TimeSpan within)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return new EventWriter(http, within);
    }

    /// <summary>Sends it; false if the client did not take it, and was cut off.</summary>
    public async Task<bool> WriteAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        // What the client has not taken waits in its connection, where there is room for 64 KiB; then we wait, and not for ever.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(within);
        try
        {
            await http.Response.WriteAsync(Frame(message), limit.Token);
            await http.Response.Body.FlushAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            http.Abort();
            return false;
        }
    }

    /// <summary>LF only, one data line, a blank line behind (contract section 2.3). JSON has line breaks only between its words.</summary>
    internal static string Frame(StreamMessage message)
    {
        var data = message.Data.Replace('\n', ' ').Replace('\r', ' ');
        return message.Id is { } id
            ? $"event: {message.Kind}\ndata: {data}\nid: {id}\n\n"
            : $"event: {message.Kind}\ndata: {data}\n\n";
    }
}
