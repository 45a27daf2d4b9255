using Agon.Domain.Jobs;
using Agon.Domain.Leaderboards;

namespace Agon.Storage.Leaderboards;

/// <summary>The one ranking rule (contract section 9): which runs are eligible, and what is shown of them.</summary>
internal static class Ranking
{
    /// <summary>Whether the submission of the public run <c>r</c> has passed its secret run on the same device, with no part of it failed.</summary>
    public const string SecretRunPassed = """
        EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = r.submission_id AND p.runner = r.runner
                AND p.secret AND p.passed AND p.mode = 'leaderboard')
        AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = r.submission_id AND p.runner = r.runner
                        AND p.secret AND NOT p.passed)
        """;

    /// <summary>The eligible runs, best ones with the lowest <c>place_score</c>; more conditions may follow.</summary>
    /// <remarks>
    /// Ordered by every digit that is kept, shown as a double. Another system's rows may hold what no double is (NaN, Infinity):
    /// one such row must not close its board.
    /// </remarks>
    public const string Eligible = $"""
        SELECT s.leaderboard_id, r.runner AS gpu, s.user_id, s.id AS submission_id, s.file_name, s.submission_time,
               CAST(r.score AS DOUBLE PRECISION) AS score,
               CASE WHEN b.higher_is_better THEN -CAST(r.score AS NUMERIC) ELSE CAST(r.score AS NUMERIC) END AS place_score,
               COALESCE(r.system_info -> 'isolation' ->> 'level', '') = 'none' AS unsandboxed
        FROM submission s
        JOIN agon_board b ON b.leaderboard_id = s.leaderboard_id
        JOIN runs r ON r.submission_id = s.id
        LEFT JOIN submission_job_status j ON j.submission_id = s.id
        WHERE NOT r.secret AND r.score IS NOT NULL AND r.passed AND CAST(r.score AS NUMERIC) BETWEEN -1e300 AND 1e300
          AND COALESCE(s.status, '') <> 'hacked' AND COALESCE(j.status, '') <> '{JobStatus.Hacked}'
          AND {SecretRunPassed}
        """;

    private const string Own = $"{Eligible} AND s.leaderboard_id = @Id AND r.runner = @gpu AND s.user_id = @userId";

    /// <summary>Each user's best, from the materialised rank.</summary>
    public static Task<IReadOnlyList<RankedEntry>> QueryAsync(
        Session session, Leaderboard leaderboard, string gpu, int? limit, int offset, CancellationToken cancellationToken) =>
        session.QueryAsync<RankedEntry>(
            Listed("SELECT * FROM agon_rank WHERE leaderboard_id = @Id AND gpu = @gpu"),
            new { leaderboard.Id, gpu, limit = limit ?? long.MaxValue, offset }, cancellationToken);

    /// <summary>All of one user's, ranked among themselves.</summary>
    public static Task<IReadOnlyList<RankedEntry>> QueryOwnAsync(
        Session session, Leaderboard leaderboard, string gpu, string userId, int? limit, int offset, CancellationToken cancellationToken) =>
        session.QueryAsync<RankedEntry>(Listed(Own), new { leaderboard.Id, gpu, userId, limit = limit ?? long.MaxValue, offset }, cancellationToken);

    /// <summary>How many users are ranked.</summary>
    public static Task<long> CountAsync(Session session, Leaderboard leaderboard, string gpu, CancellationToken cancellationToken) =>
        session.QueryOneAsync<long>("SELECT COUNT(*) FROM agon_rank WHERE leaderboard_id = @Id AND gpu = @gpu", new { leaderboard.Id, gpu }, cancellationToken);

    /// <summary>How many eligible runs a user has.</summary>
    public static Task<long> CountOwnAsync(Session session, Leaderboard leaderboard, string gpu, string userId, CancellationToken cancellationToken) =>
        session.QueryOneAsync<long>($"SELECT COUNT(*) FROM ({Own}) own", new { leaderboard.Id, gpu, userId }, cancellationToken);

    // Names are looked up for the page alone, not for all that are ranked before it.
    private static string Listed(string entries) => $"""
        WITH page AS (
            SELECT RANK() OVER (ORDER BY place_score) AS rank, user_id, submission_id, submission_time, score, place_score, unsandboxed
            FROM ({entries}) entries
            ORDER BY place_score, submission_time, submission_id
            LIMIT @limit OFFSET @offset
        )
        SELECT page.rank, page.submission_id, s.file_name, page.submission_time, page.score, page.unsandboxed,
               u.id AS user_id, COALESCE(u.user_name, u.id) AS user_name
        FROM page JOIN submission s ON s.id = page.submission_id JOIN user_info u ON u.id = page.user_id
        ORDER BY page.place_score, page.submission_time, page.submission_id
        """;
}
