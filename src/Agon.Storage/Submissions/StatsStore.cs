namespace Agon.Storage.Submissions;

/// <summary>Counts over all submissions and runs, for operators.</summary>
public sealed class StatsStore(Database database)
{
    private const int MostUsers = 10;

    /// <summary>The counts.</summary>
    /// <param name="leaderboard">Of this one alone, its name in any case; null for all. One that is not there has counts of 0.</param>
    /// <param name="since">Only what was submitted since then, and who has used most; null for the whole history.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<Stats> OfAsync(string? leaderboard, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        await using var session = await database.ReadAsync(cancellationToken);
        var chosen = $"""
            SELECT s.* FROM submission s JOIN leaderboard l ON l.id = s.leaderboard_id
            WHERE TRUE {(leaderboard is null ? "" : "AND lower(l.name) = lower(@name)")} {(since is null ? "" : "AND s.submission_time >= @since")}
            """;
        var parameters = new { name = leaderboard is null ? null : StoredText.Clean(leaderboard), since = since ?? default, MostUsers };
        var runtime = session.Dialect.SecondsBetween("r.start_time", "r.end_time");
        var delay = session.Dialect.SecondsBetween("s.submission_time", "r.start_time");

        var totals = await session.QueryOneAsync<TotalsRow>($"""
            SELECT COUNT(*) AS submissions, COUNT(CASE WHEN s.done IS NOT TRUE THEN 1 END) AS waiting,
                   COUNT(DISTINCT s.user_id) AS users, COUNT(DISTINCT s.code_id) AS codes
            FROM ({chosen}) s
            """, parameters, cancellationToken);
        var runners = await session.QueryAsync<RunnerStats>($"""
            SELECT r.runner, COUNT(*) AS runs, COUNT(CASE WHEN r.passed THEN 1 END) AS passed, COUNT(r.score) AS scored,
                   COUNT(CASE WHEN r.secret THEN 1 END) AS secret,
                   MAX({delay}) AS max_delay_seconds, AVG({delay}) AS avg_delay_seconds, SUM({runtime}) AS runtime_seconds
            FROM runs r JOIN ({chosen}) s ON s.id = r.submission_id
            GROUP BY r.runner ORDER BY r.runner
            """, parameters, cancellationToken);
        var heaviest = since is null ? [] : await session.QueryAsync<UserRuntime>($"""
            SELECT s.user_id, SUM({runtime}) AS seconds
            FROM runs r JOIN ({chosen}) s ON s.id = r.submission_id
            GROUP BY s.user_id ORDER BY seconds DESC, s.user_id LIMIT @MostUsers
            """, parameters, cancellationToken);
        return new Stats(totals!.Submissions, totals.Waiting, totals.Users, since is null ? totals.Codes : null, runners, heaviest);
    }

    private sealed record TotalsRow
    {
        public required long Submissions { get; init; }
        public required long Waiting { get; init; }
        public required long Users { get; init; }
        public required long Codes { get; init; }
    }
}

/// <summary>What was submitted and run.</summary>
/// <param name="Submissions">All of them.</param>
/// <param name="Waiting">Those that have not ended.</param>
/// <param name="Users">Who submitted.</param>
/// <param name="UniqueCodes">Different contents; null where not the whole history was asked for.</param>
/// <param name="Runners">By device.</param>
/// <param name="HeaviestUsers">Who ran longest; empty for the whole history.</param>
public sealed record Stats(
    long Submissions, long Waiting, long Users, long? UniqueCodes, IReadOnlyList<RunnerStats> Runners, IReadOnlyList<UserRuntime> HeaviestUsers);

/// <summary>The runs on one device. A delay is from a submission to the start of its run.</summary>
public sealed record RunnerStats
{
    public required string Runner { get; init; }
    public required long Runs { get; init; }
    public required long Passed { get; init; }
    public required long Scored { get; init; }
    public required long Secret { get; init; }
    public required double MaxDelaySeconds { get; init; }
    public required double AvgDelaySeconds { get; init; }
    public required double RuntimeSeconds { get; init; }
}

/// <summary>How long a user's runs took together.</summary>
public sealed record UserRuntime
{
    public required string UserId { get; init; }
    public required double Seconds { get; init; }
}
