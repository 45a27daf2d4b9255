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

    [Fact]
    public void A_file_that_is_not_yaml_is_named_with_its_line()
    {
        var path = home.Write(".popcorn.yaml", "cli_id: [\n");
        var failure = Assert.Throws<CommandFailure>(() => Find());
        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => home.Dispose();

    private string? Find(params (string Name, string Value)[] variables) => Credentials.Find(new Shell
    {
        Output = TextWriter.Null,
        Error = TextWriter.Null,
        Variable = name => name == "HOME" ? home.Path : variables.FirstOrDefault(variable => variable.Name == name).Value,
    });
}
