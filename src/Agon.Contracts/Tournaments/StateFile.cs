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
        var schedule = new Schedule(
            file.Get("registration_start").Date(),
            file.Get("registration_end").Date(),
            file.Get("competition_start").Date(),
            file.Get("competition_end").Date(),
            file.Get("epoch_days").Whole(1, NewTournament.MaxDays));
        var participants = file.Get("participants").Items(MaxParticipants).Select(ParticipantOf).ToList();
        var runsPerDay = file.Find("expected_runs_per_day")?.Whole(0, int.MaxValue)
            ?? participants.Count(Runs) * TournamentDefaults.TestNetworks.Length * TournamentDefaults.TestWindowDays.Length;
        var state = new TournamentState
        {
            Status = file.Get("status").Word<TournamentStatus>(),
            Schedule = schedule,
            CurrentDay = Math.Clamp(file.Find("current_day")?.Whole(int.MinValue, int.MaxValue) ?? 0, 0, schedule.EpochDays),
            EpochStatus = file.Find("epoch_status")?.Word<EpochStatus>(),
            Participants = [.. participants],
            StartedDays = [.. Days(file, schedule, today, runsPerDay)],
            RunsPerDay = runsPerDay,
            Results = file.Find("results") is { } results ? ResultsOf(results, participants) : null,
        };
        return new StateFile(state, today);
    }

    private static bool Runs(Standing one) => one.Type == ParticipantType.Baseline || one.Status is ParticipantStatus.Registered or ParticipantStatus.Active;

    // The rules ask for statuses alone; who has no name goes by its place.
    private static Standing ParticipantOf(JsonNode one, int index) => new(
        one.Find("hotkey")?.Text(MaxText) ?? $"participant {index + 1}",
        one.Find("participant_type")?.Word<ParticipantType>() ?? ParticipantType.Miner,
        one.Get("status").Word<ParticipantStatus>());

    /// <summary>Earlier days are told by <c>unfinished_days</c>, a list of dates; today by <c>runs_today</c>, its finished runs, if it is a day of the competition at all.</summary>
    private static IEnumerable<DayProgress> Days(JsonNode file, Schedule schedule, DateOnly today, int runsPerDay)
    {
        var unfinished = file.Find("unfinished_days")?.Items(NewTournament.MaxDays).Select(date => date.Date()) ?? [];
        foreach (var date in unfinished.Where(date => date != today).Distinct().Order())
            yield return new DayProgress(date, 0, 1);
        if (file.Find("runs_today")?.Whole(0, int.MaxValue) is > 0 and var finished && schedule.IsCompetitionDay(today))
            yield return new DayProgress(today, finished, runsPerDay);
    }

    /// <summary>Whether there are results: true, how many, or the results themselves, of which the winner is told on.</summary>
    private static RecordedResults? ResultsOf(JsonNode results, IReadOnlyList<Standing> participants) => results.Kind switch
    {
        JsonValueKind.True => new RecordedResults(null, false, Promotion.SkipNoWinner),
        JsonValueKind.False => null,
        JsonValueKind.Number => results.Whole(0, int.MaxValue) == 0 ? null : new RecordedResults(null, false, Promotion.SkipNoWinner),
        JsonValueKind.Array => FromRows([.. results.Items(MaxParticipants)], participants),
        JsonValueKind.Object => FromOutcome(results, participants),
        _ => throw results.Wrong("true, false, a number, a list of results or what 'tournament score' prints"),
    };

    private static RecordedResults? FromRows(IReadOnlyList<JsonNode> rows, IReadOnlyList<Standing> participants)
    {
        if (rows.Count == 0)
            return null;
        var winner = rows.Where(row => Says(row, "is_winner")).Select(row => (JsonNode?)row).FirstOrDefault();
        return Recorded(winner?.Get("hotkey").Text(MaxText), winner is { } row && Says(row, "beat_baseline"), rows, participants);
    }

    private static RecordedResults? FromOutcome(JsonNode results, IReadOnlyList<Standing> participants)
    {
        List<JsonNode> rows = results.Find("results") is { } list ? [.. list.Items(MaxParticipants)] : [];
        var told = Recorded(results.Find("winner_hotkey")?.Text(MaxText), Says(results, "baseline_beaten"), rows, participants);
        return results.Find("promotion")?.Word<Promotion>() is { } promotion ? told with { Promotion = promotion } : told;
    }

    private static RecordedResults Recorded(string? winner, bool beaten, IReadOnlyList<JsonNode> rows, IReadOnlyList<Standing> participants) =>
        new(winner, beaten, TournamentScoring.Verdict(winner is not null, beaten, IsBaselineValid(rows, participants)));

    /// <summary>By its own row (D14); where it has none, by how it stands among the participants.</summary>
    private static bool IsBaselineValid(IReadOnlyList<JsonNode> rows, IReadOnlyList<Standing> participants)
    {
        var baseline = participants.FirstOrDefault(one => one.Type == ParticipantType.Baseline);
        foreach (var row in rows)
        {
            if (row.Find("participant_type")?.Word<ParticipantType>() == ParticipantType.Baseline || (baseline is not null && row.Find("hotkey")?.Text(MaxText) == baseline.Hotkey))
                return !Says(row, "is_disqualified");
        }
        return baseline is { Status: not ParticipantStatus.Disqualified };
    }

    private static bool Says(JsonNode node, string field) => node.Find(field)?.Flag() ?? false;
}
