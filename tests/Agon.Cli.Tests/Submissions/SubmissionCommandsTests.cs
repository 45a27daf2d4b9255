using System.Text.Json;

namespace Agon.Cli.Tests.Submissions;

public sealed class SubmissionCommandsTests(Contest contest) : IClassFixture<Contest>
{
    [Fact]
    public async Task A_list_has_the_own_submissions_newest_first()
    {
        var id = await contest.JoinAsync("lista");
        var ranked = await SubmitAsync(id, "best.py", "leaderboard");
        var test = await SubmitAsync(id, "try.py", "test");

        var run = await contest.AsAsync(id, "submissions", "list");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Matches(@"^id +leaderboard +entry +handed in \(UTC\) +state +ranked on$", run.OutputLines[0]);
        Assert.Matches($@"^{test} +quick +try\.py +\S+ \S+ +succeeded$", run.OutputLines[1]);
        Assert.Matches($@"^{ranked} +quick +best\.py +\S+ \S+ +succeeded +CPU \d.*s$", run.OutputLines[2]);
        Assert.Equal(3, run.OutputLines.Count);

        run = await contest.AsAsync(id, "submissions", "list", "--leaderboard", "QUICK", "--limit", "1", "--json");
        using var json = JsonDocument.Parse(Assert.Single(run.OutputLines));
        Assert.Equal(test, json.RootElement[0].GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task An_empty_list_says_how_to_begin()
    {
        var run = await contest.AsAsync(await contest.JoinAsync("newcomer"), "submissions", "list");
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("agon submit", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_cannot_be_is_refused_by_the_server()
    {
        var run = await contest.AsAsync(await contest.JoinAsync("greedy"), "submissions", "list", "--limit", "101");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("between 1 and 100 (400)", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submission_is_shown_with_its_code_or_without()
    {
        var id = await contest.JoinAsync("sho");
        var number = await SubmitAsync(id, "mine.py", "test");

        var shown = await contest.AsAsync(id, "submissions", "show", $"{number}");
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.StartsWith($"submission {number}: mine.py to quick, ", shown.OutputLines[0], StringComparison.Ordinal);
        Assert.Equal(["status: succeeded", "run:    test on CPU passed"], shown.OutputLines.Skip(1).Take(2));
        Assert.Contains(Contest.Right, shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("def ", (await contest.AsAsync(id, "submissions", "show", $"{number}", "--no-code")).Output, StringComparison.Ordinal);

        using var whole = JsonDocument.Parse((await contest.AsAsync(id, "submissions", "show", $"{number}", "--json")).Output);
        Assert.Equal(Contest.Right, whole.RootElement.GetProperty("code").GetString());
        using var bare = JsonDocument.Parse((await contest.AsAsync(id, "submissions", "show", $"{number}", "--json", "--no-code")).Output);
        Assert.False(bare.RootElement.TryGetProperty("code", out _));
        Assert.Equal(whole.RootElement.GetProperty("runs").GetRawText(), bare.RootElement.GetProperty("runs").GetRawText());
    }

    [Fact]
    public async Task Why_an_entry_crashed_is_shown_and_the_list_says_that_it_failed()
    {
        var id = await contest.JoinAsync("crash");
        var number = await SubmitAsync(id, "crash.py", "leaderboard", "raise SystemExit('no such kernel')\n", exitCode: 1);

        var shown = await contest.AsAsync(id, "submissions", "show", $"{number}", "--no-code");
        Assert.Equal(["status: failed", "why:    the tests ended with exit code 1 (no such kernel) on CPU", "run:    test on CPU failed", "exit:   1", "stderr: no such kernel"], shown.OutputLines.Skip(1));
        Assert.Matches($@"^{number} +quick +crash\.py +\S+ \S+ +failed$", (await contest.AsAsync(id, "submissions", "list")).OutputLines[1]);
    }

    [Theory]
    [InlineData("y\n", true)]
    [InlineData("Yes\n", true)]
    [InlineData("n\n", false)]
    [InlineData("\n", false)]
    [InlineData("", false)]
    public async Task A_deletion_shows_the_head_of_the_code_and_asks(string answer, bool deleted)
    {
        var id = await contest.JoinAsync($"asked-{Guid.NewGuid():N}");
        var code = Contest.Right + string.Concat(Enumerable.Range(3, 22).Select(n => $"# line {n}\n"));
        var number = await SubmitAsync(id, "mine.py", "test", code);

        var run = await CommandRun.AnsweringAsync(answer, ["submissions", "delete", $"{number}"], ("AGON_URL", contest.Url), ("AGON_CLI_ID", id));
        Assert.Equal(deleted ? 0 : 1, run.ExitCode);
        Assert.Equal(deleted ? $"submission {number} is deleted\n" : "", run.Output);
        Assert.Contains("  # line 20\n  ... and 5 more lines\ndelete it? [y/N]\n", run.Error, StringComparison.Ordinal);
        Assert.Equal(deleted ? 1 : 0, (await contest.AsAsync(id, "submissions", "show", $"{number}")).ExitCode);
    }

    [Fact]
    public async Task Force_asks_nothing()
    {
        var id = await contest.JoinAsync("force");
        var number = await SubmitAsync(id, "mine.py", "test");
        var run = await contest.AsAsync(id, "submissions", "delete", $"{number}", "--force", "--json");
        Assert.Equal((0, "", $$"""{"status":"ok","submission_id":{{number}}}"""), (run.ExitCode, run.Error, run.Output.TrimEnd()));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("delete")]
    public async Task Somebody_elses_submission_is_refused(string verb)
    {
        var number = await SubmitAsync(await contest.JoinAsync($"owner-of-{verb}"), "mine.py", "test");
        var run = await contest.AsAsync(await contest.JoinAsync($"thief-of-{verb}"), "submissions", verb, $"{number}");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("is not yours (403)", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show 1")]
    [InlineData("delete 1 --force")]
    public async Task Without_an_id_nothing_is_asked(string line)
    {
        var run = await CommandRun.Of(["submissions", .. line.Split(' ')], ("AGON_URL", contest.Url));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("AGON_CLI_ID", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private async Task<long> SubmitAsync(string cliId, string name, string mode, string code = Contest.Right, int exitCode = 0)
    {
        var run = await contest.AsAsync(cliId, "submit", contest.Entry(name, code), "-l", "quick", "-g", "CPU", "-m", mode, "--json");
        Assert.True(run.ExitCode == exitCode, run.Error);
        using var document = JsonDocument.Parse(run.Output);
        return document.RootElement.GetProperty("id").GetInt64();
    }
}
