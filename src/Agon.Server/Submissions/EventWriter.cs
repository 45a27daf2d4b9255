using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Agon.Server.Submissions;

/// <summary>An answer that is a stream of server-sent events, each sent as soon as it is written.</summary>
internal sealed class EventWriter
{
    private readonly HttpResponse response;

    private EventWriter(HttpResponse response) => this.response = response;

    public static EventWriter Begin(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return new EventWriter(http.Response);
    }

    public async Task WriteAsync(StreamMessage message, CancellationToken cancellationToken)
    {
        await response.WriteAsync(Frame(message), cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
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
