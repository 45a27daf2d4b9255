using System.Text.Json;

namespace Agon.Cli.Tests.Problems;

/// <summary><c>agon task show</c> and <c>check</c> on a small task, with the real judge.</summary>
public sealed class TaskCommandsTests : IDisposable
{
    // Says what the entry tells it to say: `passes` by mode, `mean` in nanoseconds.
    private const string Harness = """
        import os, sys
        import submission
        verdict = os.fdopen(int(os.environ["POPCORN_FD"]), "w")
        mode, seed = sys.argv[1], os.environ.get("POPCORN_SEED")
        good = submission.passes(mode, seed)
        if mode != "test":
            print(f"benchmark-count: 1\nbenchmark.0.mean: {submission.mean}", file=verdict)
        elif not good:
            print("test.0.spec: n: 1\ntest.0.status: fail\ntest.0.error: not the answer", file=verdict)
        print("check:", "pass" if good else "fail", file=verdict, flush=True)
        sys.exit(0 if good else 112)
        """;

    private readonly TemporaryFolder folder = new();

    public TaskCommandsTests()
    {
        Task();
        folder.Write("set/task/eval.py", Harness);
        folder.Write("set/task/template.py", "");
    }

    [Fact]
    public async Task A_task_is_shown_with_the_contracts_keys_and_what_stands_beside_them()
    {
        var run = await TaskAsync("show", "--json");
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(
            ["agon", "benchmark_timeout", "benchmarks", "config", "description", "files", "gpus", "lang", "libraries", "multi_gpu", "ranked_timeout", "ranking_by",
                "score_ascending", "seed", "templates", "test_timeout", "tests"],
            json.RootElement.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.Equal("""{"main":"eval.py"}""", json.RootElement.GetProperty("config").GetRawText());
        Assert.Equal("""[{"n":1,"seed":3}]""", json.RootElement.GetProperty("tests").GetRawText());
        Assert.Equal("""{"min_isolation":"standard"}""", json.RootElement.GetProperty("agon").GetRawText());
        Assert.Equal("@SUBMISSION@", json.RootElement.GetProperty("files").GetProperty("submission.py").GetString());
        Assert.True(json.RootElement.GetProperty("score_ascending").GetBoolean());
    }

    [Fact]
    public async Task A_task_is_shown_to_people_with_its_cases_as_the_harness_reads_them()
    {
        var run = await TaskAsync("show");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("  n: 1; seed: 3", run.OutputLines);
        Assert.Contains("files:      eval.py, submission.py (handed in)", run.OutputLines);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("check")]
    public async Task What_is_broken_is_told_with_file_and_line_and_exits_1(string command)
    {
        Task("ranking_by: fast\n");
        var run = await TaskAsync(command);
        Assert.Equal(1, run.ExitCode);
        Assert.Matches("task.yml:[0-9]+: .*ranking_by is 'fast'; it must be last, mean or geom", run.Output + run.Error);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("check")]
    public async Task No_file_outside_the_root_is_read(string command)
    {
        Task(harness: "../../eval.py");
        folder.Write("eval.py", Harness);
        Assert.Equal(0, (await TaskAsync(command)).ExitCode);
        var run = await TaskAsync(command, "--root", Path.Combine(folder.Path, "set"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("'../../eval.py' is outside the problem set's root", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_task_passes_and_progress_goes_to_standard_error()
    {
        Entry("correct.py", "True", mean: 1000);
        Entry("fast.py", "True", mean: 800);
        Entry("wrong_a.py", "mode != 'test'", mean: 1);
        var run = await TaskAsync("check", "--json");
        using var json = JsonDocument.Parse(Assert.Single(run.OutputLines));
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.True(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal("[]", json.RootElement.GetProperty("findings").GetRawText());
        Assert.Equal(
            """{"file":"entries/wrong_a.py","role":"wrong","passed":false,"failure":"the tests failed on CPU: [n: 1] not the answer","score":null}""",
            json.RootElement.GetProperty("entries")[2].GetRawText());
        Assert.Contains("▶ entries/fast.py", run.ErrorLines);
        Assert.Contains("  once more, with a secret seed", run.ErrorLines);
    }

    public static TheoryData<string, string, int, string> Entries => new()
    {
        { "correct.py", "False", 1000, "entries/correct.py: error: it should pass, but the tests failed on CPU: [n: 1] not the answer" },
        { "correct.py", "seed == '5'", 1000, "entries/correct.py: error: it should pass, but the tests failed on CPU with a secret seed: [n: 1] not the answer" },
        { "correct.py", "1 / 0", 1000, "entries/correct.py: error: it should pass, but the tests ended with exit code 1 (ZeroDivisionError: division by zero) on CPU" },
        { "fast.py", "True", 900, "entries/fast.py: error: its score is 90 % of the correct entry's; it should be at most 80 %" },
        { "wrong_a.py", "True", 1000, "entries/wrong_a.py: error: it passes everything, the secret run too, but it should fail somewhere" },
    };

    [Theory]
    [MemberData(nameof(Entries))]
    public async Task An_entry_that_does_not_do_what_it_is_there_for_is_an_error(string name, string passes, int mean, string expected)
    {
        if (name == "fast.py")
            Entry("correct.py", "True", mean: 1000);
        Entry(name, passes, mean);
        var run = await TaskAsync("check");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(expected, run.OutputLines);
        Assert.StartsWith("1 error, ", run.OutputLines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_entry_may_fail_in_the_secret_run_alone()
    {
        Entry("wrong_a.py", "seed == '5'", mean: 1);
        Assert.Equal(0, (await TaskAsync("check")).ExitCode);
    }

    [Fact]
    public async Task What_is_missing_is_a_warning_with_its_line()
    {
        Task("libraries: [numpy]\n");
        var run = await TaskAsync("check");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(run.OutputLines, line => line.StartsWith("entries: warning: there is no entries/correct.*", StringComparison.Ordinal));
        Assert.Contains(run.OutputLines, line => line.StartsWith("task.yml:12: warning: libraries are kept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_machine_that_cannot_run_the_entries_says_so_in_one_line_and_exits_3()
    {
        Entry("correct.py", "True", mean: 1000);
        var run = await TaskAsync("check", "--interpreter", "/nowhere/python3");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal(["the entries were not run: the device's interpreter '/nowhere/python3' does not exist", "0 errors, 2 warnings"], run.OutputLines.TakeLast(2));
    }

    [Fact]
    public async Task A_harness_that_finds_no_gpu_is_a_machine_that_cannot_run_the_entries()
    {
        Entry("correct.py", "True", mean: 1000);
        folder.Write("set/task/eval.py", "import sys\nprint('this contest needs a GPU', file=sys.stderr)\nsys.exit(110)\n");
        var run = await TaskAsync("check");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal("the entries were not run: this contest needs a GPU", run.OutputLines[^2]);
    }

    public void Dispose() => folder.Dispose();

    private Task<CommandRun> TaskAsync(string command, params string[] options) =>
        CommandRun.Of(["task", command, Path.Combine(folder.Path, "set", "task"), .. command == "check" ? (string[])["--i-trust-all-submitters"] : [], .. options]);

    private void Entry(string name, string passes, int mean) =>
        folder.Write($"set/task/entries/{name}", $"mean = {mean}\ndef passes(mode, seed):\n    return {passes}\n");

    // What is added begins on line 12.
    private void Task(string more = "", string harness = "eval.py") => folder.Write("set/task/task.yml", $$"""
        lang: py
        description: a task
        config: {main: eval.py}
        files:
          - {name: submission.py, source: "@SUBMISSION@"}
          - {name: eval.py, source: {{harness}}}
        templates: {Python: template.py}
        tests: [{n: 1, seed: 3}]
        benchmarks: [{n: 2, seed: 4}]
        seed: 5
        gpus: [CPU]
        {{more}}
        """);
}
