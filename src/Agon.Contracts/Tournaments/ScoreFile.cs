using Agon.Domain.Tournaments;

namespace Agon.Contracts.Tournaments;

/// <summary>A tournament with its recorded runs, as <c>agon tournament score --from</c> reads it; without an id where the file names none.</summary>
public sealed record ScoreFile(Guid? TournamentId, ScoringInput Input)
{
    private const int MaxParticipants = 100_000;
    private const int MaxRuns = 100_000;
    private const int MaxDates = 10_000;
    private const int MaxText = 200;
    private const int MaxReason = 500;   // as the API takes it
    private const double MaxSeconds = 1e9;

    /// <summary>One tournament, or of a <c>.jsonl</c> file one a line, each read when it is asked for.</summary>
    /// <exception cref="TournamentFileException">The file is not what it has to be.</exception>
    public static IEnumerable<ScoreFile> Read(string path) => JsonTexts.Of(path).Select(text => text.Read(Of));

    private static ScoreFile Of(JsonNode file)
    {
        var tournament = file.Get("tournament");
        // Nothing is scored by it, but another word is a mistake that somebody wants to hear of.
        tournament.Get("image_type").Word<ImageType>();
        var start = tournament.Get("competition_start").Date();
        return new ScoreFile(Id(tournament), new ScoringInput
        {
            CompetitionStart = start,
            ExecutedDates = tournament.Find("executed_dates")?.Items(MaxDates).Select(date => date.Date()).ToHashSet(),
            TestNetworks = Names(tournament.Get("test_networks")),
            TestWindowDays = [.. tournament.Get("test_window_days").Items(MaxDates).Select(window => window.Whole(1, int.MaxValue))],
            MaxExecutionTimeSeconds = tournament.Find("max_execution_time_seconds")?.Number(0, MaxSeconds) ?? TournamentDefaults.MaxExecutionTimeSeconds,
            Policy = PolicyOf(tournament),
            Participants = Participants(file),
        });
    }

    private static Guid? Id(JsonNode tournament) => tournament.Find("tournament_id") is not { } id ? null
        : Guid.TryParseExact(id.Text(MaxText), "D", out var guid) ? guid
        : throw id.Wrong("a UUID");

    private static List<string> Names(JsonNode list) => [.. list.Items(MaxDates).Select(name => name.Text(MaxText))];

    private static ScoringPolicy PolicyOf(JsonNode tournament)
    {
        if (tournament.Find("scoring_policy") is not { } policy)
            return ScoringPolicy.Default;
        var own = new ScoringPolicy(
            policy.Get("pattern_accuracy_weight").Number(0, 1),
            policy.Get("data_correctness_weight").Number(0, 1),
            policy.Get("performance_weight").Number(0, 1),
            policy.Find("speed_cap")?.Number(1, ScoringPolicy.MaxSpeedCap));
        return own.Refuse() is { } reason ? throw tournament.Complaint("scoring_policy", $"is refused: {reason}") : own;
    }

    private static List<ScoredParticipant> Participants(JsonNode file)
    {
        var names = new NamePool();
        var hotkeys = new HashSet<string>(StringComparer.Ordinal);
        var orders = new HashSet<int>();
        var all = new List<ScoredParticipant>();
        foreach (var node in file.Get("participants").Items(MaxParticipants))
        {
            var one = Participant(node, names);
            if (!hotkeys.Add(one.Hotkey))
                throw node.Complaint("hotkey", $"'{one.Hotkey}' stands there twice");
            if (!orders.Add(one.RegistrationOrder))
                throw node.Complaint("registration_order", $"{one.RegistrationOrder} is another participant's already");
            if (one.Type == ParticipantType.Baseline && all.Any(other => other.Type == ParticipantType.Baseline))
                throw node.Complaint("participant_type", "is baseline a second time; a tournament has one");
            all.Add(one);
        }
        return all;
    }

    private static ScoredParticipant Participant(JsonNode node, NamePool names)
    {
        var slots = new HashSet<Slot>();
        var runs = new List<ScoredRun>();
        foreach (var item in node.Get("runs").Items(MaxRuns))
        {
            var run = Run(item, names);
            if (!slots.Add(run.Slot))
                throw item.Complaint("test_date", "names a slot (date, network, window) that another run of the participant has already");
            runs.Add(run);
        }
        return new ScoredParticipant
        {
            Hotkey = node.Get("hotkey").Text(MaxText),
            Type = node.Get("participant_type").Word<ParticipantType>(),
            RegistrationOrder = node.Get("registration_order").Whole(0, int.MaxValue),
            IsDisqualified = node.Find("is_disqualified")?.Flag() ?? false,
            DisqualificationReason = node.Find("disqualification_reason")?.Words(MaxReason),
            DisqualifiedOnDay = node.Find("disqualified_on_day")?.Whole(0, int.MaxValue),
            Runs = runs,
        };
    }

    // Only a completed run has to tell everything: the others have nothing to tell.
    private static ScoredRun Run(JsonNode run, NamePool names)
    {
        var slot = new Slot(
            run.Get("test_date").Date(), names.Shared(run.Get("network").Text(MaxText)), run.Get("window_days").Whole(1, int.MaxValue));
        var status = run.Get("status").Word<RunStatus>();
        JsonNode? Field(string name) => status == RunStatus.Completed ? run.Get(name) : run.Find(name);
        return new ScoredRun(
            slot,
            status,
            Field("execution_time_seconds")?.Number(0, MaxSeconds) ?? 0,
            Field("synthetic_patterns_recall")?.Number(0, 1) ?? 0,
            Field("data_correctness_passed")?.Flag() ?? false);
    }

    /// <summary>A few names stand in very many runs; each is kept once.</summary>
    private sealed class NamePool
    {
        private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

        public string Shared(string name) => names.TryGetValue(name, out var known) ? known : names[name] = name;
    }
}
