namespace Agon.Domain.Submissions;

/// <summary>A rate limit that leaves no room (contract section 5).</summary>
/// <param name="Category">One of <see cref="ModeCategory"/>.</param>
/// <param name="Count">The participant's submissions of the last hour.</param>
/// <param name="Most">How many are allowed.</param>
/// <param name="FreeAt">When one of them is an hour old, and the next may come; null where none is ever allowed.</param>
public sealed record RateUse(string Category, int Count, int Most, DateTimeOffset? FreeAt)
{
    /// <summary>How long a submission counts.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromHours(1);

    /// <summary>Whole seconds until the next submission may come, rounded up; 0 where it never may.</summary>
    public int SecondsLeft(DateTimeOffset now) => FreeAt is { } at ? Math.Max(0, (int)Math.Ceiling((at - now).TotalSeconds)) : 0;

    /// <summary>A sentence for the participant.</summary>
    public string Reason(string leaderboard, DateTimeOffset now)
    {
        var modes = Category == ModeCategory.Leaderboard ? "ranked submissions" : "submissions that do not rank";
        return FreeAt is null
            ? $"leaderboard {leaderboard} takes no {modes} at present ({Count}/{Most} in the last hour)"
            : $"you have used up the {modes} to leaderboard {leaderboard}: {Count}/{Most} in the last hour; try again in {SecondsLeft(now)} s";
    }
}
