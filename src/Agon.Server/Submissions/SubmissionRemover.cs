using Agon.Domain.Accounts;
using Agon.Server.Leaderboards;
using Agon.Storage.Submissions;
using Microsoft.Extensions.Logging;

namespace Agon.Server.Submissions;

/// <summary>Deletes a submission, a ranked one too, and tells those who watch it; of a place that was given up the log keeps a trace.</summary>
internal sealed partial class SubmissionRemover(SubmissionStore submissions, BoardVersions versions, News news, ILogger<SubmissionRemover> logger)
{
    /// <returns>False: there is none.</returns>
    /// <param name="id">Which one.</param>
    /// <param name="by">Its author; null: an operator.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<bool> RemoveAsync(long id, User? by, CancellationToken cancellationToken)
    {
        if (!await submissions.DeleteAsync(id, cancellationToken))
            return false;
        LogDeleted(id, by is null ? "(an operator)" : by.Id);
        versions.Forget();
        news.Submission(id).Beat();
        return true;
    }

    [LoggerMessage(210, LogLevel.Information, "Submission {SubmissionId} was deleted by user {UserId}")]
    private partial void LogDeleted(long submissionId, string userId);
}
