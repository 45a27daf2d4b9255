using Agon.Contracts.Admin;
using Agon.Domain.Leaderboards;

namespace Agon.Storage.Submissions;

/// <summary>What organisers allow per hour, participant, leaderboard and category of modes (contract section 5).</summary>
public sealed class RateLimitStore(Database database)
{
    /// <summary>Sets the limit, over the one that there was.</summary>
    /// <param name="leaderboard">Where.</param>
    /// <param name="category">One of <see cref="Domain.Submissions.ModeCategory"/>.</param>
    /// <param name="perHour">Most submissions of one participant in an hour; 0 blocks all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<RateLimit> SetAsync(Leaderboard leaderboard, string category, int perHour, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var limit = await session.QueryOneAsync<RateLimit>("""
            INSERT INTO rate_limit (leaderboard_id, mode_category, max_submissions_per_hour) VALUES (@Id, @category, @perHour)
            ON CONFLICT (leaderboard_id, mode_category) DO UPDATE SET max_submissions_per_hour = excluded.max_submissions_per_hour
            RETURNING id, mode_category AS category, max_submissions_per_hour AS per_hour
            """, new { leaderboard.Id, category, perHour }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return limit!;
    }

    /// <summary>Lifts the limit; false if there is none.</summary>
    public async Task<bool> RemoveAsync(Leaderboard leaderboard, string category, CancellationToken cancellationToken)
    {
        await using var session = await database.WriteAsync(cancellationToken);
        var removed = await session.ExecuteAsync("DELETE FROM rate_limit WHERE leaderboard_id = @Id AND mode_category = @category",
            new { leaderboard.Id, category }, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return removed > 0;
    }

    /// <summary>The limits of a leaderboard, at most one a category.</summary>
    public async Task<IReadOnlyList<RateLimit>> ListAsync(Leaderboard leaderboard, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        return await session.QueryAsync<RateLimit>("""
            SELECT id, mode_category AS category, max_submissions_per_hour AS per_hour
            FROM rate_limit WHERE leaderboard_id = @Id ORDER BY mode_category
            """, new { leaderboard.Id }, cancellationToken);
    }
}

/// <summary>Most submissions of one participant in an hour.</summary>
public sealed record RateLimit
{
    public required long Id { get; init; }
    public required string Category { get; init; }
    public required int PerHour { get; init; }

    /// <summary>As the admin API and the command line show it.</summary>
    public RateLimitView ToView(Leaderboard leaderboard) => new()
    {
        Id = Id,
        LeaderboardId = leaderboard.Id,
        LeaderboardName = leaderboard.Name,
        ModeCategory = Category,
        MaxSubmissionsPerHour = PerHour,
    };
}
