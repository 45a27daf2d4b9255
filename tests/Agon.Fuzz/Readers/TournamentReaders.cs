using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;
using static Agon.Fuzz.Readers.AllReaders;

namespace Agon.Fuzz.Readers;

/// <summary>What <c>agon tournament</c> reads.</summary>
internal static class TournamentReaders
{
    private const string Runs = """
        {"tournament": {"tournament_id": "0f8fad5b-d9cb-469f-a165-70867728950e", "image_type": "analytics", "epoch_days": 1, "competition_start": "2026-03-04", "competition_end": "2026-03-04",
          "executed_dates": ["2026-03-04"], "test_networks": ["torus"], "test_window_days": [30], "max_execution_time_seconds": 3600,
          "scoring_policy": {"pattern_accuracy_weight": 0.5, "data_correctness_weight": 0.3, "performance_weight": 0.2, "speed_cap": 2}},
         "participants": [
          {"hotkey": "base", "participant_type": "baseline", "registration_order": 0, "is_disqualified": false, "disqualification_reason": null, "runs": [
            {"test_date":"2026-03-04","network":"torus","window_days":30,"status":"completed","execution_time_seconds":100,"synthetic_patterns_recall":0.5,"data_correctness_passed":true}]},
          {"hotkey": "miner", "participant_type": "miner", "registration_order": 1, "disqualified_on_day": 1, "runs": [
            {"test_date":"2026-03-04","network":"torus","window_days":30,"status":"timeout"}]}]}
        """;

    private const string State = """
        {"today": "2026-03-04", "status": "in_progress", "registration_start": "2026-03-01", "registration_end": "2026-03-02", "competition_start": "2026-03-03", "competition_end": "2026-03-06",
         "epoch_days": 4, "current_day": 1, "epoch_status": "running", "expected_runs_per_day": 6, "runs_today": 2, "unfinished_days": ["2026-03-03"],
         "participants": [{"hotkey": "base", "participant_type": "baseline", "status": "active"}, {"hotkey": "m", "status": "registered"}],
         "results": {"winner_hotkey": "m", "baseline_beaten": true, "promotion": "promote"}}
        """;

    public static IEnumerable<Target> In(ScratchFolder scratch)
    {
        var folder = scratch.Of("tournament");
        yield return OfFile("tournament score", Path.Combine(folder, "runs.json"), Runs, Score);
        yield return OfFile("tournament score, one a line", Path.Combine(folder, "runs.jsonl"), Lines(Runs), Score);
        yield return OfFile("tournament next", Path.Combine(folder, "state.json"), State, Next);
        yield return OfFile("tournament next, one a line", Path.Combine(folder, "state.jsonl"), Lines(State), Next);
    }

    private static Target OfFile(string name, string path, string valid, Action<string> read) => Target.Reader<TournamentFileException>(name, Texts(valid), bytes =>
    {
        File.WriteAllBytes(path, bytes);
        read(path);
    });

    private static string Lines(string json) => $"{json.ReplaceLineEndings("")}\n{json.ReplaceLineEndings("")}\n";

    private static void Score(string path)
    {
        foreach (var file in ScoreFile.Read(path))
            _ = TournamentOutcomeView.Of(TournamentScoring.Score(file.Input), file.TournamentId, DateTimeOffset.UnixEpoch);
    }

    private static void Next(string path)
    {
        foreach (var file in StateFile.Read(path))
            _ = TournamentNextView.Of(file.State, file.Today);
    }
}
