using System.Text.Json;

namespace Agon.Cli.Tests.Accounts;

public sealed class UserCommandsTests : IDisposable
{
    private readonly TemporaryFolder data = new();

    [Fact]
    public async Task The_new_id_stands_alone_on_the_last_line()
    {
        var run = await Add("ada");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches("^[0-9a-f]{32}$", run.OutputLines[^1]);
        Assert.DoesNotContain(run.OutputLines[^1], run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_JSON_the_new_participant_has_id_name_and_CLI_id()
    {
        var run = await CommandRun.Of(["user", "add", "ada", "--data", data.Path, "--json"]);
        using var user = JsonDocument.Parse(Assert.Single(run.OutputLines));
        Assert.Equal("ada", user.RootElement.GetProperty("user_name").GetString());
        Assert.Matches("^[0-9]+$", user.RootElement.GetProperty("user_id").GetString());
        Assert.Matches("^[0-9a-f]{32}$", user.RootElement.GetProperty("cli_id").GetString());
    }

    [Fact]
    public async Task Migrations_are_listed_as_JSON_too()
    {
        var first = JsonSerializer.Deserialize<string[]>((await CommandRun.Of(["db", "migrate", "--data", data.Path, "--json"])).Output)!;
        Assert.Equal("0001_contract_tables", first[0]);
        Assert.Equal("[]", (await CommandRun.Of(["db", "migrate", "--data", data.Path, "--json"])).Output.TrimEnd());
    }

    [Fact]
    public async Task A_taken_name_is_refused()
    {
        await Add("ada");
        var run = await Add("ada");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("'ada' is taken", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_named_on_the_command_line_wins_over_the_environments_database()
    {
        var run = await CommandRun.Of(["user", "add", "ada", "--data", data.Path], ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none"));
        Assert.Equal(0, run.ExitCode);
        Assert.True(File.Exists(Path.Combine(data.Path, "agon.db")));
        Assert.Equal(
            $"note: --data wins over DATABASE_URL: this is about the SQLite file in {data.Path}; without --data it is about PostgreSQL",
            Assert.Single(run.ErrorLines, line => line.Contains("DATABASE_URL", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_names_one_place_alone_hears_nothing_of_the_other() =>
        Assert.DoesNotContain("DATABASE_URL", (await Add("ada")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task A_database_out_of_reach_is_exit_3_and_its_password_is_not_told()
    {
        var run = await CommandRun.Of(["user", "add", "ada"], ("DATABASE_URL", "postgresql://nobody:hunter2@127.0.0.1:9/none"));
        Assert.Equal(3, run.ExitCode);
        Assert.DoesNotContain("hunter2", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_default_data_folder_lies_in_the_home_folder()
    {
        var run = await CommandRun.Of(["user", "add", "ada"], ("HOME", data.Path));
        Assert.Equal(0, run.ExitCode);
        Assert.True(File.Exists(Path.Combine(data.Path, ".local", "share", "agon", "agon.db")));
    }

    public void Dispose() => data.Dispose();

    private Task<CommandRun> Add(string name) => CommandRun.Of(["user", "add", name, "--data", data.Path]);
}
