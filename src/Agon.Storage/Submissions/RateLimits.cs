using Agon.Domain.Submissions;

namespace Agon.Storage.Submissions;

/// <summary>Counts what a participant has submitted within the last hour, in the transaction that would add one more.</summary>
internal static class RateLimits
{
    /// <summary>Whether the submission <c>s</c> counts: what the platform itself has failed at is not its author's.</summary>
    public const string Counts = "NOT EXISTS (SELECT 1 FROM agon_job job WHERE job.submission_id = s.id AND job.state = 'failed')";

    private const string Counted = $"""
        SELECT s.submission_time FROM submission s
        WHERE s.user_id = @UserId AND s.leaderboard_id = @Leaderboard AND s.mode_category = @Category AND s.submission_time > @Since AND {Counts}
        UNION ALL
        SELECT gone.submission_time FROM agon_deleted_submission gone
        WHERE gone.user_id = @UserId AND gone.leaderboard_id = @Leaderboard AND gone.mode_category = @Category AND gone.submission_time > @Since AND gone.counts
        """;

    private const string Limit =
        "SELECT max_submissions_per_hour FROM rate_limit WHERE leaderboard_id = @Leaderboard AND mode_category = @Category";

    private const string Count = $"SELECT COUNT(*) FROM ({Counted}) counted";

    /// <summary>The limit that leaves no room for one more just now; null if there is room.</summary>
    public static async Task<RateUse?> UsedUpAsync(
        Session session, long leaderboard, string userId, SubmissionMode mode, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var account = new Account(leaderboard, ModeCategory.Of(mode), userId);
        if (await session.QueryOneAsync<int?>(Limit, account, cancellationToken) is not { } most)
            return null;
        var count = await session.QueryOneAsync<long>(Count, Within(account, now), cancellationToken);
        return count < most ? null : await UsedUpAsync(session, account, (int)count, most, now, [], cancellationToken);
    }

    /// <summary>
    /// Of each arrival the limit that leaves no room for it, behind those before it; null if there is room. Until the transaction
    /// ends nobody else can take it: of a participant's submissions that come at once no more are accepted than the limit allows.
    /// </summary>
    public static async Task<IReadOnlyList<RateUse?>> UsedUpAsync(Session session, IReadOnlyList<Arrival> arrivals, CancellationToken cancellationToken)
    {
        var kinds = arrivals.Select(arrival => new Kind(AccountOf(arrival).Leaderboard, AccountOf(arrival).Category)).Distinct().ToList();
        var limits = kinds.Zip(await session.QueryEachAsync(Limit, kinds, cancellationToken)).ToDictionary();
        var limited = arrivals.Where(arrival => LimitOf(arrival) is not null).ToList();
        var trip = session.Trip();
        session.LockEach(trip, limited.Select(arrival => AccountOf(arrival).Lock));
        var counts = trip.Query(Count, limited.Select(arrival => Within(AccountOf(arrival), arrival.At)));
        await trip.GoAsync(cancellationToken);

        var used = new Dictionary<Arrival, RateUse>(ReferenceEqualityComparer.Instance);
        var taken = limited.Select(AccountOf).Distinct().ToDictionary(account => account, _ => new List<DateTimeOffset>());
        foreach (var (arrival, stored) in limited.Zip(counts))
        {
            var account = AccountOf(arrival);
            var (count, most) = ((int)stored!.Value + taken[account].Count, (int)LimitOf(arrival)!.Value);
            if (count < most)
                taken[account].Add(arrival.At);
            else
                used[arrival] = await UsedUpAsync(session, account, count, most, arrival.At, taken[account], cancellationToken);
        }
        return [.. arrivals.Select(arrival => used.GetValueOrDefault(arrival))];

        long? LimitOf(Arrival arrival) => limits[new Kind(AccountOf(arrival).Leaderboard, AccountOf(arrival).Category)];
    }

    // Taken: what is accepted in this transaction, and not written yet.
    private static async Task<RateUse> UsedUpAsync(
        Session session, Account account, int count, int most, DateTimeOffset now, List<DateTimeOffset> taken, CancellationToken cancellationToken)
    {
        if (most == 0)
            return new RateUse(account.Category, count, most, FreeAt: null);
        // Not always the oldest one: where the limit was lowered, several have to go first. Those taken may come before some that are stored.
        var before = Math.Max(0, count - most - taken.Count);
        var times = await session.QueryAsync<DateTimeOffset>(
            $"SELECT submission_time FROM ({Counted}) counted ORDER BY submission_time LIMIT @Needed OFFSET @Before",
            new { account.Leaderboard, account.Category, account.UserId, Since = now - RateUse.Window, Needed = count - most - before + 1, Before = before },
            cancellationToken);
        var next = times.Concat(taken).Order().Skip(count - most - before).Select(time => (DateTimeOffset?)time).FirstOrDefault();
        return new RateUse(account.Category, count, most, next + RateUse.Window);
    }

    private static Account AccountOf(Arrival arrival) =>
        new(arrival.Submission.Leaderboard.Id, ModeCategory.Of(arrival.Submission.Mode), arrival.Submission.UserId);

    private static object Within(Account account, DateTimeOffset now) =>
        new { account.Leaderboard, account.Category, account.UserId, Since = now - RateUse.Window };

    private sealed record Kind(long Leaderboard, string Category);

    private sealed record Account(long Leaderboard, string Category, string UserId)
    {
        public string Lock => $"rate_limit {Leaderboard} {Category} {UserId}";
    }
}
