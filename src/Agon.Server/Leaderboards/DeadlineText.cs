namespace Agon.Server.Leaderboards;

/// <summary>Deadlines for people.</summary>
internal static class DeadlineText
{
    /// <summary>"2 days 3 hours left", or "ended".</summary>
    public static string Left(DateTimeOffset deadline, DateTimeOffset now) => (deadline - now) switch
    {
        var left when left < TimeSpan.Zero => "ended",
        { TotalMinutes: < 1 } => "less than a minute left",
        { TotalHours: < 1 } left => $"{Of(left.Minutes, "minute")} left",
        { TotalDays: < 1 } left => $"{Of(left.Hours, "hour")} {Of(left.Minutes, "minute")} left",
        var left => $"{Of(left.Days, "day")} {Of(left.Hours, "hour")} left",
    };

    /// <summary>To the minute, in UTC.</summary>
    public static string At(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-dd HH:mm} UTC";

    /// <summary>For machines, in the <c>datetime</c> attribute of a time element.</summary>
    public static string Machine(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";

    private static string Of(int count, string unit) => count == 1 ? $"1 {unit}" : $"{count} {unit}s";
}
