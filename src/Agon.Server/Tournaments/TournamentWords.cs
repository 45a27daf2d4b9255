using System.Globalization;
using Agon.Domain.Tournaments;
using Agon.Server.Pages;

namespace Agon.Server.Tournaments;

/// <summary>Tournaments in words, for pages.</summary>
internal static class TournamentWords
{
    public static string Status(Tournament one) => one.Status switch
    {
        TournamentStatus.InProgress => $"in progress, day {one.CurrentDay} of {one.Schedule.EpochDays}",
        var other => ContractWord.Of(other),
    };

    public static Html Days(DateOnly first, DateOnly last) => Html.Of($"{Day(first)} to {Day(last)}");

    public static Html Day(DateOnly date)
    {
        var text = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return Html.Of($"<time datetime=\"{text}\">{text}</time>");
    }

    public static string Number(double number, int digits) => number.ToString($"F{digits}", CultureInfo.InvariantCulture);

    /// <summary>Why somebody is out, in a sentence; empty for who is not.</summary>
    public static string Out(bool isDisqualified, string? reason, int? day, double limitSeconds) => !isDisqualified
        ? ""
        : $"disqualified{(day is null ? "" : $" on day {day}")}: {DayViews.Message(reason, limitSeconds)}";
}
