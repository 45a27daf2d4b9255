using System.Text.Json;

namespace Agon.Cli.Tests.Leaderboards;

public sealed class LeaderboardCommandsTests(Contest contest) : IClassFixture<Contest>
{
    [Fact]
    public async Task A_ranking_is_a_table_for_people_and_the_servers_list_for_programs()
    {
        var ada = await contest.JoinAsync("ada");
        var handedIn = await contest.AsAsync(ada, "submit", contest.Entry("mine.py", Contest.Right), "-l", "quick", "-m", "leaderboard");
        Assert.True(handedIn.ExitCode == 0, handedIn.Error);

        var table = await Run("leaderboard", "show", "quick");
        Assert.Equal(0, table.ExitCode);
        Assert.StartsWith("rank  name", table.OutputLines[0], StringComparison.Ordinal);
        Assert.Matches("^1 +ada +[0-9.]+ ms +mine.py .*self-reported$", table.OutputLines[1]);

        using var http = new HttpClient();
        Assert.Equal(await http.GetStringAsync($"{contest.Url}/submissions/quick/CPU"), Assert.Single((await Run("leaderboard", "show", "quick", "--json")).OutputLines));
        Assert.Equal(table.Output, (await Run("leaderboard", "show", "QUICK", "--gpu", "cpu")).Output);
    }

    [Fact]
    public async Task The_list_names_each_leaderboard_with_its_devices()
    {
        var list = await Run("leaderboard", "list");
        Assert.Equal(2, list.OutputLines.Count);
        Assert.Matches("^quick +CPU +20", list.OutputLines[1]);

        using var json = JsonDocument.Parse((await Run("leaderboard", "list", "--json")).Output);
        Assert.Equal("quick", json.RootElement[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task An_unknown_leaderboard_is_refused_with_exit_1()
    {
        var run = await Run("leaderboard", "show", "absent");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("absent", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private Task<CommandRun> Run(params string[] arguments) => CommandRun.Of([.. arguments, "--url", contest.Url]);
}
