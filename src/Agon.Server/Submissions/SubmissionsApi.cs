using Agon.Contracts.Submissions;
using Agon.Domain.Submissions;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Server.Jobs;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Submissions;

/// <summary>Handing in a file, and asking or watching what became of it (contract sections 2.1, 2.2 and 2.4).</summary>
internal static class SubmissionsApi
{
    private const int LongestList = 100;

    public static void MapSubmissions(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("").For(Access.Users);
        users.MapPost("/submission/{leaderboard}/{gpu}/{mode}", SubmitAsync)
            .WithMetadata(new RequestSizeLimitAttribute(UploadReader.MaxRequestBytes), new TakesFile()).Refuses(403, 404, 408, 413, 422);
        routes.MapPost("/{leaderboard}/{gpu}/{mode}", StreamAsync).For(Access.CliUsers)
            .WithMetadata(new RequestSizeLimitAttribute(UploadReader.MaxRequestBytes), new TakesFile()).Refuses(404, 408, 413, 422);
        users.MapGet("/user/submissions", ListAsync)
            .Asks(new("leaderboard", false), new("limit", true), new("offset", true)).Refuses(422);
        users.MapGet("/user/submissions/{id}", FindAsync).Refuses(403, 404, 422);
        users.MapDelete("/user/submissions/{id}", DeleteAsync).Refuses(403, 404, 422);
        users.MapGet("/submission/{id}/events", WatchAsync).Asks(new QueryPart("after", true)).Refuses(403, 404, 422);
    }

    private static async Task<Results<Accepted<SubmissionAcceptedView>, Unreadable, Refusal>> SubmitAsync(
        string leaderboard, string gpu, string mode, HttpRequest request, Caller caller,
        UploadReader uploads, SubmissionIntake intake, RunnerQueues queues, CancellationToken cancellationToken)
    {
        var (file, wrong) = await uploads.ReadAsync(request, caller.Participant.Id, cancellationToken);
        if (wrong is Unreadable unreadable)
            return unreadable;
        if (wrong is Refusal refusal)
            return refusal;

        var upload = new Upload(leaderboard, mode, gpu, file!.Name, file.Content);
        var (accepted, refused) = await intake.SubmitAsync(upload, caller, mayBeLate: false, cancellationToken);
        if (refused is not null)
            return refused.Refusal;
        return Answer(accepted!, await queues.OfAsync(accepted!.Gpu, cancellationToken));
    }

    public static Accepted<SubmissionAcceptedView> Answer(Accepted accepted, RunnerQueueView queue) =>
        TypedResults.Accepted($"/user/submissions/{accepted.Id}", new SubmissionAcceptedView
        {
            Details = new SubmissionIdsView { Id = accepted.Id, JobStatusId = accepted.JobStatusId },
            RunnerQueue = queue,
        });

    private static async Task<Results<ResultStream, Unreadable, Refusal>> StreamAsync(
        string leaderboard, string gpu, string mode, HttpRequest request, Caller caller,
        UploadReader uploads, ResultStreams streams, CancellationToken cancellationToken)
    {
        var (file, wrong) = await uploads.ReadAsync(request, caller.Participant.Id, cancellationToken);
        return wrong switch
        {
            Unreadable unreadable => unreadable,
            Refusal refusal => refusal,
            _ => streams.Open(new Upload(leaderboard, mode, gpu, file!.Name, file.Content), caller),
        };
    }

    private static async Task<Results<Ok<ListedSubmissionView[]>, Unreadable, Refusal>> ListAsync(
        HttpRequest request, Caller caller, SubmissionStore submissions, CancellationToken cancellationToken)
    {
        if (!WholeNumber.TryQuery(request, "limit", 50, out var limit))
            return Unreadable.Number("query", "limit");
        if (!WholeNumber.TryQuery(request, "offset", 0, out var offset))
            return Unreadable.Number("query", "offset");
        if (limit is < 1 or > LongestList)
            return Refusal.BadRequest($"limit must be between 1 and {LongestList}");
        if (offset < 0)
            return Refusal.BadRequest("offset must be 0 or more");

        var leaderboard = request.Query["leaderboard"].ToString() is { Length: > 0 } name ? name : null;
        var list = await submissions.ListAsync(caller.Participant.Id, leaderboard, limit!.Value, offset!.Value, cancellationToken);
        return TypedResults.Ok(list.Select(SubmissionViews.Of).ToArray());
    }

    private static async Task<Results<Ok<SubmissionView>, Unreadable, Refusal>> FindAsync(
        string id, Caller caller, SubmissionStore submissions, RunnerQueues queues, CancellationToken cancellationToken)
    {
        if (WholeNumber.Parse(id) is not { } number)
            return Unreadable.Number("path", "submission_id");
        var submission = await submissions.FindAsync(number, cancellationToken);
        if (RefuseStranger(number, submission, caller) is { } refusal)
            return refusal;

        var runs = await submissions.RunsAsync(number, cancellationToken);
        var queue = runs.Count == 0 ? null : await queues.OfAsync(runs[0].Runner, cancellationToken);
        var place = submission!.Done ? null : await queues.PlaceAsync(number, cancellationToken);
        return TypedResults.Ok(SubmissionViews.Of(submission, runs, queue, place));
    }

    private static async Task<Results<Ok<SubmissionDeletedView>, Unreadable, Refusal>> DeleteAsync(
        string id, Caller caller, SubmissionStore submissions, SubmissionRemover remover, CancellationToken cancellationToken)
    {
        if (WholeNumber.Parse(id) is not { } number)
            return Unreadable.Number("path", "submission_id");
        if (RefuseStranger(number, await submissions.FindAsync(number, cancellationToken), caller) is { } refusal)
            return refusal;
        // Deleted twice at once: the second one hears what a third would.
        return await remover.RemoveAsync(number, caller.Participant, cancellationToken)
            ? TypedResults.Ok(new SubmissionDeletedView { SubmissionId = number })
            : Refusal.NotFound($"there is no submission {number}");
    }

    private static async Task<Results<EventStream, NoContent, Unreadable, Refusal>> WatchAsync(
        string id, HttpRequest request, Caller caller, SubmissionStore submissions, EventStreams streams, CancellationToken cancellationToken)
    {
        if (WholeNumber.Parse(id) is not { } number)
            return Unreadable.Number("path", "submission_id");
        if (!EventStreams.TryReadPosition(request, out var after))
            return Unreadable.Number("header", "Last-Event-ID");
        var submission = await submissions.FindAsync(number, cancellationToken);
        if (RefuseStranger(number, submission, caller) is { } refusal)
            return refusal;

        // A browser takes 204 as "do not come again".
        if (after > 0 && submission!.Done && (await submissions.EventsAsync(number, after, limit: 1, cancellationToken)).Count == 0)
            return TypedResults.NoContent();
        return streams.Open(submission!, after);
    }

    private static Refusal? RefuseStranger(long id, StoredSubmission? submission, Caller caller) => submission switch
    {
        null => Refusal.NotFound($"there is no submission {id}"),
        _ when submission.UserId != caller.Participant.Id => Refusal.Forbidden($"submission {id} is not yours"),
        _ => null,
    };
}
