using System.Collections.Immutable;
using Agon.Domain.Datasets;

namespace Agon.Domain.Tournaments;

/// <summary>What an organiser asks for when a tournament is created (S030, S081).</summary>
public sealed record NewTournament
{
    public required string Name { get; init; }
    public required DateOnly RegistrationStart { get; init; }
    public required DateOnly RegistrationEnd { get; init; }
    public int MaxParticipants { get; init; } = TournamentDefaults.MaxParticipants;
    public int EpochDays { get; init; } = TournamentDefaults.EpochDays;
    public ImmutableArray<string> TestNetworks { get; init; } = TournamentDefaults.TestNetworks;
    public ImmutableArray<int> TestWindowDays { get; init; } = TournamentDefaults.TestWindowDays;
    public double MaxExecutionTimeSeconds { get; init; } = TournamentDefaults.MaxExecutionTimeSeconds;
    public ScoringPolicy Policy { get; init; } = ScoringPolicy.Default;

    /// <summary>In characters.</summary>
    public const int MaxNameLength = 200;

    /// <summary>Of the competition.</summary>
    public const int MaxDays = 3660;

    // A day: the next one has runs of its own.
    private const double MostSecondsARun = 86_400;
    private const int MostParticipants = 10_000;
    private const int MostSlotsADay = 100;

    public Schedule Schedule => Schedule.Of(RegistrationStart, RegistrationEnd, EpochDays);

    /// <summary>Why it is refused, naming the field; null if it is not.</summary>
    public string? Refuse()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > MaxNameLength || Name.Any(char.IsControl))
            return $"name must have 1 to {MaxNameLength} characters and no control characters";
        if (MaxParticipants is < 1 or > MostParticipants)
            return $"max_participants is {MaxParticipants}, not between 1 and {MostParticipants}";
        if (EpochDays is < 1 or > MaxDays)
            return $"epoch_days is {EpochDays}, not between 1 and {MaxDays}";
        if (RegistrationEnd > DateOnly.MaxValue.AddDays(-EpochDays))
            return $"registration_end {RegistrationEnd:yyyy-MM-dd} leaves no room for the competition";
        if (!(MaxExecutionTimeSeconds > 0 && MaxExecutionTimeSeconds <= MostSecondsARun))
            return $"the time limit of a run is {MaxExecutionTimeSeconds:R} s, not above 0 and up to {MostSecondsARun}";
        return RefuseSlots() ?? Schedule.Refuse() ?? Policy.Refuse();
    }

    private string? RefuseSlots()
    {
        if (TestNetworks.IsDefaultOrEmpty || TestNetworks.Distinct(StringComparer.Ordinal).Count() != TestNetworks.Length)
            return "test_networks must name at least one network, and none twice";
        if (TestNetworks.FirstOrDefault(network => !DatasetKey.IsNetwork(network)) is { } wrong)
            return $"test_networks has '{wrong}', which is no network: lower-case letters, digits, - and _, at most 32";
        if (TestWindowDays.IsDefaultOrEmpty || TestWindowDays.Distinct().Count() != TestWindowDays.Length || TestWindowDays.Any(days => days is < 1 or > DatasetKey.LongestWindow))
            return $"test_window_days must have at least one number of days between 1 and {DatasetKey.LongestWindow}, and none twice";
        return TestNetworks.Length * TestWindowDays.Length > MostSlotsADay
            ? $"{TestNetworks.Length} networks and {TestWindowDays.Length} windows are more than {MostSlotsADay} runs a day"
            : null;
    }
}
