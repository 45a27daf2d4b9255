using System.CommandLine;

namespace Agon.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> EveryCommand()
    {
        var shell = new Shell { Output = TextWriter.Null, Error = TextWriter.Null, Variable = _ => null };
        var data = new TheoryData<string>();
        foreach (var path in Paths(CommandLine.Create(shell), ""))
            data.Add(path);
        return data;
    }

    [Theory]
    [MemberData(nameof(EveryCommand))]
    public async Task Every_commands_help_ends_with_an_example_and_goes_to_standard_output(string command)
    {
        var run = await CommandRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Error);
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.Contains($"  agon {command.Split(' ')[0]}".TrimEnd(), run.Output[run.Output.IndexOf("\nExamples:\n", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_that_prints_data_prints_it_as_JSON_too()
    {
        // They tell what they do, and print no data.
        string[] without = ["db reindex", "demo", "serve", "tournament cancel", "tournament move", "tournament withdraw", "worker"];
        var shell = new Shell { Output = TextWriter.Null, Error = TextWriter.Null, Variable = _ => null };
        Assert.Equal(without, Leaves(CommandLine.Create(shell), "").Where(leaf => !leaf.Command.Options.Any(option => option.Name == "--json")).Select(leaf => leaf.Path).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("leaderboard")]
    [InlineData("leaderboard show")]
    [InlineData("submit no-such-file.py")]
    [InlineData("submit")]
    [InlineData("user add")]
    [InlineData("user add ada --colour red")]
    [InlineData("problems sync no-such-folder")]
    [InlineData("demo now")]
    [InlineData("leaderboard list --url ftp://example.org")]
    public async Task A_wrong_command_line_is_told_in_one_line_and_exits_2(string line)
    {
        var run = await CommandRun.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.StartsWith("agon: ", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eval a b --seed abc", "--seed is 'abc'; it must be a whole number; see 'agon eval --help'")]
    [InlineData("submissions list --limit many", "--limit is 'many'; it must be a whole number; see 'agon submissions list --help'")]
    public async Task A_value_of_the_wrong_kind_is_refused_in_words(string line, string message) =>
        Assert.Equal([$"agon: {message}"], (await CommandRun.Of(line.Split(' '))).ErrorLines);

    [Fact]
    public async Task An_unknown_mode_is_refused_with_the_modes_there_are()
    {
        var run = await CommandRun.Of(["submit", folder.Write("a.py", ""), "--mode", "fastest"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("test, benchmark, profile, leaderboard", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("leaderboard list")]
    [InlineData("leaderboard show primes")]
    public async Task A_server_that_is_not_there_is_exit_3_and_says_what_to_do(string line)
    {
        var run = await CommandRun.Of([.. line.Split(' '), "--url", "http://127.0.0.1:9"]);
        Assert.Equal(3, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("agon serve", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_servers_address_comes_from_the_flag_then_AGON_URL_then_POPCORN_API_URL()
    {
        (string, string)[] both = [("AGON_URL", "http://127.0.0.1:1"), ("POPCORN_API_URL", "http://127.0.0.1:2")];
        Assert.Contains("127.0.0.1:3/", (await CommandRun.Of(["leaderboard", "list", "--url", "http://127.0.0.1:3"], both)).Error, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1/", (await CommandRun.Of(["leaderboard", "list"], both)).Error, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:2/", (await CommandRun.Of(["leaderboard", "list"], both[1])).Error, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) => command.Subcommands.Count == 0
        ? [(path, command)]
        : command.Subcommands.SelectMany(child => Leaves(child, $"{path} {child.Name}".Trim()));

    private static IEnumerable<string> Paths(Command command, string path) =>
        [path, .. command.Subcommands.SelectMany(child => Paths(child, $"{path} {child.Name}".Trim()))];
}
