using System.Text.Json;
using Agon.Domain.Tournaments;

namespace Agon.Contracts.Tournaments;

/// <summary>A tournament's state as somebody describes it, for <c>agon tournament next --from</c>.</summary>
public sealed record StateFile(TournamentState State, DateOnly Today)
{
    private const int MaxParticipants = 100_000;
    private const int MaxText = 200;

    /// <summary>One state, or of a <c>.jsonl</c> file one a line.</summary>
    /// <exception cref="TournamentFileException">The file is not what it has to be.</exception>
    public static IEnumerable<StateFile> Read(string path) => JsonTexts.Of(path).Select(text => text.Read(Of));

    private static StateFile Of(JsonNode file)
    {
        var today = file.Get("today").Date();
        var participants = file.Get("participants").Items(MaxParticipants).Select(ParticipantOf).ToList();
        var runsPerDay = file.Find("expected_runs_per_day")?.Whole(0, int.MaxValue)
            ?? participants.Count(Runs) * TournamentDefaults.TestNetworks.Length * TournamentDefaults.TestWindowDays.Length;
        var state = new TournamentState
        {
            Status = file.Get("status").Word<TournamentStatus>(),
            Schedule = new Schedule(
                file.Get("registration_start").Date(),
                file.Get("registration_end").Date(),
                file.Get("competition_start").Date(),
                file.Get("competition_end").Date(),
                file.Get("epoch_days").Whole(1, NewTournament.MaxDays)),
            CurrentDay = file.Find("current_day")?.Whole(0, int.MaxValue) ?? 0,
            EpochStatus = file.Find("epoch_status")?.Word<EpochStatus>(),
            Participants = [.. participants],
            StartedDays = [.. Days(file, today, runsPerDay)],
            RunsPerDay = runsPerDay,
            Results = file.Find("results") is { } results ? ResultsOf(results) : null,
        };
        return new StateFile(state, today);
    }

    private static bool Runs(Standing one) => one.Type == ParticipantType.Baseline || one.Status is ParticipantStatus.Registered or ParticipantStatus.Active;

    private static Standing ParticipantOf(JsonNode one) => new(
        one.Get("hotkey").Text(MaxText),
        one.Find("participant_type")?.Word<ParticipantType>() ?? ParticipantType.Miner,
        one.Get("status").Word<ParticipantStatus>());

    /// <summary>Earlier days are told by <c>unfinished_days</c>, a list of dates; today by <c>runs_today</c>, its finished runs.</summary>
    private static IEnumerable<DayProgress> Days(JsonNode file, DateOnly today, int runsPerDay)
    {
        var unfinished = file.Find("unfinished_days")?.Items(NewTournament.MaxDays).Select(date => date.Date()) ?? [];
        foreach (var date in unfinished.Where(date => date != today).Distinct().Order())
            yield return new DayProgress(date, 0, 1);
        if (file.Find("runs_today")?.Whole(0, int.MaxValue) is > 0 and var finished)
            yield return new DayProgress(today, finished, runsPerDay);
    }

    /// <summary>Whether there are results: true, how many, or the results themselves, of which the winner is told on.</summary>
    private static RecordedResults? ResultsOf(JsonNode results) => results.Kind switch
    {
        JsonValueKind.True => new RecordedResults(null, false, Promotion.SkipNoWinner),
        JsonValueKind.False => null,
        JsonValueKind.Number => results.Whole(0, int.MaxValue) == 0 ? null : new RecordedResults(null, false, Promotion.SkipNoWinner),
        JsonValueKind.Array => FromRows([.. results.Items(MaxParticipants)]),
        JsonValueKind.Object => FromOutcome(results),
        _ => throw results.Wrong("true, false, a number, a list of results or what 'tournament score' prints"),
    };

    private static RecordedResults? FromRows(IReadOnlyList<JsonNode> rows)
    {
        if (rows.Count == 0)
            return null;
        var winner = rows.Where(row => row.Find("is_winner")?.Flag() ?? false).Select(row => (JsonNode?)row).FirstOrDefault();
        var beaten = winner?.Find("beat_baseline")?.Flag() ?? false;
        return new RecordedResults(winner?.Get("hotkey").Text(MaxText), beaten, beaten ? Promotion.Promote : Promotion.SkipNotBeaten);
    }

    private static RecordedResults FromOutcome(JsonNode results)
    {
        var beaten = results.Find("baseline_beaten")?.Flag() ?? false;
        return new RecordedResults(
            results.Find("winner_hotkey")?.Text(MaxText),
            beaten,
            results.Find("promotion")?.Word<Promotion>() ?? (beaten ? Promotion.Promote : Promotion.SkipNotBeaten));
    }
}
