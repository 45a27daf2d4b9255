using Agon.Contracts.Tournaments;
using Agon.Domain.Tournaments;

namespace Agon.Contracts.Tests.Tournaments;

public sealed class ScoreFileTests : IDisposable
{
    private const string Run = """{"test_date":"2026-03-04","network":"torus","window_days":30,"status":"completed","execution_time_seconds":100,"synthetic_patterns_recall":0.5,"data_correctness_passed":true}""";

    private const string Head = """
        {"tournament": {"image_type": "analytics", "epoch_days": 1, "competition_start": "2026-03-04", "competition_end": "2026-03-04",
          "executed_dates": ["2026-03-04"], "test_networks": ["torus"], "test_window_days": [30], "max_execution_time_seconds": 3600},
         "participants": [
          {"hotkey": "base", "participant_type": "baseline", "registration_order": 0, "is_disqualified": false, "disqualification_reason": null,
           "runs": [

        """;

    private readonly string folder = Directory.CreateTempSubdirectory("agon-score-").FullName;

    private static string Text(string runs = Run, string others = "") => $"{Head}{runs}\n]}}{others}\n]}}\n";

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Complaint(string text, string name = "runs.json") =>
        Assert.Throws<TournamentFileException>(() => ScoreFile.Read(Write(name, text)).ToList()).Message[(folder.Length + 1)..];

    [Fact]
    public void A_tournament_is_read_with_all_that_scoring_needs()
    {
        var file = Assert.Single(ScoreFile.Read(Write("runs.json", "\uFEFF" + Text())));
        var baseline = Assert.Single(file.Input.Participants);
        Assert.Equal(("base", ParticipantType.Baseline, 0, false), (baseline.Hotkey, baseline.Type, baseline.RegistrationOrder, baseline.IsDisqualified));
        Assert.Equal(new ScoredRun(new Slot(new(2026, 3, 4), "torus", 30), RunStatus.Completed, 100, 0.5, true), Assert.Single(baseline.Runs));
        Assert.Equal((3600.0, ScoringPolicy.Default, null), (file.Input.MaxExecutionTimeSeconds, file.Input.Policy, file.TournamentId));
    }

    [Fact]
    public void A_field_whose_name_is_no_text_is_refused() =>
        Assert.Equal("runs.json line 1: this is not JSON: a field's name has half a surrogate pair, which is no text", Complaint("""{"\ud800":[],"e":""}"""));

    [Fact]
    public void A_reason_is_read_as_the_API_takes_it()
    {
        string? Read(string json) => ScoreFile.Read(Write("runs.json", Text().Replace("\"disqualification_reason\": null", $"\"disqualification_reason\": {json}", StringComparison.Ordinal)))
            .Single().Input.Participants[0].DisqualificationReason;
        Assert.Null(Read("\"\""));
        Assert.Equal("copied,\nwithout a word", Read("\"copied,\\nwithout a word\""));
        Assert.Equal(500, Read($"\"{new string('x', 500)}\"")!.Length);
        Assert.EndsWith("disqualification_reason has 501 characters; at most 500 are read",
            Assert.Throws<TournamentFileException>(() => Read($"\"{new string('x', 501)}\"")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_result_needs_no_figures()
    {
        var run = """{"test_date":"2026-03-04","network":"torus","window_days":30,"status":"failed","execution_time_seconds":null}""";
        Assert.Equal(RunStatus.Failed, ScoreFile.Read(Write("runs.json", Text(run))).Single().Input.Participants[0].Runs[0].Status);
    }

    [Theory]
    [InlineData("\"completed\"", "\"done\"", "runs.json line 6: participants[0].runs[0].status is \"done\", not one of pending, running, completed, timeout, failed")]
    [InlineData("\"completed\"", "\"Completed\"", "runs.json line 6: participants[0].runs[0].status is \"Completed\", not one of pending, running, completed, timeout, failed")]
    [InlineData("0.5", "1.5", "runs.json line 6: participants[0].runs[0].synthetic_patterns_recall is 1.5, not a number from 0 to 1")]
    [InlineData("0.5", "1e999", "runs.json line 6: participants[0].runs[0].synthetic_patterns_recall is 1e999, not a number from 0 to 1")]
    [InlineData("0.5", "null", "runs.json line 6: participants[0].runs[0].synthetic_patterns_recall is missing")]
    [InlineData("\"execution_time_seconds\":100", "\"execution_time_seconds\":-1", "runs.json line 6: participants[0].runs[0].execution_time_seconds is -1, not a number from 0 to 1000000000")]
    [InlineData("2026-03-04\",\"net", "2026-02-30\",\"net", "runs.json line 6: participants[0].runs[0].test_date is \"2026-02-30\", not a date YYYY-MM-DD")]
    [InlineData("true}", "\"yes\"}", "runs.json line 6: participants[0].runs[0].data_correctness_passed is \"yes\", not true or false")]
    [InlineData("\"window_days\":30", "\"window_days\":30.5", "runs.json line 6: participants[0].runs[0].window_days is 30.5, not a whole number from 1 to 2147483647")]
    [InlineData("\"hotkey\": \"base\"", "\"hotkey\": \"a\\u001bb\"", "runs.json line 4: participants[0].hotkey must have 1 to 200 characters and no control characters")]
    [InlineData("\"hotkey\": \"base\"", "\"hotkey\": \"\\ud800\"", "runs.json line 4: participants[0].hotkey has half a surrogate pair, which is no text")]
    [InlineData("\"hotkey\": \"base\", ", "", "runs.json line 4: participants[0].hotkey is missing")]
    [InlineData("\"analytics\"", "\"video\"", "runs.json line 1: tournament.image_type is \"video\", not one of analytics, ml")]
    [InlineData("[\"torus\"]", "{}", "runs.json line 2: tournament.test_networks is an object, not a list")]
    public void What_is_wrong_is_told_by_file_line_and_field(string right, string wrong, string complaint)
    {
        Assert.Contains(right, Text(), StringComparison.Ordinal);
        Assert.Equal(complaint, Complaint(Text().Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("", "runs.json line 1: this is not JSON")]
    [InlineData("[]", "runs.json line 1: this is a list, not an object")]
    [InlineData("{\"tournament\": {}\n, \"tournament\": {}}", "runs.json line 1: this is not JSON: Duplicate property")]
    [InlineData("{\n\n\"tournament\": {,}}", "runs.json line 3: this is not JSON: ")]
    [InlineData("[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "runs.json line 1: this is not JSON: ")]
    public void What_is_no_such_file_is_told_in_one_sentence(string text, string complaint)
    {
        var told = Complaint(text);
        Assert.StartsWith(complaint, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused()
    {
        var path = Path.Combine(folder, "runs.json");
        File.WriteAllBytes(path, [.. "{\"tournament\": \""u8, 0xff, 0xfe, .. "\"}"u8]);
        Assert.EndsWith("runs.json line 1: this is not UTF-8 text", Assert.Throws<TournamentFileException>(() => ScoreFile.Read(path).ToList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_and_nothing_stands_there_twice()
    {
        Assert.Contains("runs[1].test_date names a slot", Complaint(Text($"{Run},{Run}")), StringComparison.Ordinal);
        string Other(string hotkey, string type, int order) =>
            $$""", {"hotkey": "{{hotkey}}", "participant_type": "{{type}}", "registration_order": {{order}}, "runs": []}""";
        Assert.Contains("participants[1].hotkey 'base' stands there twice", Complaint(Text(Run, Other("base", "miner", 1))), StringComparison.Ordinal);
        Assert.Contains("participants[1].registration_order 0 is another participant's", Complaint(Text(Run, Other("ada", "miner", 0))), StringComparison.Ordinal);
        Assert.Contains("participants[1].participant_type is baseline a second time", Complaint(Text(Run, Other("ada", "baseline", 1))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_is_read_and_one_that_does_not_add_up_is_refused()
    {
        string With(string policy) => Text().Replace("\"max_execution", $"\"scoring_policy\": {policy}, \"max_execution", StringComparison.Ordinal);
        var uncapped = """{"pattern_accuracy_weight": 0.5, "data_correctness_weight": 0.3, "performance_weight": 0.2, "speed_cap": null}""";
        Assert.Equal(ScoringPolicy.Uncapped, ScoreFile.Read(Write("runs.json", With(uncapped))).Single().Input.Policy);
        Assert.Contains("line 2: tournament.scoring_policy is refused: the weights", Complaint(With(uncapped.Replace("0.5", "0.6", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_tournaments_of_their_own_and_the_wrong_one_is_named()
    {
        var line = Text().ReplaceLineEndings(" ");
        Assert.Equal(3, ScoreFile.Read(Write("season.jsonl", $"{line}\n\n{line}\r\n{line}")).Count());
        Assert.StartsWith("season.jsonl line 3: participants[0].runs[0].status", Complaint($"{line}\n\n{line.Replace("completed", "done", StringComparison.Ordinal)}\n", "season.jsonl"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_longer_than_a_chunk_is_read_whole()
    {
        var runs = string.Join(',', Enumerable.Range(1, 2000).Select(window => Run.Replace("\"window_days\":30", $"\"window_days\":{window}", StringComparison.Ordinal)));
        var line = Text(runs).ReplaceLineEndings(" ");
        Assert.All(ScoreFile.Read(Write("season.jsonl", $"{line}\n{line}\n")), file => Assert.Equal(2000, file.Input.Participants[0].Runs.Count));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
