using Agon.Domain.Jobs;
using Agon.Domain.Leaderboards;

namespace Agon.Storage.Leaderboards;

/// <summary>The one ranking rule (contract section 9): which runs are eligible, and three ways to look at them.</summary>
internal static class Ranking
{
    /// <summary>Whether the submission of the public run <c>r</c> has passed its secret run on the same device, with no part of it failed.</summary>
    public const string SecretRunPassed = """
        EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = r.submission_id AND p.runner = r.runner
                AND p.secret AND p.passed AND p.mode = 'leaderboard')
        AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = r.submission_id AND p.runner = r.runner
                        AND p.secret AND NOT p.passed)
        """;

    // Ordered by every digit that is kept, shown as a double. Another system's rows may hold what no double is (NaN, Infinity):
    // one such row must not close its board.
    private const string Eligible = $"""
        SELECT s.id AS submission_id, s.user_id, s.file_name, s.submission_time,
               CAST(r.score AS NUMERIC) AS exact, CAST(r.score AS DOUBLE PRECISION) AS score,
               COALESCE(r.system_info -> 'isolation' ->> 'level', '') = 'none' AS unsandboxed
        FROM submission s
        JOIN runs r ON r.submission_id = s.id
        LEFT JOIN submission_job_status j ON j.submission_id = s.id
        WHERE s.leaderboard_id = @Id AND r.runner = @gpu
          AND NOT r.secret AND r.score IS NOT NULL AND r.passed AND CAST(r.score AS NUMERIC) BETWEEN -1e300 AND 1e300
          AND COALESCE(s.status, '') <> 'hacked' AND COALESCE(j.status, '') <> '{JobStatus.Hacked}'
          AND {SecretRunPassed}
        """;

    /// <summary>Each user's best.</summary>
    public static Task<IReadOnlyList<RankedEntry>> QueryAsync(
        Session session, Leaderboard leaderboard, string gpu, int? limit, int offset, CancellationToken cancellationToken)
    {
        var direction = Direction(leaderboard);
        return session.QueryAsync<RankedEntry>($"""
            WITH eligible AS ({Eligible}), best AS (
                SELECT eligible.*, ROW_NUMBER() OVER (
                    PARTITION BY user_id ORDER BY exact {direction}, submission_time, submission_id) AS place
                FROM eligible
            )
            {Listed("best", direction)}
            WHERE best.place = 1
            {Page("best", direction)}
            """, new { leaderboard.Id, gpu, limit = limit ?? long.MaxValue, offset }, cancellationToken);
    }

    /// <summary>All of one user's, ranked among themselves.</summary>
    public static Task<IReadOnlyList<RankedEntry>> QueryOwnAsync(
        Session session, Leaderboard leaderboard, string gpu, string userId, int? limit, int offset, CancellationToken cancellationToken)
    {
        var direction = Direction(leaderboard);
        return session.QueryAsync<RankedEntry>($"""
            WITH own AS ({Eligible} AND s.user_id = @userId)
            {Listed("own", direction)}
            {Page("own", direction)}
            """, new { leaderboard.Id, gpu, userId, limit = limit ?? long.MaxValue, offset }, cancellationToken);
    }

    /// <summary>How many users are ranked.</summary>
    public static Task<long> CountAsync(Session session, Leaderboard leaderboard, string gpu, CancellationToken cancellationToken) =>
        session.QueryOneAsync<long>($"SELECT COUNT(DISTINCT user_id) FROM ({Eligible}) eligible", new { leaderboard.Id, gpu }, cancellationToken);

    /// <summary>How many eligible runs a user has.</summary>
    public static Task<long> CountOwnAsync(Session session, Leaderboard leaderboard, string gpu, string userId, CancellationToken cancellationToken) =>
        session.QueryOneAsync<long>(
            $"SELECT COUNT(*) FROM ({Eligible} AND s.user_id = @userId) own", new { leaderboard.Id, gpu, userId }, cancellationToken);

    private static string Direction(Leaderboard leaderboard) => leaderboard.Task.ScoreAscending ? "ASC" : "DESC";

    private static string Listed(string entries, string direction) => $"""
        SELECT RANK() OVER (ORDER BY {entries}.exact {direction}) AS rank,
               {entries}.submission_id, {entries}.file_name, {entries}.submission_time, {entries}.score, {entries}.unsandboxed,
               u.id AS user_id, COALESCE(u.user_name, u.id) AS user_name
        FROM {entries} JOIN user_info u ON u.id = {entries}.user_id
        """;

    private static string Page(string entries, string direction) => $"""
        ORDER BY {entries}.exact {direction}, {entries}.submission_time, {entries}.submission_id
        LIMIT @limit OFFSET @offset
        """;
}
