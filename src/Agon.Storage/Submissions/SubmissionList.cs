using Agon.Storage.Leaderboards;

namespace Agon.Storage.Submissions;

/// <summary>A page of a user's submissions, in one statement.</summary>
internal static class SubmissionList
{
    public static async Task<IReadOnlyList<ListedSubmission>> QueryAsync(
        Session session, string userId, string? leaderboard, int limit, int offset, CancellationToken cancellationToken)
    {
        var rows = await session.QueryAsync<Row>($"""
            WITH page AS (
                SELECT s.id, l.name AS leaderboard_name, s.file_name, s.submission_time, s.done IS TRUE AS done, j.status
                FROM submission s JOIN leaderboard l ON l.id = s.leaderboard_id
                LEFT JOIN submission_job_status j ON j.submission_id = s.id
                WHERE s.user_id = @userId {(leaderboard is null ? "" : "AND lower(l.name) = lower(@name)")}
                ORDER BY s.submission_time DESC, s.id DESC
                LIMIT @limit OFFSET @offset
            )
            SELECT page.id, page.leaderboard_name, page.file_name, page.submission_time, page.done, page.status,
                   r.runner AS gpu, CAST(r.score AS TEXT) AS score
            FROM page LEFT JOIN runs r ON r.submission_id = page.id AND NOT r.secret AND r.passed AND {Ranking.SecretRunPassed}
            ORDER BY page.submission_time DESC, page.id DESC, r.start_time, r.id
            """, new { userId, name = leaderboard is null ? null : StoredText.Clean(leaderboard), limit, offset }, cancellationToken);
        return [.. rows.GroupBy(row => row.Id).Select(same => Of([.. same]))];
    }

    private static ListedSubmission Of(IReadOnlyList<Row> rows) => new(
        rows[0].Id, rows[0].LeaderboardName, rows[0].FileName, rows[0].SubmissionTime, rows[0].Done, rows[0].Status,
        [.. rows.Where(row => row.Gpu is not null).Select(row => new ListedRun(row.Gpu!, RunRow.ScoreOf(row.Score)))]);

    private sealed record Row
    {
        public required long Id { get; init; }
        public required string LeaderboardName { get; init; }
        public required string FileName { get; init; }
        public required DateTimeOffset SubmissionTime { get; init; }
        public required bool Done { get; init; }
        public string? Status { get; init; }
        public string? Gpu { get; init; }
        public string? Score { get; init; }
    }
}
