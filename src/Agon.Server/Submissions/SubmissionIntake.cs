using System.Diagnostics;
using Agon.Domain.Leaderboards;
using Agon.Domain.Submissions;
using Agon.Server.Accounts;
using Agon.Server.Http;
using Agon.Server.Telemetry;
using Agon.Storage.Leaderboards;
using Agon.Storage.Submissions;
using Microsoft.AspNetCore.Http;

namespace Agon.Server.Submissions;

/// <summary>Takes an upload in: the rules decide, the store writes, the workers are told.</summary>
internal sealed class SubmissionIntake(
    LeaderboardStore leaderboards, InviteStore invites, SubmissionStore submissions, News news, Metrics metrics, TimeProvider clock)
{
    // The same for all who hand in at the same moment.
    private readonly SharedQuestions<string, (Leaderboard Leaderboard, bool IsOpen)?> boards = new(
        name => leaderboards.FindForIntakeAsync(name, CancellationToken.None), clock);

    /// <param name="upload">What was sent.</param>
    /// <param name="caller">By whom.</param>
    /// <param name="mayBeLate">Whether its leaderboard's deadline does not count.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<(Accepted? Accepted, Refused? Refused)> SubmitAsync(
        Upload upload, Caller caller, bool mayBeLate, CancellationToken cancellationToken)
    {
        using var span = Traces.Source.StartActivity("accept submission", ActivityKind.Producer);
        var (accepted, refused) = await DecideAsync(upload, caller, mayBeLate, span, cancellationToken);
        if (refused is not null)
            metrics.Refused(refused.Refusal.Status);
        if (accepted is not null)
        {
            metrics.Accepted(accepted.Gpu, accepted.Mode);
            span?.SetTag("agon.submission.id", accepted.Id).SetTag("agon.device", accepted.Gpu.ToLowerInvariant());
        }
        return (accepted, refused);
    }

    private async Task<(Accepted? Accepted, Refused? Refused)> DecideAsync(
        Upload upload, Caller caller, bool mayBeLate, Activity? span, CancellationToken cancellationToken)
    {
        var user = caller.Participant;
        var found = await boards.AskAsync(upload.Leaderboard).WaitAsync(cancellationToken);
        var board = found?.Leaderboard;
        var isInvited = board is { IsPublic: false } && await invites.CoverAsync(board.Id, user.Id, cancellationToken);

        var now = clock.GetUtcNow();
        switch (IntakeRules.Decide(upload, board, new Submitter(user, caller.ThroughBoard, isInvited, mayBeLate), found?.IsOpen ?? false, now))
        {
            // The limit comes before the deadline, and who has used it up is told so in any case.
            case IntakeOutcome.Refused { Kind: RefusalKind.Late }
                when await submissions.UsedUpAsync(board!, user.Id, IntakeRules.ParseMode(upload.Mode)!.Value, now, cancellationToken) is { } usedUp:
                return (null, TooMany(usedUp, board!, now));
            case IntakeOutcome.Refused refused:
                return (null, new Refused(new Refusal(StatusOf(refused.Kind), refused.Reason), refused.InStream));
            case IntakeOutcome.Admitted admitted:
                var submission = new NewSubmission(board!, user.Id, upload.FileName, admitted.Code, admitted.Mode, [admitted.Gpu]) { Trace = span?.Id };
                var (accepted, tooMany) = await submissions.AcceptAsync(submission, now, cancellationToken);
                if (tooMany is not null)
                    return (null, TooMany(tooMany, board!, now));
                news.Jobs.Beat();
                return (new Accepted(accepted!.Id, accepted.JobStatusId, admitted.Gpu, admitted.Mode), null);
            case var other:
                throw new UnreachableException($"{other}");
        }
    }

    private static Refused TooMany(RateUse usedUp, Leaderboard board, DateTimeOffset now)
    {
        var seconds = usedUp.FreeAt is null ? (int?)null : usedUp.SecondsLeft(now);
        return new Refused(new Refusal(StatusCodes.Status429TooManyRequests, usedUp.Reason(board.Name, now)) { RetryAfterSeconds = seconds }, InStream: true);
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status400BadRequest,
    };
}

/// <summary>A submission that is in the database now.</summary>
internal sealed record Accepted(long Id, long JobStatusId, string Gpu, SubmissionMode Mode);

/// <summary>Why an upload did not become one, and whether a client that asked for a stream is told in it (contract section 2.2).</summary>
internal sealed record Refused(Refusal Refusal, bool InStream);
