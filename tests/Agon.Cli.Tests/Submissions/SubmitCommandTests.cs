using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Agon.Cli.Tests.Submissions;

public sealed class SubmitCommandTests(Contest contest) : IClassFixture<Contest>
{
    [Fact]
    public async Task A_ranked_entry_shows_its_progress_on_stderr_and_its_verdict_score_and_rank_on_stdout()
    {
        var id = await contest.JoinAsync("rosa");
        var run = await contest.AsAsync(id, "submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-g", "CPU", "-m", "leaderboard");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("handed in to quick on CPU, mode leaderboard", run.Error, StringComparison.Ordinal);
        Assert.Contains("CPU: test started", run.Error, StringComparison.Ordinal);
        Assert.Matches(@"CPU: leaderboard passed after \d+\.\d\d s", run.Error);
        Assert.Matches(@"^submission \d+: succeeded$", run.OutputLines[0]);
        Assert.Matches(@"^score:  \d.* on CPU$", run.OutputLines[1]);
        Assert.Matches(@"^rank:   \d+ of \d+ on CPU", run.OutputLines[2]);
        Assert.Equal(3, run.OutputLines.Count);
    }

    [Fact]
    public async Task A_wrong_entry_is_exit_1_and_its_failed_cases_are_named()
    {
        var id = await contest.JoinAsync("walter");
        var run = await contest.AsAsync(id, "submit", contest.Entry("wrong.py", Contest.Wrong), "-l", "quick", "-m", "test");
        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"^submission \d+: failed$", run.OutputLines[0]);
        Assert.Equal("why:    the tests failed on CPU", run.OutputLines[1]);
        Assert.Equal(["test: [number: 3] failed", "test: [number: -7] failed"], run.OutputLines.Skip(2));
    }

    [Fact]
    public async Task Json_is_the_servers_final_document_and_nothing_else()
    {
        var id = await contest.JoinAsync("jason");
        var run = await contest.AsAsync(id, "submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-m", "test", "--json");
        Assert.Equal(0, run.ExitCode);
        using var document = JsonDocument.Parse(Assert.Single(run.OutputLines));
        Assert.True(document.RootElement.GetProperty("done").GetBoolean());

        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("X-Popcorn-Cli-Id", id);
        var number = document.RootElement.GetProperty("id").GetInt64();
        Assert.Equal(await http.GetStringAsync($"{contest.Url}/user/submissions/{number}"), run.OutputLines[0]);
    }

    [Fact]
    public async Task No_wait_prints_the_id_alone_and_returns()
    {
        var id = await contest.JoinAsync("nora");
        var run = await contest.AsAsync(id, "submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-m", "test", "--no-wait");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches("^[0-9]+$", Assert.Single(run.OutputLines));

        run = await contest.AsAsync(id, "submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-m", "test", "--no-wait", "--json");
        using var accepted = JsonDocument.Parse(run.Output);
        Assert.Equal("accepted", accepted.RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task The_files_own_directives_supply_what_flags_leave_out()
    {
        var id = await contest.JoinAsync("dora");
        var entry = contest.Entry("mine.py", "#!POPCORN leaderboard quick\n#!POPCORN gpu CPU\n" + Contest.Right);
        Assert.Equal(0, (await contest.AsAsync(id, "submit", entry, "--no-wait")).ExitCode);
    }

    [Theory]
    [InlineData("", "names no leaderboard", 2)]
    [InlineData("#!POPCORN leaderboard quick\n#!POPCORN gpus CPU H100\n", "choose one with --gpu", 2)]
    [InlineData("#!POPCORN leaderbord quick\n", "line 1", 2)]
    [InlineData("#!POPCORN leaderboard absent\n#!POPCORN gpu CPU\n", "absent", 1)]
    [InlineData("#!POPCORN leaderboard quick\n#!POPCORN gpu H100\n", "H100", 1)]
    public async Task What_cannot_be_handed_in_is_told_in_one_line(string head, string words, int exitCode)
    {
        var id = await contest.JoinAsync($"user-{Guid.NewGuid():N}");
        var run = await contest.AsAsync(id, "submit", contest.Entry("mine.py", head + Contest.Right));
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains(words, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_id_nothing_is_sent_and_the_way_to_get_one_is_told()
    {
        var run = await CommandRun.Of(["submit", contest.Entry("mine.py", Contest.Right), "-l", "quick"], ("AGON_URL", contest.Url));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("AGON_CLI_ID", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_that_nobody_has_is_refused_with_exit_1()
    {
        var run = await contest.AsAsync("0123456789abcdef0123456789abcdef", "submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-g", "CPU");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("(401)", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_text_is_not_sent()
    {
        var path = contest.Entry("mine.py", "");
        await File.WriteAllBytesAsync(path, [0xff, 0xfe, 0x00]);
        var run = await contest.AsAsync(await contest.JoinAsync("bin"), "submit", path, "-l", "quick");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("UTF-8", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unavailable", "\"no machine with a device 'CPU' is connected\"", "CPU: no machine with a device 'CPU' is connected; the entry waits until one is")]
    [InlineData("available", "null", null)]
    public async Task Who_hands_in_where_no_machine_would_run_it_is_told_so(string status, string error, string? line)
    {
        await using var server = await ScriptedServer.StartAsync(context => AcceptAsync(context, status, error));

        var run = await SubmitToAsync(server);
        Assert.Equal((0, "7\n"), (run.ExitCode, run.Output));
        Assert.Equal(line, run.ErrorLines.Skip(1).SingleOrDefault());
    }

    [Theory]
    [InlineData(StatusCodes.Status503ServiceUnavailable, 3, true)]
    [InlineData(StatusCodes.Status500InternalServerError, 3, true)]
    [InlineData(StatusCodes.Status409Conflict, 1, false)]
    [InlineData(StatusCodes.Status429TooManyRequests, 1, false)]
    public async Task An_answer_after_which_the_entry_may_be_there_all_the_same_says_where_to_look(int status, int exitCode, bool perhaps)
    {
        var requests = 0;
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            Interlocked.Increment(ref requests);
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "1";
            await context.Response.WriteAsync("""{"detail":"not now"}""");
        });

        var run = await SubmitToAsync(server);
        Assert.Equal((exitCode, 1), (run.ExitCode, requests));
        Assert.StartsWith($"agon: not now ({status})", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(perhaps, run.Error.Contains("mine.py may have been taken in all the same: look with 'agon submissions list'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_is_lost_says_where_to_look()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Abort();
        });

        var run = await SubmitToAsync(server);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("'agon submissions list'", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_was_never_reached_has_taken_nothing_in()
    {
        var run = await CommandRun.Of(
            ["submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-g", "CPU", "--url", "http://127.0.0.1:9"], ("AGON_CLI_ID", "me"));
        Assert.Equal(3, run.ExitCode);
        Assert.DoesNotContain("submissions list", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "interrupted; submission 7 goes on: 'agon submissions show 7'")]
    [InlineData("POST", "interrupted; mine.py may have been taken in all the same: look with 'agon submissions list'")]
    public async Task Who_presses_Ctrl_C_is_told_what_goes_on_and_how_to_look(string pressedDuring, string says)
    {
        using var ctrlC = new CancellationTokenSource();
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            if (context.Request.Method == pressedDuring)
                await ctrlC.CancelAsync();
            else
                await AcceptAsync(context, "available", "null");
        });

        var run = await CommandRun.InterruptedAsync(
            ["submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-g", "CPU"], [("AGON_URL", server.Url), ("AGON_CLI_ID", "me")], ctrlC.Token);
        Assert.Equal(130, run.ExitCode);
        Assert.StartsWith($"agon: {says}", run.ErrorLines[^1], StringComparison.Ordinal);
    }

    private static async Task AcceptAsync(HttpContext context, string status, string error)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsync($$"""{"details":{"id":7,"job_status_id":7},"runner_queue":{"runner":"Local","gpu":"CPU","queued_jobs":1,"running_jobs":0,"available_runners":0,"status":"{{status}}","error":{{error}}},"status":"accepted"}""");
    }

    // A device that is named leaves a single request to be made: the one that hands in.
    private Task<CommandRun> SubmitToAsync(ScriptedServer server) =>
        CommandRun.Of(["submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-g", "CPU", "--no-wait"], ("AGON_URL", server.Url), ("AGON_CLI_ID", "me"));
}
