using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using Agon.Storage.Submissions;
using Npgsql;

namespace Agon.EndToEnd.Tests;

/// <summary>The data is backed up while entries come in and run, lost, and put back: all that was recorded by then is there, and goes on.</summary>
public sealed partial class BackupTests
{
    private const string Right = "def twice(number):\n    return number + number\n";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_lost_file_comes_back_from_the_backup_and_its_jobs_go_on_Sqlite()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var backup = Path.Combine(world.Folder, "backup.db");
        Known known;
        await using (var server = await world.ServeAsync())
        {
            known = await KeepBusyAsync(world, server, async () =>
            {
                using var told = JsonDocument.Parse((await world.AgonAsync("db", "backup", backup, "--json")).Output);
                Assert.True(told.RootElement.GetProperty("open_jobs").GetInt64() > 0, told.RootElement.ToString());
            });
            var inUse = await world.TryAgonAsync("db", "restore", backup, "--force");
            Assert.Equal((1, true), (inUse.ExitCode, inUse.Errors.Contains("in use", StringComparison.Ordinal)));
            await server.KillAsync();
        }
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(backup));

        // The journal stays behind, as it does when somebody deletes the one file that they know.
        File.Delete(Path.Combine(world.Folder, "agon.db"));
        await world.AgonAsync("db", "restore", backup);
        var twice = await world.TryAgonAsync("db", "restore", backup);
        Assert.Equal((1, true), (twice.ExitCode, twice.Errors.Contains("--force", StringComparison.Ordinal)));
        await AssertAllIsBackAsync(world, known);
        // Not by pattern: "agon.db.*" matches agon.db, too.
        Assert.DoesNotContain(Directory.EnumerateFiles(world.Folder), file => Path.GetFileName(file).StartsWith("agon.db.", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task A_lost_database_comes_back_by_the_documented_commands_and_its_jobs_go_on_Postgres()
    {
        await using var world = await TestWorld.CreateAsync(postgres: true);
        Known known;
        await using (var server = await world.ServeAsync())
        {
            known = await KeepBusyAsync(world, server, () => DocumentedAsync(world, "pg_dump"));
            await server.KillAsync();
        }
        var refused = await world.TryAgonAsync("db", "backup", "anything.db");
        Assert.Equal((1, true), (refused.ExitCode, refused.Errors.Contains("pg_dump", StringComparison.Ordinal)));

        await world.LosePostgresAsync();
        await DocumentedAsync(world, "createdb");
        await DocumentedAsync(world, "pg_restore");
        await AssertAllIsBackAsync(world, known);
    }

    /// <summary>What has to be there again: ended submissions, accepted ones, and the ranking.</summary>
    private sealed record Known(string CliId, long Ended, IReadOnlyList<long> Accepted, string Ranking);

    // One entry ranks first. Then, while more are handed in and run, the backup is made.
    private static async Task<Known> KeepBusyAsync(TestWorld world, RunningServer server, Func<Task> backUp)
    {
        var cliId = await world.AddUserAsync("ada");
        var ada = new Participant(cliId);
        var ended = (await ada.SubmitAsync(server.Client, Right, "leaderboard"))!.Value;
        await ada.UntilDoneAsync(server.Client, ended, Limit);
        var ranking = await server.Client.GetStringAsync("/submissions/quick/CPU");
        var accepted = new List<long>();
        for (var n = 0; n < 2; n++)
            accepted.Add((await ada.SubmitAsync(server.Client, Right, "test"))!.Value);

        using var over = new CancellationTokenSource();
        var submitting = Task.Run(async () =>
        {
            for (var n = 0; n < 200 && !over.IsCancellationRequested; n++)
                await ada.SubmitAsync(server.Client, Right, "test");
        });
        await backUp();
        await over.CancelAsync();
        await submitting;
        return new Known(cliId, ended, accepted, ranking);
    }

    private static async Task AssertAllIsBackAsync(TestWorld world, Known known)
    {
        await using var server = await world.ServeAsync();
        Assert.Equal(known.Ranking, await server.Client.GetStringAsync("/submissions/quick/CPU"));
        var ada = new Participant(known.CliId);
        Assert.True((await ada.ShowAsync(server.Client, known.Ended)).GetProperty("done").GetBoolean());
        await using var database = world.Open();
        var store = new SubmissionStore(database);
        foreach (var id in known.Accepted)
        {
            var shown = await ada.UntilDoneAsync(server.Client, id, Limit);
            Assert.Equal("succeeded", shown.GetProperty("job").GetProperty("status").GetString());
            Assert.Single(await store.RunsAsync(id, CancellationToken.None));
        }
        var next = (await ada.SubmitAsync(server.Client, Right, "test"))!.Value;
        Assert.True(next > known.Accepted.Max(), "a new submission took the number of an old one");
    }

    /// <summary>Runs the command as docs/operations.md has it.</summary>
    private static async Task DocumentedAsync(TestWorld world, string command)
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        var line = Assert.Single(CommandLines().Matches(page), match => match.Value.StartsWith($"{command}", StringComparison.Ordinal)).Value;
        var at = new NpgsqlConnectionStringBuilder(world.Environment["DATABASE_URL"]);
        var environment = new Dictionary<string, string?>
        {
            ["PGHOST"] = at.Host,
            ["PGPORT"] = at.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["PGUSER"] = at.Username,
            ["PGPASSWORD"] = at.Password,
            ["PGDATABASE"] = at.Database,
        };
        var run = await CommandLine.RunAsync("/bin/sh", ["-c", line], environment, world.Folder);
        Assert.True(run.ExitCode == 0, $"{line}: {run.Errors}");
    }

    [GeneratedRegex("^(pg_dump|createdb|pg_restore).*$", RegexOptions.Multiline)]
    private static partial Regex CommandLines();
}
