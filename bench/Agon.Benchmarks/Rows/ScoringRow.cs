using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;

namespace Agon.Benchmarks.Rows;

/// <summary>"Scoring": a whole tournament's runs become a ranking; reading them from a file apart.</summary>
internal static class ScoringRow
{
    private const int Days = 7;
    private static readonly DateOnly Start = new(2026, 3, 4);
    private static readonly string[] Networks = ["torus", "bittensor"];
    private static readonly int[] Windows = [30, 90];

    public static Command Create(Option<bool> quick)
    {
        var command = new Command("scoring", "Scores and ranks a tournament of many participants, and reads its runs from a file.") { quick };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(quick) ? 100 : 10_000));
        return command;
    }

    private static async Task RunAsync(int miners)
    {
        var input = Input(miners);
        var size = string.Create(CultureInfo.InvariantCulture, $"{miners:N0} participants × {Days} days × {Networks.Length * Windows.Length} runs");
        await Measured.AddAsync($"scoring and ranking {size}", "1 s", () => Task.FromResult(TournamentScoring.Score(input)));
        var path = Path.GetTempFileName();
        try
        {
            Write(path, input);
            await Measured.AddAsync($"reading {size} from a file of {new FileInfo(path).Length / 1e6:N0} MB", "", () => Task.FromResult(ScoreFile.Read(path).Single()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ScoringInput Input(int miners)
    {
        var random = new Random(1);
        return new ScoringInput
        {
            CompetitionStart = Start,
            TestNetworks = Networks,
            TestWindowDays = Windows,
            MaxExecutionTimeSeconds = 3600,
            Participants = [.. Enumerable.Range(0, miners + 1).Select(order => new ScoredParticipant
            {
                Hotkey = order == 0 ? "baseline_v1.0.0" : $"miner-{order}",
                Type = order == 0 ? ParticipantType.Baseline : ParticipantType.Miner,
                RegistrationOrder = order,
                Runs = Runs(random),
            })],
        };
    }

    private static List<ScoredRun> Runs(Random random) =>
        [.. from day in Enumerable.Range(0, Days)
            from network in Networks
            from window in Windows
            select new ScoredRun(new Slot(Start.AddDays(day), network, window), RunStatus.Completed, 10 + random.NextDouble(), random.NextDouble(), random.Next(1000) > 0)];

    // As agon tournament score --from reads it.
    private static void Write(string path, ScoringInput input)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteStartObject("tournament");
        json.WriteString("image_type", "analytics");
        json.WriteNumber("epoch_days", Days);
        json.WriteString("competition_start", Date(Start));
        json.WriteString("competition_end", Date(Start.AddDays(Days - 1)));
        json.WriteStartArray("test_networks");
        foreach (var network in Networks)
            json.WriteStringValue(network);
        json.WriteEndArray();
        json.WriteStartArray("test_window_days");
        foreach (var window in Windows)
            json.WriteNumberValue(window);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("participants");
        foreach (var participant in input.Participants)
            Write(json, participant);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ScoredParticipant participant)
    {
        json.WriteStartObject();
        json.WriteString("hotkey", participant.Hotkey);
        json.WriteString("participant_type", ContractWord.Of(participant.Type));
        json.WriteNumber("registration_order", participant.RegistrationOrder);
        json.WriteBoolean("is_disqualified", false);
        json.WriteNull("disqualification_reason");
        json.WriteStartArray("runs");
        foreach (var run in participant.Runs)
        {
            json.WriteStartObject();
            json.WriteString("test_date", Date(run.Slot.TestDate));
            json.WriteString("network", run.Slot.Network);
            json.WriteNumber("window_days", run.Slot.WindowDays);
            json.WriteString("status", ContractWord.Of(run.Status));
            json.WriteNumber("execution_time_seconds", run.ExecutionTimeSeconds);
            json.WriteNumber("synthetic_patterns_recall", run.Recall);
            json.WriteBoolean("data_correctness_passed", run.DataCorrectnessPassed);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
