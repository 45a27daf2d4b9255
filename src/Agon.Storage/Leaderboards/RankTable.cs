namespace Agon.Storage.Leaderboards;

/// <summary>
/// The rows of <c>agon_rank</c>, in the caller's transaction: each user's best eligible entry. Every change of a board goes
/// past its row in <c>agon_board</c>, which stays locked until the commit, so that two of one board never miss each other.
/// </summary>
internal static class RankTable
{
    private const string HigherIsBetter = "COALESCE(CAST(task ->> 'score_ascending' AS TEXT), '') IN ('false', '0')";

    /// <summary>Says that a page of the board may look different now.</summary>
    public static async Task TouchAsync(Session session, long leaderboardId, CancellationToken cancellationToken)
    {
        if (await session.ExecuteAsync("UPDATE agon_board SET version = version + 1 WHERE leaderboard_id = @leaderboardId", new { leaderboardId }, cancellationToken) > 0)
            return;
        // Another system made the leaderboard, after the migration.
        await session.ExecuteAsync($"""
            INSERT INTO agon_board (leaderboard_id, higher_is_better) SELECT id, {HigherIsBetter} FROM leaderboard WHERE id = @leaderboardId
            ON CONFLICT (leaderboard_id) DO UPDATE SET version = agon_board.version + 1
            """, new { leaderboardId }, cancellationToken);
    }

    /// <summary>Takes note of the leaderboard itself; where its scores go the other way now, everybody's best is another one.</summary>
    public static async Task FollowAsync(Session session, long leaderboardId, CancellationToken cancellationToken)
    {
        await TouchAsync(session, leaderboardId, cancellationToken);
        if (await session.ExecuteAsync($"""
            UPDATE agon_board SET higher_is_better = NOT higher_is_better
            WHERE leaderboard_id = @leaderboardId
              AND higher_is_better <> (SELECT {HigherIsBetter} FROM leaderboard WHERE id = @leaderboardId)
            """, new { leaderboardId }, cancellationToken) == 0)
            return;
        await session.ExecuteAsync("DELETE FROM agon_rank WHERE leaderboard_id = @leaderboardId", new { leaderboardId }, cancellationToken);
        await FillAsync(session, "s.leaderboard_id = @leaderboardId", new { leaderboardId }, cancellationToken);
    }

    /// <summary>Brings the ranks in line with a submission whose runs or marks have changed.</summary>
    public static async Task RefreshAsync(Session session, long submissionId, CancellationToken cancellationToken)
    {
        if (await session.QueryOneAsync<EntryRow>(
            "SELECT leaderboard_id, user_id FROM submission WHERE id = @submissionId", new { submissionId }, cancellationToken) is not { } entry)
            return;
        await TouchAsync(session, entry.LeaderboardId, cancellationToken);
        // A place that it held may now be another entry's of its user; without one, it can only win a place itself.
        var held = await session.ExecuteAsync("DELETE FROM agon_rank WHERE submission_id = @submissionId", new { submissionId }, cancellationToken) > 0;
        await FillAsync(session, held ? "s.leaderboard_id = @LeaderboardId AND s.user_id = @UserId" : "s.id = @submissionId",
            new { submissionId, entry.LeaderboardId, entry.UserId }, cancellationToken);
    }

    /// <summary>Builds all of it anew, for a database that others have written to.</summary>
    /// <returns>How many places there are.</returns>
    public static async Task<long> RebuildAsync(Session session, CancellationToken cancellationToken)
    {
        await session.ExecuteAsync($"""
            INSERT INTO agon_board (leaderboard_id, higher_is_better) SELECT id, {HigherIsBetter} FROM leaderboard WHERE TRUE
            ON CONFLICT (leaderboard_id) DO UPDATE SET version = agon_board.version + 1, higher_is_better = excluded.higher_is_better
            """, null, cancellationToken);
        await session.ExecuteAsync("DELETE FROM agon_rank", null, cancellationToken);
        await FillAsync(session, "TRUE", null, cancellationToken);
        return await session.QueryOneAsync<long>("SELECT COUNT(*) FROM agon_rank", null, cancellationToken);
    }

    private static Task<int> FillAsync(Session session, string which, object? parameters, CancellationToken cancellationToken) =>
        session.ExecuteLongAsync($"""
            INSERT INTO agon_rank (leaderboard_id, gpu, user_id, submission_id, score, place_score, submission_time, unsandboxed)
            SELECT leaderboard_id, gpu, user_id, submission_id, score, place_score, submission_time, unsandboxed
            FROM (
                SELECT eligible.*, ROW_NUMBER() OVER (
                    PARTITION BY leaderboard_id, gpu, user_id ORDER BY place_score, submission_time, submission_id) AS place
                FROM ({Ranking.Eligible} AND {which}) eligible
            ) best
            WHERE place = 1
            ON CONFLICT (leaderboard_id, gpu, user_id) DO UPDATE
            SET submission_id = excluded.submission_id, score = excluded.score, place_score = excluded.place_score,
                submission_time = excluded.submission_time, unsandboxed = excluded.unsandboxed
            WHERE (excluded.place_score, excluded.submission_time, excluded.submission_id)
                < (agon_rank.place_score, agon_rank.submission_time, agon_rank.submission_id)
            """, parameters, cancellationToken);

    private sealed record EntryRow
    {
        public required long LeaderboardId { get; init; }
        public required string UserId { get; init; }
    }
}
