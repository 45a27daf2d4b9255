using Agon.Domain.Submissions;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Server.Leaderboards;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Submissions;

/// <summary>Takes an upload in: the rules decide, the store writes, the workers are told.</summary>
internal sealed class SubmissionIntake(LeaderboardStore leaderboards, SubmissionStore submissions, News news, TimeProvider clock)
{
    public async Task<(Accepted? Accepted, Refused? Refused)> SubmitAsync(
        string leaderboard, Upload upload, Caller caller, CancellationToken cancellationToken)
    {
        var board = await leaderboards.FindAsync(leaderboard, cancellationToken);
        if (LeaderboardAccess.Refuse(leaderboard, board, caller) is { } hidden)
            return (null, new Refused(hidden, InStream: board is not null));

        var now = clock.GetUtcNow();
        switch (IntakeRules.Decide(upload, board!, caller.Participant, now))
        {
            case IntakeOutcome.Refused refused:
                return (null, new Refused(new Refusal(StatusOf(refused.Kind), refused.Reason), refused.InStream));
            case IntakeOutcome.Admitted admitted:
                var submission = new NewSubmission(board!, caller.Participant.Id, upload.FileName, admitted.Code, admitted.Mode, [admitted.Gpu]);
                var accepted = await submissions.AcceptAsync(submission, now, cancellationToken);
                news.Jobs.Beat();
                return (new Accepted(accepted.Id, accepted.JobStatusId, admitted.Gpu, admitted.Mode), null);
            case var other:
                throw new System.Diagnostics.UnreachableException($"{other}");
        }
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status400BadRequest,
    };
}

/// <summary>A submission that is in the database now.</summary>
internal sealed record Accepted(long Id, long JobStatusId, string Gpu, SubmissionMode Mode);

/// <summary>Why an upload did not become one, and whether a client that asked for a stream is told in it (contract section 2.2).</summary>
internal sealed record Refused(Refusal Refusal, bool InStream);
