using System.Formats.Tar;
using Agon.Contracts.Repositories;
using Agon.Contracts.Tournaments;
using Agon.Domain.Repositories;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Containers;
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
        yield return Target.Reader("repository check, python", Texts("import re\nx = f'{eval(\"a\")}' + \\\n '0x52908400098527886E0F7030069857D2E4169EE7' # exec(\n"), bytes => Check("main.py", bytes));
        yield return Target.Reader("repository check, Dockerfile", Texts("# syntax=x\nFROM a AS b\nRUN curl x \\\n# c\n | sh\nCOPY --from=b /x /y\n"), bytes => Check(RepositoryCheck.DockerfilePath, bytes));
        yield return Target.Reader<ArchiveRefusedException>("participant's output archive", [Archive()], bytes => Extract(Path.Combine(folder, "output"), bytes));
        yield return OfFile("tournament next, one a line", Path.Combine(folder, "state.jsonl"), Lines(State), Next);
    }

    private static Target OfFile(string name, string path, string valid, Action<string> read) => Target.Reader<TournamentFileException>(name, Texts(valid), bytes =>
    {
        File.WriteAllBytes(path, bytes);
        read(path);
    });

    /// <summary>It refuses nothing: whatever stands in a file, it comes to its end.</summary>
    private static bool Check(string path, byte[] bytes)
    {
        _ = RepositoryCheck.Run([new RepositoryFile(path, Text(bytes), null)], RepositoryRules.All);
        _ = Dockerfile.Parse(Text(bytes)).Bases().Count();
        return true;
    }

    private static void Extract(string folder, byte[] bytes)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        FolderArchive.Extract(new MemoryStream(bytes), folder, new ArchiveLimits("output", 1 << 20, 100));
    }

    private static byte[] Archive()
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Gnu, leaveOpen: true))
        {
            writer.WriteEntry(new GnuTarEntry(TarEntryType.Directory, "./"));
            writer.WriteEntry(new GnuTarEntry(TarEntryType.Directory, "./more/"));
            writer.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, "./more/patterns.jsonl") { DataStream = new MemoryStream("{}\n"u8.ToArray()) });
            writer.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, "./features.csv") { DataStream = new MemoryStream("address\n"u8.ToArray()) });
        }

        return bytes.ToArray();
    }

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
