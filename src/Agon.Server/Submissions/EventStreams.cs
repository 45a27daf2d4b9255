using Agon.Server.Http;
using Agon.Server.Limits;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Agon.Server.Submissions;

/// <summary>The open streams of this server: no more than it can feed, and no more a user than one needs.</summary>
internal sealed class EventStreams(SubmissionWatch watch, Drain drain, IOptions<LimitOptions> options, ILogger<EventStream> logger)
{
    private readonly Places places = new(options.Value.Streams, options.Value.StreamsByUser);

    /// <summary>How many are open.</summary>
    public int Taken => places.Taken;

    /// <summary>Its streams end at once, since their clients go on at another server.</summary>
    public CancellationToken Stopping => drain.Begun;

    /// <summary>The stream of a submission's events behind <paramref name="after"/>.</summary>
    public EventStream Open(StoredSubmission submission, long after) => new(this, watch, submission, after, logger);

    /// <summary>Reads where the client stands: <c>Last-Event-ID</c>, which browsers send by themselves, before <c>?after=</c>.</summary>
    public static bool TryReadPosition(HttpRequest request, out long after)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
            text = request.Query["after"].ToString();
        var number = text.Length == 0 ? 0 : WholeNumber.Parse(text);
        after = number ?? 0;
        return number >= 0;
    }

    /// <summary>Begins the answer.</summary>
    public EventWriter Begin(HttpContext http) => EventWriter.Begin(http, options.Value.EventWithin);

    /// <summary>Takes a place for a stream; null if all are taken.</summary>
    public IDisposable? TryEnter(string userId) => places.TryEnter(userId);
}
