using System.Runtime.Versioning;
using Agon.Cli.Http;

namespace Agon.Cli.Tests.Http;

public sealed class CredentialsTests : IDisposable
{
    private readonly TemporaryFolder home = new();

    [Fact]
    public void The_id_is_read_from_the_contracts_file()
    {
        home.Write(".popcorn.yaml", "cli_id: 0123abc\n");
        Assert.Equal("0123abc", Find());
    }

    [Fact]
    public void Agons_own_file_wins_over_the_contracts_and_also_names_the_server()
    {
        home.Write(".popcorn.yaml", "cli_id: from-popcorn\n");
        var path = home.Write(Path.Combine(".config", "agon", "config.yaml"), "url: http://127.0.0.1:7\ncli_id: from-agon\n");
        Assert.Equal("from-agon", Find());
        Assert.Equal("http://127.0.0.1:7", ParticipantFile.OfAgon(ShellOf()).Url);

        home.Write(Path.Combine("elsewhere", "agon", "config.yaml"), "cli_id: from-elsewhere\n");
        Assert.Equal("from-elsewhere", Find(("XDG_CONFIG_HOME", Path.Combine(home.Path, "elsewhere"))));

        File.WriteAllText(path, "server: http://127.0.0.1:7\n");
        Assert.Equal($"{path}: 'server' is not a setting; url, cli_id and registration_api_key are", Assert.Throws<CommandFailure>(() => Find()).Message);
    }

    [Theory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, false)]
    public void An_id_in_a_file_that_others_may_read_is_used_with_a_warning(UnixFileMode mode, bool warned)
    {
        var path = home.Write(".popcorn.yaml", "cli_id: open\n");
        File.SetUnixFileMode(path, mode);
        using var said = new StringWriter();
        var shell = ShellOf() with { Error = said };
        Assert.Equal("open", Credentials.Find(shell, ParticipantFile.OfAgon(shell)));
        Assert.Equal(warned ? $"note: others on this machine may read your id in {path}; 'chmod 600 {path}' keeps it yours\n" : "", said.ToString());
    }

    [Fact]
    public async Task The_server_of_agons_own_file_is_asked_unless_the_environment_names_one()
    {
        home.Write(Path.Combine(".config", "agon", "config.yaml"), "url: http://127.0.0.1:7\n");
        Assert.Contains("127.0.0.1:7/", (await CommandRun.Of(["leaderboard", "list"], ("HOME", home.Path))).Error, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:6/", (await CommandRun.Of(["leaderboard", "list"], ("HOME", home.Path), ("POPCORN_API_URL", "http://127.0.0.1:6"))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_wins_over_the_file()
    {
        home.Write(".popcorn.yaml", "cli_id: from-file\n");
        Assert.Equal("from-environment", Find(("AGON_CLI_ID", "from-environment")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a list\n")]
    [InlineData("other: key\n")]
    [InlineData("cli_id:\n")]
    public void A_file_without_the_key_holds_no_id(string content)
    {
        home.Write(".popcorn.yaml", content);
        Assert.Null(Find());
    }

    [Theory]
    [InlineData("cli_id: [\n")]
    [InlineData(": [\no")]   // on which the parser slips
    public void A_file_that_is_not_yaml_is_named_with_its_line(string content)
    {
        var path = home.Write(".popcorn.yaml", content);
        var failure = Assert.Throws<CommandFailure>(() => Find());
        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => home.Dispose();

    private string? Find(params (string Name, string Value)[] variables)
    {
        var shell = ShellOf(variables);
        return Credentials.Find(shell, ParticipantFile.OfAgon(shell));
    }

    private Shell ShellOf(params (string Name, string Value)[] variables) => new()
    {
        Output = TextWriter.Null,
        Error = TextWriter.Null,
        Variable = name => name == "HOME" ? home.Path : variables.FirstOrDefault(variable => variable.Name == name).Value,
    };
}
