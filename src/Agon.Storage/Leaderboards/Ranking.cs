using Agon.Domain.Jobs;
using Agon.Domain.Leaderboards;

namespace Agon.Storage.Leaderboards;

/// <summary>The one ranking rule (contract section 9), as one statement.</summary>
internal static class Ranking
{
    public static async Task<IReadOnlyList<RankedEntry>> QueryAsync(
        Session session, Leaderboard leaderboard, string gpu, int? limit, int offset, CancellationToken cancellationToken)
    {
        var direction = leaderboard.Task.ScoreAscending ? "ASC" : "DESC";
        return await session.QueryAsync<RankedEntry>($"""
            WITH eligible AS (
                SELECT s.id AS submission_id, s.user_id, s.file_name, s.submission_time,
                       CAST(r.score AS DOUBLE PRECISION) AS score,
                       COALESCE(r.system_info -> 'isolation' ->> 'level', '') = 'none' AS unsandboxed
                FROM submission s
                JOIN runs r ON r.submission_id = s.id
                LEFT JOIN submission_job_status j ON j.submission_id = s.id
                WHERE s.leaderboard_id = @Id AND r.runner = @gpu
                  AND NOT r.secret AND r.score IS NOT NULL AND r.passed
                  AND COALESCE(s.status, '') <> 'hacked' AND COALESCE(j.status, '') <> '{JobStatus.Hacked}'
                  AND EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = s.id AND p.runner = r.runner
                              AND p.secret AND p.passed AND p.mode = 'leaderboard')
                  AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.submission_id = s.id AND p.runner = r.runner
                                  AND p.secret AND NOT p.passed)
            ), best AS (
                SELECT eligible.*, ROW_NUMBER() OVER (
                    PARTITION BY user_id ORDER BY score {direction}, submission_time, submission_id) AS place
                FROM eligible
            )
            SELECT RANK() OVER (ORDER BY best.score {direction}) AS rank,
                   best.submission_id, best.file_name, best.submission_time, best.score, best.unsandboxed,
                   u.id AS user_id, COALESCE(u.user_name, u.id) AS user_name
            FROM best JOIN user_info u ON u.id = best.user_id
            WHERE best.place = 1
            ORDER BY best.score {direction}, best.submission_time, best.submission_id
            LIMIT @limit OFFSET @offset
            """, new { leaderboard.Id, gpu, limit = limit ?? long.MaxValue, offset }, cancellationToken);
    }
}
