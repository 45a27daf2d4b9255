using System.Text.Json;

namespace Agon.Cli.Tests.Tournaments;

public sealed class TournamentCommandsTests : IDisposable
{
    private const string State = """
        {"status": "draft", "registration_start": "2026-03-01", "registration_end": "2026-03-03", "competition_start": "2026-03-04",
         "competition_end": "2026-03-10", "epoch_days": 7, "today": "2026-03-05", "current_day": 0, "runs_today": 0, "expected_runs_per_day": 8,
         "epoch_status": null, "results": null,
         "participants": [{"hotkey": "base", "participant_type": "baseline", "status": "registered"}, {"hotkey": "ada", "status": "failed"}]}
        """;

    private const string Runs = """
        {"tournament": {"image_type": "ml", "epoch_days": 1, "competition_start": "2026-03-04", "competition_end": "2026-03-04",
          "executed_dates": ["2026-03-04"], "test_networks": ["torus"], "test_window_days": [30], "max_execution_time_seconds": 3600},
         "participants": [
          {"hotkey": "base", "participant_type": "baseline", "registration_order": 0, "is_disqualified": false, "disqualification_reason": null,
           "runs": [{"test_date": "2026-03-04", "network": "torus", "window_days": 30, "status": "completed", "execution_time_seconds": 100,
             "synthetic_patterns_recall": 0.5, "data_correctness_passed": true}]},
          {"hotkey": "ada", "participant_type": "miner", "registration_order": 1, "is_disqualified": false, "disqualification_reason": null,
           "runs": [{"test_date": "2026-03-04", "network": "torus", "window_days": 30, "status": "completed", "execution_time_seconds": 50,
             "synthetic_patterns_recall": 0.75, "data_correctness_passed": true}]}]}
        """;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task Next_tells_one_step_and_a_whole_call()
    {
        var run = await CommandRun.Of(["tournament", "next", "--from", folder.Write("state.json", State), "--json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            """
            {"single_step":{"status":"registration","current_day":0,"actions":["open_registration"],"days":[],"participants":[{"hotkey":"base","participant_type":"baseline","status":"registered"},{"hotkey":"ada","participant_type":"miner","status":"failed"}],"epoch_status":null},"tick":{"status":"in_progress","current_day":2,"actions":["open_registration","create_epoch","activate_participants","execute_day"],"days":[{"day":2,"test_date":"2026-03-05"}],"participants":[{"hotkey":"base","participant_type":"baseline","status":"active"},{"hotkey":"ada","participant_type":"miner","status":"failed"}],"epoch_status":"running"}}
            """,
            Assert.Single(run.OutputLines));
        Assert.Equal(
            ["one step: registration, day 0: open_registration", "one call: in_progress, day 2: open_registration, create_epoch, activate_participants, execute_day 2 (2026-03-05)"],
            (await CommandRun.Of(["tournament", "next", "--from", folder.Write("state.json", State)])).OutputLines);
    }

    [Theory]
    [InlineData("\"runs_today\": 8", "in_progress", "[]")]
    [InlineData("\"runs_today\": 7", "in_progress", "[\"execute_day\"]")]
    [InlineData("\"runs_today\": 8, \"unfinished_days\": [\"2026-03-04\"]", "in_progress", "[\"execute_day\"]")]
    public async Task Next_runs_what_is_unfinished(string today, string status, string actions)
    {
        var state = State.Replace("\"draft\"", "\"in_progress\"", StringComparison.Ordinal).Replace("\"runs_today\": 0", today, StringComparison.Ordinal);
        var run = await CommandRun.Of(["tournament", "next", "--from", folder.Write("state.json", state), "--json"]);
        Assert.Contains($"\"tick\":{{\"status\":\"{status}\",\"current_day\":2,\"actions\":{actions},", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-03-11", 5, "scoring", 7)]   // the day after the last one: nothing is left to run
    [InlineData("2026-03-03", 0, "in_progress", 0)]   // before the first one, in a configured gap
    [InlineData("2026-03-10", 5, "in_progress", 7)]
    [InlineData("2026-03-05", 99, "in_progress", 7)]   // of a competition of seven days
    [InlineData("2026-03-03", -3, "in_progress", 0)]
    public async Task Next_counts_runs_of_today_and_days_within_the_competition_alone(string today, int day, string status, int counted)
    {
        var state = State.Replace("\"draft\"", "\"in_progress\"", StringComparison.Ordinal).Replace("2026-03-05", today, StringComparison.Ordinal)
            .Replace("\"current_day\": 0, \"runs_today\": 0", $"\"current_day\": {day}, \"runs_today\": 3", StringComparison.Ordinal)
            .Replace("\"hotkey\": \"base\", ", "", StringComparison.Ordinal);
        var run = await CommandRun.Of(["tournament", "next", "--from", folder.Write("state.json", state), "--json"]);
        Assert.Equal("", run.Error);
        var runsToday = status == "in_progress" && today != "2026-03-03";
        Assert.Contains($"\"tick\":{{\"status\":\"{status}\",\"current_day\":{counted},", run.Output, StringComparison.Ordinal);
        Assert.Equal(runsToday, run.Output.Contains("execute_day", StringComparison.Ordinal));
        Assert.Contains("{\"hotkey\":\"participant 1\",\"participant_type\":\"baseline\"", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "scoring")]
    [InlineData("false", "scoring")]
    [InlineData("0", "scoring")]
    [InlineData("[]", "scoring")]
    [InlineData("true", "completed")]
    [InlineData("2", "completed")]
    [InlineData("[{\"hotkey\": \"ada\", \"is_winner\": true, \"beat_baseline\": true}]", "completed", true)]
    [InlineData("{\"winner_hotkey\": null}", "completed")]
    // A broken yardstick promotes nobody (D14), and its row says more than its status.
    [InlineData("[{\"hotkey\": \"ada\", \"is_winner\": true, \"beat_baseline\": true}, {\"hotkey\": \"base\", \"is_disqualified\": true}]", "completed", false)]
    [InlineData("[{\"hotkey\": \"ada\", \"is_winner\": true, \"beat_baseline\": true}, {\"hotkey\": \"b\", \"participant_type\": \"baseline\", \"is_disqualified\": true}]", "completed", false)]
    [InlineData("[{\"hotkey\": \"ada\", \"is_winner\": true, \"beat_baseline\": true}, {\"hotkey\": \"base\", \"is_disqualified\": false}]", "completed", true)]
    [InlineData("{\"winner_hotkey\": \"ada\", \"baseline_beaten\": true, \"results\": [{\"hotkey\": \"base\", \"is_disqualified\": true}]}", "completed", false)]
    [InlineData("{\"winner_hotkey\": \"ada\", \"baseline_beaten\": true, \"results\": [{\"hotkey\": \"base\", \"is_disqualified\": false}]}", "completed", true)]
    [InlineData("{\"winner_hotkey\": \"ada\", \"baseline_beaten\": true, \"promotion\": \"hold_baseline_invalid\"}", "completed", false)]
    public async Task Next_completes_where_results_are_there(string results, string status, bool promotes = false)
    {
        var state = State.Replace("\"draft\"", "\"scoring\"", StringComparison.Ordinal).Replace("\"results\": null", $"\"results\": {results}", StringComparison.Ordinal);
        var run = await CommandRun.Of(["tournament", "next", "--from", folder.Write("state.json", state), "--json"]);
        Assert.Contains($"\"tick\":{{\"status\":\"{status}\"", run.Output, StringComparison.Ordinal);
        Assert.Equal(promotes, run.Output.Contains("trigger_promotion", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Score_prints_every_column_of_the_results_by_rank()
    {
        var run = await CommandRun.Of(["tournament", "score", "--from", folder.Write("runs.json", Runs), "--json"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var outcome = JsonDocument.Parse(Assert.Single(run.OutputLines));
        Assert.Equal(["winner_hotkey", "baseline_beaten", "promotion", "results"], outcome.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("ada", true, "promote"), (
            outcome.RootElement.GetProperty("winner_hotkey").GetString(),
            outcome.RootElement.GetProperty("baseline_beaten").GetBoolean(),
            outcome.RootElement.GetProperty("promotion").GetString()));
        var first = outcome.RootElement.GetProperty("results")[0];
        Assert.Equal(
            [
                "tournament_id", "hotkey", "participant_type", "pattern_accuracy_score", "data_correctness_score", "performance_score", "final_score",
                "data_correctness_all_days", "all_runs_within_time_limit", "days_completed", "total_runs_completed", "average_execution_time_seconds",
                "baseline_comparison_ratio", "rank", "is_winner", "beat_baseline", "miners_beaten", "calculated_at", "is_disqualified",
                "disqualification_reason", "disqualified_on_day",
            ],
            first.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("ada", 0.375 + 0.5), (first.GetProperty("hotkey").GetString(), first.GetProperty("final_score").GetDouble()));
    }

    [Fact]
    public async Task Score_shows_a_table_to_people_and_gives_a_line_for_each_line()
    {
        var table = await CommandRun.Of(["tournament", "score", "--from", folder.Write("runs.json", Runs)]);
        Assert.Equal(4, table.OutputLines.Count);
        Assert.EndsWith("winner, beat the baseline", table.OutputLines[1], StringComparison.Ordinal);
        Assert.Equal("winner: ada; promotion: promote", table.OutputLines[3]);

        var line = Runs.ReplaceLineEndings(" ");
        var season = await CommandRun.Of(["tournament", "score", "--from", folder.Write("season.jsonl", $"{line}\n{line}\n"), "--json"]);
        Assert.Equal(2, season.OutputLines.Count);
    }

    [Fact]
    public async Task A_file_that_is_wrong_is_told_in_one_line_and_exits_1()
    {
        var run = await CommandRun.Of(["tournament", "score", "--from", folder.Write("runs.json", Runs.Replace("0.75", "\"high\"", StringComparison.Ordinal)), "--json"]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.EndsWith("runs.json line 9: participants[1].runs[0].synthetic_patterns_recall is \"high\", not a number from 0 to 1", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.9.0", 0, "v1.10.0")]
    [InlineData("1.0", 0, "v1.1.0")]
    [InlineData("v1.0.0 --json", 0, "\"v1.1.0\"")]
    [InlineData("main", 1, "agon: 'main' is not a version, [v]MAJOR.MINOR[.PATCH]")]
    public async Task The_next_version_of_a_baseline_is_printed(string version, int code, string line)
    {
        var run = await CommandRun.Of(["baseline", "next", .. version.Split(' ')]);
        Assert.Equal((code, line), (run.ExitCode, Assert.Single(code == 0 ? run.OutputLines : run.ErrorLines)));
    }

    [Theory]
    [InlineData("tournament list")]
    [InlineData("tournament show --tournament-id 00000000-0000-0000-0000-000000000000")]
    [InlineData("tournament create --name n --image-type ml --dry-run")]
    [InlineData("tournament orchestrate --dry-run")]
    [InlineData("tournament cancel --tournament-id 00000000-0000-0000-0000-000000000000 --dry-run")]
    [InlineData("baseline list")]
    [InlineData("baseline seed --image-type ml --dry-run")]
    public async Task What_only_looks_makes_no_data_and_says_that_there_is_none(string command)
    {
        var data = Path.Combine(folder.Path, "nothing");
        var run = await CommandRun.Of([.. command.Split(' '), "--data", data]);
        Assert.Equal((1, $"agon: there is no data in {data}, and none was made; 'agon db migrate' makes it"), (run.ExitCode, Assert.Single(run.ErrorLines)));
        Assert.False(Directory.Exists(data));

        // A database that something else made is left as it is, too.
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(data).FullName, "agon.db"), []);
        var empty = await CommandRun.Of([.. command.Split(' '), "--data", data]);
        Assert.Equal(1, empty.ExitCode);
        Assert.Contains("none were made", Assert.Single(empty.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(Path.Combine(data, "agon.db")).Length);
    }

    public void Dispose() => folder.Dispose();
}
