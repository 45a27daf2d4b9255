using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Agon.Domain.Tournaments;

namespace Agon.Server.Tournaments;

/// <summary>What a new tournament has where its creator says nothing (tournament contract, S090 to S094): of the section <c>Tournaments</c>, too. Later changes touch no tournament that there is.</summary>
public sealed class NewTournamentOptions : IValidatableObject
{
    /// <summary>Miners it takes (TOURNAMENT_MAX_PARTICIPANTS). Default 10.</summary>
    public int MaxParticipants { get; init; } = TournamentDefaults.MaxParticipants;

    /// <summary>Days of its competition (TOURNAMENT_EPOCH_DAYS). Default 7.</summary>
    public int EpochDays { get; init; } = TournamentDefaults.EpochDays;

    /// <summary>Comma separated (TOURNAMENT_TEST_NETWORKS). Default <c>torus,bittensor</c>.</summary>
    public string TestNetworks { get; init; } = string.Join(',', TournamentDefaults.TestNetworks);

    /// <summary>In days, comma separated (TOURNAMENT_TEST_WINDOWS). Default <c>30,90</c>.</summary>
    public string TestWindows { get; init; } = string.Join(',', TournamentDefaults.TestWindowDays);

    /// <summary>The most that a run may take, in seconds (BENCHMARK_MAX_EXECUTION_TIME). Default 3600.</summary>
    public double MaxExecutionTime { get; init; } = TournamentDefaults.MaxExecutionTimeSeconds;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var any = DateOnly.FromDayNumber(0);
        if (List(TestWindows).FirstOrDefault(window => Number(window) is null) is { } wrong)
            yield return new ValidationResult($"{TournamentOptions.Section}:TestWindows (TOURNAMENT_TEST_WINDOWS) has '{wrong}', which is no whole number");
        else if (Usual("any", any, any).Refuse() is { } refusal)
            yield return new ValidationResult($"{TournamentOptions.Section}: what a new tournament has cannot be: {refusal}");
    }

    /// <summary>A tournament with all that is usual.</summary>
    public NewTournament Usual(string name, DateOnly registrationStart, DateOnly registrationEnd) => new()
    {
        Name = name,
        RegistrationStart = registrationStart,
        RegistrationEnd = registrationEnd,
        MaxParticipants = MaxParticipants,
        EpochDays = EpochDays,
        TestNetworks = [.. List(TestNetworks)],
        TestWindowDays = [.. List(TestWindows).Select(window => Number(window) ?? 0)],
        MaxExecutionTimeSeconds = MaxExecutionTime,
    };

    private static string[] List(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
