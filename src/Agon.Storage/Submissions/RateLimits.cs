using Agon.Domain.Submissions;

namespace Agon.Storage.Submissions;

/// <summary>Counts what a participant has submitted within the last hour, in the transaction that would add one more.</summary>
internal static class RateLimits
{
    /// <summary>Whether the submission <c>s</c> counts: what the platform itself has failed at is not its author's.</summary>
    public const string Counts = "NOT EXISTS (SELECT 1 FROM agon_job job WHERE job.submission_id = s.id AND job.state = 'failed')";

    private const string Counted = $"""
        SELECT s.submission_time FROM submission s
        WHERE s.user_id = @userId AND s.leaderboard_id = @leaderboard AND s.mode_category = @category AND s.submission_time > @since AND {Counts}
        UNION ALL
        SELECT gone.submission_time FROM agon_deleted_submission gone
        WHERE gone.user_id = @userId AND gone.leaderboard_id = @leaderboard AND gone.mode_category = @category AND gone.submission_time > @since AND gone.counts
        """;

    /// <summary>
    /// The limit that leaves no room for one more; null if there is room. Until the transaction ends nobody else can take it:
    /// of a participant's submissions that come at once no more are accepted than the limit allows.
    /// </summary>
    public static async Task<RateUse?> UsedUpAsync(
        Session session, long leaderboard, string userId, SubmissionMode mode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var category = ModeCategory.Of(mode);
        if (await session.QueryOneAsync<int?>(
            "SELECT max_submissions_per_hour FROM rate_limit WHERE leaderboard_id = @leaderboard AND mode_category = @category",
            new { leaderboard, category }, cancellationToken) is not { } most)
            return null;

        await session.LockAsync($"rate_limit {leaderboard} {category} {userId}", cancellationToken);
        var since = now - RateUse.Window;
        var count = (int)await session.QueryOneAsync<long>($"SELECT COUNT(*) FROM ({Counted}) counted",
            new { userId, leaderboard, category, since }, cancellationToken);
        if (count < most)
            return null;
        // Not always the oldest one: where the limit was lowered, several have to go first.
        var next = most == 0 ? null : await session.QueryOneAsync<DateTimeOffset?>(
            $"SELECT submission_time FROM ({Counted}) counted ORDER BY submission_time LIMIT 1 OFFSET @more",
            new { userId, leaderboard, category, since, more = count - most }, cancellationToken);
        return new RateUse(category, count, most, next + RateUse.Window);
    }
}
