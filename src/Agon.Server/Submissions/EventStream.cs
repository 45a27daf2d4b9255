using System.Data.Common;
using System.Reflection;
using Agon.Server.Http;
using Agon.Storage;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Submissions;

/// <summary>
/// One open stream of server-sent events. Written by hand, for what the framework's lacks: headers at once, a sign of life,
/// and an end as soon as the server stops.
/// </summary>
internal sealed partial class EventStream(
    EventStreams streams, SubmissionWatch watch, StoredSubmission submission, long after, ILogger<EventStream> logger) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/event-stream"]));


    // A client comes back by itself; one that is gone without a word must not be fed for ever.
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = streams.TryEnter(submission.UserId);
        if (place is null)
        {
            await Refusal.Busy("too many streams are open, here or by you; ask again in a moment").ExecuteAsync(httpContext);
            return;
        }

        var events = streams.Begin(httpContext);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, streams.Stopping);
        try
        {
            await foreach (var message in watch.FollowAsync(submission, after, Longest, ending.Token))
            {
                if (!await events.WriteAsync(message, ending.Token))
                    return;   // it can resume, like one that left
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client left, or the server stops: whoever is still there resumes by event id.
        }
        catch (Exception error) when (DatabaseFault.IsAway(error))
        {
            // Told by those who look out for all streams; the client comes back by itself.
        }
        catch (DbException error)
        {
            LogBroken(submission.Id, error);
        }
    }

    [LoggerMessage(200, LogLevel.Warning, "The event stream of submission {SubmissionId} ended early; its client can resume")]
    private partial void LogBroken(long submissionId, Exception error);
}
