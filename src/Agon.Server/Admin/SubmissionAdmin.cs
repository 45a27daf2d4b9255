using Agon.Contracts.Admin;
using Agon.Contracts.Submissions;
using Agon.Domain.Submissions;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Server.Jobs;
using Agon.Server.Submissions;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Agon.Server.Admin;

/// <summary>Everybody's submissions.</summary>
internal static class SubmissionAdmin
{
    public static void MapAdminSubmissions(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/submission/{leaderboard}/{gpu}/{mode}", SubmitLateAsync).For(Access.OperatorsForUsers)
            .WithMetadata(new RequestSizeLimitAttribute(UploadReader.MaxRequestBytes), new TakesFile()).Refuses(403, 404, 408, 413, 422);
        admin.MapGet("/submissions/{id}", FindAsync).Refuses(404, 422);
        admin.MapDelete("/submissions/{id}", DeleteAsync).Refuses(422);
        admin.MapDelete("/submissions", DeleteOfUserAsync).Asks(new("leaderboard_id", true), new("user_name", false)).Refuses(404, 422);
    }

    private static async Task<Results<Accepted<SubmissionAcceptedView>, Unreadable, Refusal>> SubmitLateAsync(
        string leaderboard, string gpu, string mode, HttpRequest request, Caller caller,
        UploadReader uploads, SubmissionIntake intake, RunnerQueues queues, AdminLog log, CancellationToken cancellationToken)
    {
        var (file, wrong) = await uploads.ReadAsync(request, caller.Participant.Id, cancellationToken);
        if (wrong is Unreadable unreadable)
            return unreadable;
        if (wrong is Refusal refusal)
            return refusal;
        var upload = new Upload(leaderboard, mode, gpu, file!.Name, file.Content);
        var (accepted, refused) = await intake.SubmitAsync(upload, caller, mayBeLate: true, cancellationToken);
        if (refused is not null)
            return refused.Refusal;
        log.Changed("late submission", $"{accepted!.Id} for {caller.Participant.Id}");
        return SubmissionsApi.Answer(accepted, await queues.OfAsync(accepted.Gpu, cancellationToken));
    }

    private static async Task<Results<Ok<AdminSubmissionFoundView>, Unreadable, Refusal>> FindAsync(
        string id, SubmissionStore submissions, CancellationToken cancellationToken)
    {
        if (WholeNumber.Parse(id) is not { } number)
            return Unreadable.Number("path", "submission_id");
        if (await submissions.FindAsync(number, cancellationToken) is not { } submission)
            return Refusal.NotFound($"there is no submission {number}");
        return TypedResults.Ok(new AdminSubmissionFoundView
        {
            Submission = new AdminSubmissionView
            {
                SubmissionId = submission.Id,
                LeaderboardId = submission.LeaderboardId,
                LeaderboardName = submission.LeaderboardName,
                FileName = submission.FileName,
                UserId = submission.UserId,
                SubmissionTime = submission.SubmissionTime,
                Done = submission.Done,
                Code = submission.Code,
                Runs = await submissions.WholeRunsAsync(number, cancellationToken),
                JobStatus = submission.JobStatus,
                JobError = submission.JobError,
                JobLastHeartbeat = submission.LastHeartbeat,
            },
        });
    }

    // One that is not there is as good as deleted (contract section 2.5).
    private static async Task<Results<Ok<SubmissionDeletedView>, Unreadable>> DeleteAsync(
        string id, SubmissionRemover remover, AdminLog log, CancellationToken cancellationToken)
    {
        if (WholeNumber.Parse(id) is not { } number)
            return Unreadable.Number("path", "submission_id");
        if (await remover.RemoveAsync(number, by: null, cancellationToken))
            log.Changed("submission deleted", $"{number}");
        return TypedResults.Ok(new SubmissionDeletedView { SubmissionId = number });
    }

    private static async Task<Results<Ok<SubmissionsDeletedView>, Unreadable, Refusal>> DeleteOfUserAsync(
        HttpRequest request, SubmissionStore submissions, AdminLog log, CancellationToken cancellationToken)
    {
        var asked = request.Query["leaderboard_id"].ToString();
        if (asked.Length == 0)
            return Unreadable.Missing("query", "leaderboard_id", "Field required");
        if (WholeNumber.Parse(asked) is not { } leaderboard)
            return Unreadable.Number("query", "leaderboard_id");
        if (request.Query["user_name"].ToString() is not { Length: > 0 } userName)
            return Unreadable.Missing("query", "user_name", "Field required");
        if (await submissions.DeleteOfUserAsync(leaderboard, userName, cancellationToken) is not { } deleted)
            return Refusal.NotFound($"there is no leaderboard with the id {leaderboard}");
        log.Changed("submissions of a user deleted", $"{deleted.Submissions} on leaderboard {leaderboard}");
        return TypedResults.Ok(new SubmissionsDeletedView
        {
            LeaderboardId = leaderboard,
            UserName = userName,
            DeletedJobStatus = deleted.JobStatuses,
            DeletedRuns = deleted.Runs,
            DeletedSubmissions = deleted.Submissions,
        });
    }
}
