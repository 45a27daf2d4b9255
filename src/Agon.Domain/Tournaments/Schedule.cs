namespace Agon.Domain.Tournaments;

/// <summary>The dates of a tournament, in UTC (D36), each one included; EpochDays is the number of competition days.</summary>
public sealed record Schedule(DateOnly RegistrationStart, DateOnly RegistrationEnd, DateOnly CompetitionStart, DateOnly CompetitionEnd, int EpochDays)
{
    /// <summary>The competition begins on the day after the registration's last one (D23).</summary>
    public static Schedule Of(DateOnly registrationStart, DateOnly registrationEnd, int epochDays) => new(
        registrationStart, registrationEnd, registrationEnd.AddDays(1), registrationEnd.AddDays(epochDays), epochDays);

    public bool IsCompetitionDay(DateOnly date) => CompetitionStart <= date && date <= CompetitionEnd;

    /// <summary>The number of that date's day; below 1 before the competition, above <see cref="EpochDays"/> after it.</summary>
    public int NumberOf(DateOnly date) => date.DayNumber - CompetitionStart.DayNumber + 1;

    /// <summary>How many days have begun by that date, from 0 to <see cref="EpochDays"/> (D24).</summary>
    public int DaysBegunBy(DateOnly date) => Math.Clamp(NumberOf(date), 0, EpochDays);

    /// <summary>Why these dates are refused; null if they are not.</summary>
    public string? Refuse()
    {
        if (RegistrationEnd < RegistrationStart)
            return $"registration_end {RegistrationEnd:yyyy-MM-dd} is before registration_start {RegistrationStart:yyyy-MM-dd}";
        if (CompetitionStart <= RegistrationEnd)
            return $"competition_start {CompetitionStart:yyyy-MM-dd} is not after registration_end {RegistrationEnd:yyyy-MM-dd}";
        if (EpochDays < 1)
            return $"epoch_days is {EpochDays}, not 1 or more";
        return CompetitionEnd.DayNumber - CompetitionStart.DayNumber + 1 == EpochDays
            ? null
            : $"competition_start {CompetitionStart:yyyy-MM-dd} to competition_end {CompetitionEnd:yyyy-MM-dd} are not {EpochDays} days, as epoch_days says";
    }
}
