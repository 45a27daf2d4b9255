using System.Text.Json;

namespace Agon.Cli.Tests.Leaderboards;

/// <summary>Closing a leaderboard, inviting, joining, limiting and stopping: organisers on the data, participants over HTTP.</summary>
public sealed class AccessCommandsTests(Contest contest) : IClassFixture<Contest>
{
    [Fact]
    public async Task An_invited_participant_gets_in_and_out_again()
    {
        var ada = await contest.JoinAsync("ada");
        Assert.Equal("leaderboard quick is closed", (await OnDataAsync("leaderboard", "visibility", "QUICK", "closed")).Output.TrimEnd());
        Assert.Equal(1, (await contest.AsAsync(ada, "leaderboard", "show", "quick")).ExitCode);

        var codes = await OnDataAsync("invite", "create", "quick", "--count", "2");
        Assert.Equal(2, codes.OutputLines.Count);
        var joined = await contest.AsAsync(ada, "join", codes.OutputLines[0]);
        Assert.Equal((0, "quick\n"), (joined.ExitCode, joined.Output));
        Assert.Equal(0, (await contest.AsAsync(ada, "leaderboard", "show", "quick")).ExitCode);
        Assert.Equal("""{"status":"ok","leaderboards":["quick"]}""", (await contest.AsAsync(ada, "join", codes.OutputLines[0], "--json")).Output.TrimEnd());

        var list = await OnDataAsync("invite", "list", "quick");
        Assert.Matches($"^{codes.OutputLines[0]}  ada +20", list.OutputLines[1]);
        Assert.Matches($"^{codes.OutputLines[1]}  - +- +20", list.OutputLines[2]);
        using var json = JsonDocument.Parse((await OnDataAsync("invite", "list", "quick", "--json")).Output);
        Assert.Equal("ada", json.RootElement.GetProperty("invites")[0].GetProperty("user_name").GetString());

        Assert.Contains("had been claimed", (await OnDataAsync("invite", "revoke", codes.OutputLines[0])).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await contest.AsAsync(ada, "leaderboard", "show", "quick")).ExitCode);
        Assert.Equal(1, (await contest.AsAsync(ada, "join", codes.OutputLines[0])).ExitCode);
        Assert.Equal(1, (await OnDataAsync("invite", "revoke", codes.OutputLines[0])).ExitCode);
        Assert.Equal(0, (await OnDataAsync("leaderboard", "visibility", "quick", "public")).ExitCode);
        Assert.Contains("is public", Assert.Single((await OnDataAsync("invite", "create", "quick", "--json")).ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_of_submissions_holds_until_it_is_lifted()
    {
        var bob = await contest.JoinAsync("bob");
        Assert.Equal("leaderboard quick, mode leaderboard: 0 an hour", (await OnDataAsync("leaderboard", "limit", "quick", "--mode", "leaderboard", "--per-hour", "0")).Output.TrimEnd());
        var refused = await contest.AsAsync(bob, "submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-m", "leaderboard");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("0/0 in the last hour) (429)", refused.Error, StringComparison.Ordinal);
        Assert.Equal("leaderboard quick, mode leaderboard: no limit", (await OnDataAsync("leaderboard", "limit", "quick", "--mode", "leaderboard", "--per-hour", "none")).Output.TrimEnd());
        Assert.Equal(0, (await contest.AsAsync(bob, "submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-m", "leaderboard", "--no-wait")).ExitCode);
    }

    [Fact]
    public async Task A_stopped_intake_takes_nothing_in()
    {
        var eve = await contest.JoinAsync("eve");
        Assert.Equal("open\n", (await OnDataAsync("intake", "status")).Output);
        Assert.Equal("stopped\n", (await OnDataAsync("intake", "stop")).Output);
        Assert.Contains("at present", (await contest.AsAsync(eve, "submit", contest.Entry("mine.py", Contest.Right), "-l", "quick")).Error, StringComparison.Ordinal);
        Assert.Equal("stopped\n", (await OnDataAsync("intake", "status")).Output);
        Assert.Equal("open\n", (await OnDataAsync("intake", "start")).Output);
    }

    [Fact]
    public async Task To_ask_whether_the_intake_is_open_makes_no_data()
    {
        var nowhere = Path.Combine(contest.Data, "nowhere");
        var run = await CommandRun.Of(["intake", "status", "--data", nowhere]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("none was made", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.False(Directory.Exists(nowhere));
    }

    [Theory]
    [InlineData("invite create absent", 1)]
    [InlineData("invite list absent", 1)]
    [InlineData("leaderboard visibility absent closed", 1)]
    [InlineData("leaderboard limit absent --mode test --per-hour 3", 1)]
    [InlineData("leaderboard visibility quick secret", 2)]
    [InlineData("leaderboard limit quick --mode profile --per-hour 3", 2)]
    [InlineData("leaderboard limit quick --mode test --per-hour -1", 2)]
    [InlineData("leaderboard limit quick --mode test", 2)]
    [InlineData("invite create", 2)]
    [InlineData("invite create quick --count 10001", 2)]
    public async Task What_cannot_be_done_is_told_in_one_line(string line, int exitCode)
    {
        var run = await OnDataAsync(line.Split(' '));
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("agon: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private Task<CommandRun> OnDataAsync(params string[] arguments) => CommandRun.Of([.. arguments, "--data", contest.Data]);
}
