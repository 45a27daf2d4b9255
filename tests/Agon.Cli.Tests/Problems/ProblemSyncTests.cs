using System.Text.Json;
using Agon.Domain.Leaderboards;
using Agon.Server.Problems;
using Agon.Storage;
using Agon.Storage.Leaderboards;

namespace Agon.Cli.Tests.Problems;

public sealed class ProblemSyncTests : IDisposable
{
    private readonly TemporaryFolder data = new();
    private readonly TemporaryFolder problems = new();

    public ProblemSyncTests()
    {
        Competition("gpus: [CPU]");
        Task("Return twice the number.");
        problems.Write("twice/eval.py", "print()\n");
    }

    [Fact]
    public async Task A_new_problem_becomes_a_leaderboard_and_syncing_again_changes_nothing()
    {
        Assert.Equal(["created  twice"], (await Sync()).OutputLines);
        var seed = (await Board()).SecretSeed;
        Assert.Equal(["skipped  twice: no changes"], (await Sync()).OutputLines);
        Assert.Equal(seed, (await Board()).SecretSeed);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen_and_changes_nothing()
    {
        Assert.Equal(["created  twice"], (await Sync("--dry-run")).OutputLines);
        Assert.Empty(Directory.EnumerateFileSystemEntries(data.Path));
        Assert.Equal(["created  twice"], (await Sync()).OutputLines);
        Assert.Equal(["skipped  twice: no changes"], (await Sync("--dry-run")).OutputLines);
    }

    [Fact]
    public async Task A_changed_description_is_a_change()
    {
        await Sync();
        Task("Return the double.");
        Assert.Equal(["updated  twice"], (await Sync()).OutputLines);
        Assert.Equal("Return the double.", (await Board()).Task.Description);
    }

    [Fact]
    public async Task A_changed_list_of_devices_is_a_change()
    {
        await Sync();
        Competition("gpus: [CPU, H100]");
        Assert.Equal(["updated  twice"], (await Sync()).OutputLines);
        Assert.Equal(["CPU", "H100"], (await Board()).Gpus.Order());
    }

    [Fact]
    public async Task A_changed_deadline_is_a_change_and_one_that_is_taken_out_leaves_the_boards_own()
    {
        Competition("gpus: [CPU]", "2030-01-02 03:04");
        await Sync();
        Competition("gpus: [CPU]", "2031-01-02");
        Assert.Equal(["updated  twice"], (await Sync()).OutputLines);
        Assert.Equal(new DateTimeOffset(2031, 1, 2, 0, 0, 0, TimeSpan.Zero), (await Board()).Deadline);
        Competition("gpus: [CPU]");
        Assert.Equal(["skipped  twice: no changes"], (await Sync()).OutputLines);
    }

    [Fact]
    public async Task A_changed_harness_is_left_out_unless_it_is_forced()
    {
        await Sync();
        problems.Write("twice/eval.py", "print('other')\n");
        Assert.StartsWith("skipped  twice: the file eval.py changed", Assert.Single((await Sync()).OutputLines), StringComparison.Ordinal);
        Assert.Equal(["updated  twice"], (await Sync("--force")).OutputLines);
        Assert.Equal(["skipped  twice: no changes"], (await Sync()).OutputLines);
    }

    [Fact]
    public async Task Changed_benchmarks_are_left_out_unless_they_are_forced()
    {
        await Sync();
        Task("Return twice the number.", benchmark: 22);
        Assert.Contains("the list of benchmarks changed", Assert.Single((await Sync()).OutputLines), StringComparison.Ordinal);
        Assert.Equal(["updated  twice"], (await Sync("--force")).OutputLines);
    }

    [Fact]
    public async Task Agons_own_settings_are_brought_up_to_date()
    {
        await Sync();
        problems.Write("twice/agon.yml", "min_isolation: none\n");
        Assert.Equal(["updated  twice"], (await Sync()).OutputLines);
        Assert.Equal(Domain.Runs.IsolationLevel.None, (await Board()).Task.Agon.MinIsolation);
    }

    [Fact]
    public async Task A_leaderboard_that_was_made_after_the_plan_is_not_overwritten()
    {
        await using var database = Database.Open(data.Path, null);
        await database.MigrateAsync(CancellationToken.None);
        var sync = new ProblemSync(new LeaderboardStore(database), TimeProvider.System);
        var plan = await sync.PlanAsync(problems.Path, root: null, force: false, CancellationToken.None);
        Competition("gpus: [H100]");
        Assert.Equal(["created  twice"], (await Sync()).OutputLines);

        var result = await sync.ApplyAsync(plan, CancellationToken.None);
        Assert.Empty(result.Created);
        Assert.Equal("twice", Assert.Single(result.Errors).Name);
        Assert.Equal(["H100"], (await Board()).Gpus.AsEnumerable());
    }

    [Fact]
    public async Task A_broken_problem_is_skipped_with_its_reason_and_the_exit_code_tells_of_it()
    {
        problems.Write("twice/task.yml", "lang: [\n");
        var run = await CommandRun.Of(["problems", "sync", problems.Path, "--data", data.Path, "--json"]);
        Assert.Equal(1, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal("twice", json.RootElement.GetProperty("skipped")[0].GetProperty("name").GetString());
        Assert.Equal(
            ["status", "created", "updated", "skipped", "errors"],
            json.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task A_dry_run_on_a_database_without_tables_is_as_without_data_and_makes_none()
    {
        var file = Path.Combine(data.Path, "agon.db");
        await File.WriteAllTextAsync(file, "");
        var run = await CommandRun.Of(["problems", "sync", problems.Path, "--data", data.Path, "--dry-run"]);
        Assert.Equal((0, "created  twice\n"), (run.ExitCode, run.Output));
        Assert.Contains("holds no data yet", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(file).Length);
    }

    [Fact]
    public async Task A_dry_run_on_tables_that_are_behind_says_what_to_do()
    {
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(data.Path, "agon.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE leaderboard (id INTEGER)";
            await command.ExecuteNonQueryAsync();
        }
        var run = await CommandRun.Of(["problems", "sync", problems.Path, "--data", data.Path, "--dry-run"]);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("agon db migrate", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_outside_the_named_root_are_not_read()
    {
        problems.Write("eval.py", "print()\n");
        problems.Write("set/task/task.yml", "lang: py\ndescription: up\nconfig: {main: eval.py}\ngpus: [CPU]\nfiles:\n"
            + "  - {name: submission.py, source: \"@SUBMISSION@\"}\n  - {name: eval.py, source: ../../eval.py}\n");
        var task = Path.Combine(problems.Path, "set", "task");
        Assert.Equal(0, (await CommandRun.Of(["problems", "sync", task, "--data", data.Path])).ExitCode);
        var run = await CommandRun.Of(["problems", "sync", task, "--data", data.Path, "--root", Path.Combine(problems.Path, "set")]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("is outside the problem set's root", Assert.Single(run.OutputLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_problems_is_refused_in_one_line()
    {
        var run = await CommandRun.Of(["problems", "sync", data.Path, "--data", data.Path]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("task.yml", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        data.Dispose();
        problems.Dispose();
    }

    private void Competition(string gpus, string deadline = "") =>
        problems.Write("set.yaml", $"name: Set\nproblems:\n  - {{directory: twice, name: twice, deadline: \"{deadline}\", {gpus}}}\n");

    private void Task(string description, int benchmark = 21) => problems.Write("twice/task.yml", $$"""
        lang: py
        description: {{description}}
        config: {main: eval.py}
        files:
          - {name: submission.py, source: "@SUBMISSION@"}
          - {name: eval.py, source: eval.py}
        tests:
          - {number: 3}
        benchmarks:
          - {number: {{benchmark}}}
        """);

    private async Task<CommandRun> Sync(params string[] flags)
    {
        var run = await CommandRun.Of(["problems", "sync", problems.Path, "--data", data.Path, .. flags]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private async Task<Leaderboard> Board()
    {
        await using var database = Database.Open(data.Path, null);
        return (await new LeaderboardStore(database).FindAsync("twice", CancellationToken.None))!;
    }
}
