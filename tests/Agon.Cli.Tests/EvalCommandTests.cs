using System.CommandLine;
using System.Text.Json;
using Agon.Cli.Judging;
using Agon.Contracts;

namespace Agon.Cli.Tests;

/// <summary><c>agon eval</c> with a small task of its own and the real judge.</summary>
public sealed class EvalCommandTests : IDisposable
{
    private const string Harness = """
        import os, sys
        verdict = os.fdopen(int(os.environ["POPCORN_FD"]), "w")
        import submission
        say = lambda key, value: print(f"{key}: {value}", file=verdict)
        if sys.argv[1] == "test":
            good = submission.answer == 42
            say("test.0.status", "pass" if good else "fail")
            if not good:
                say("test.0.error", "not the answer")
        else:
            good = True
            say("benchmark-count", 1)
            say("benchmark.0.mean", submission.mean)
            say("benchmark.0.err", 0)
        say("seed", os.environ.get("POPCORN_SEED"))
        say("check", "pass" if good else "fail")
        verdict.flush()
        sys.exit(0 if good else 112)
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("agon-eval-");

    public EvalCommandTests()
    {
        Write("task.yml", """
            lang: py
            description: a task
            config: {main: eval.py}
            files:
              - {name: submission.py, source: "@SUBMISSION@"}
              - {name: eval.py, source: eval.py}
            tests: [{size: 1}]
            benchmarks: [{size: 2}]
            seed: 5
            """);
        Write("eval.py", Harness);
        // No machine is as good as this: at home that is only told.
        Write("agon.yml", "min_isolation: strong\n");
    }

    [Fact]
    public async Task A_right_entry_exits_with_0_and_is_told_so_for_people()
    {
        var (code, output, error) = await EvalAsync("answer = 42");
        Assert.Equal(EvalCommand.Passed, code);
        Assert.Contains("✅ test: 1 case", output, StringComparison.Ordinal);
        Assert.Contains("  ✅ size: 1", output, StringComparison.Ordinal);
        Assert.Contains("Isolation: ", output, StringComparison.Ordinal);
        Assert.Contains("▶ test", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_entry_exits_with_1_and_its_error_is_shown()
    {
        var (code, output, _) = await EvalAsync("answer = 41");
        Assert.Equal(EvalCommand.NotPassed, code);
        Assert.Contains("  ❌ size: 1", output, StringComparison.Ordinal);
        Assert.Contains("> not the answer", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_cannot_be_loaded_exits_with_1_and_its_stderr_is_shown()
    {
        var (code, output, _) = await EvalAsync("raise ValueError('no \\x1b[31m good')");
        Assert.Equal(EvalCommand.NotPassed, code);
        Assert.Contains("ValueError: no [31m good", output, StringComparison.Ordinal);
        Assert.Contains("(exit code 1: ValueError: no [31m good)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_the_only_thing_on_stdout_and_has_the_score()
    {
        var (code, output, _) = await EvalAsync("answer, mean = 42, 2.5e6", "--mode", "leaderboard", "--json");
        var view = JsonSerializer.Deserialize(output, AgonJson.Wire.EvaluationView)!;
        Assert.Equal(EvalCommand.Passed, code);
        Assert.Equal("leaderboard", view.Mode);
        Assert.Equal(0.0025, view.Score);
        Assert.Null(view.ScoreError);
        Assert.Equal(["test", "benchmark", "leaderboard"], view.Runs.Keys);
        Assert.NotNull(view.System.Isolation);
    }

    [Fact]
    public async Task A_score_that_cannot_be_exits_with_1_and_its_reason_is_told()
    {
        var (code, output, _) = await EvalAsync("answer, mean = 42, -1", "--mode", "leaderboard", "--json");
        var view = JsonSerializer.Deserialize(output, AgonJson.Wire.EvaluationView)!;
        Assert.Equal(EvalCommand.NotPassed, code);
        Assert.Null(view.Score);
        Assert.Contains("benchmark.0.mean", view.ScoreError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("77", "--seed", "77")]
    public async Task The_seed_is_the_tasks_own_unless_another_is_given(string seed, params string[] options)
    {
        var (_, output, _) = await EvalAsync("answer = 42", [.. options, "--json"]);
        Assert.Equal(seed, JsonSerializer.Deserialize(output, AgonJson.Wire.EvaluationView)!.Runs["test"].Run!.Result["seed"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_entry_that_cannot_be_read_is_wrong_usage_told_in_one_line(string? entry)
    {
        var (code, output, error) = await EvalAsync(entry);
        Assert.Equal(EvalCommand.Usage, code);
        Assert.Empty(output);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_broken_task_is_wrong_usage_told_with_its_line()
    {
        Write("task.yml", "lang: py\nlang");
        var (code, _, error) = await EvalAsync("answer = 42");
        Assert.Equal(EvalCommand.Usage, code);
        Assert.Contains("task.yml", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_without_the_interpreter_exits_with_3()
    {
        var (code, _, error) = await EvalAsync("answer = 42", "--interpreter", "/nowhere/python3");
        Assert.Equal(EvalCommand.PlatformFailed, code);
        Assert.Contains("/nowhere/python3", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_modes_of_submissions_are_modes() =>
        Assert.NotEmpty(EvalCommand.Create().Parse(["task", "entry.py", "--mode", "private"]).Errors);

    public void Dispose() => folder.Delete(recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);

    private async Task<(int Code, string Output, string Error)> EvalAsync(string? entry, params string[] options)
    {
        var file = Path.Combine(folder.FullName, "entry.py");
        if (entry is not null)
            await File.WriteAllTextAsync(file, entry);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var parsed = EvalCommand.Create().Parse([folder.FullName, file, "--root", folder.FullName, "--i-trust-all-submitters", .. options]);
        Assert.Empty(parsed.Errors);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (code, output.ToString(), error.ToString());
    }
}
