using System.Reflection;
using System.Text.Json;
using Agon.Contracts;
using Agon.Contracts.Submissions;
using Agon.Domain.Submissions;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Submissions;

/// <summary>
/// Takes an upload in and stays until it has ended (contract section 2.3): 1. a place for the stream, 2. the intake,
/// 3. a sign of life every 15 s, 4. the result. A client that leaves calls nothing off: what was accepted is kept.
/// </summary>
internal sealed partial class ResultStream(
    ResultStreams streams, Upload upload, Caller caller, ILogger<ResultStream> logger) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/event-stream"]));


    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var place = streams.TryEnter(caller.Participant.Id);
        if (place is null)
        {
            await Refusal.Busy("too many streams are open, here or by you; ask again in a moment").ExecuteAsync(httpContext);
            return;
        }
        var (accepted, refused) = await streams.SubmitAsync(upload, caller, httpContext.RequestAborted);
        if (refused is { InStream: false })
        {
            await refused.Refusal.ExecuteAsync(httpContext);
            return;
        }

        var events = streams.Begin(httpContext);
        try
        {
            if (refused is not null)
                await events.WriteAsync(Error(refused.Refusal.Detail, refused.Refusal.Status), httpContext.RequestAborted);
            else
                await TellAsync(events, accepted!, httpContext.RequestAborted);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // The client left; its submission goes on.
        }
    }

    private async Task TellAsync(EventWriter events, Accepted accepted, CancellationToken gone)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(gone, streams.Stopping);
        try
        {
            await foreach (var message in streams.FollowAsync(accepted, ending.Token))
            {
                if (!await events.WriteAsync(message, ending.Token))
                    return;
            }
        }
        catch (OperationCanceledException) when (streams.Stopping.IsCancellationRequested && !gone.IsCancellationRequested)
        {
            await events.WriteAsync(Error($"the server is shutting down; submission {accepted.Id} goes on, look for it in your list", StatusCodes.Status503ServiceUnavailable), gone);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogBroken(accepted.Id, error.Message, DatabaseFault.IsAway(error) ? null : error);
            await events.WriteAsync(Error($"the server lost sight of submission {accepted.Id}, which goes on; look for it in your list", StatusCodes.Status500InternalServerError), gone);
        }
    }

    /// <summary>The last message where there is no result; without a status it was called off.</summary>
    internal static StreamMessage Error(string detail, int? status = null) => new("error", JsonSerializer.Serialize(
        new StreamErrorView { Detail = detail, StatusCode = status }, AgonJson.Wire.StreamErrorView));

    [LoggerMessage(220, LogLevel.Error, "The result stream of submission {SubmissionId} broke ({Reason}); the submission goes on")]
    private partial void LogBroken(long submissionId, string reason, Exception? error);
}
