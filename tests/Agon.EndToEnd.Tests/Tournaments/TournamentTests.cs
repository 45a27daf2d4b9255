using System.Text.Json;
using Agon.Domain.Tournaments;
using Agon.Storage.Tournaments;
using Microsoft.Data.Sqlite;
using static Agon.EndToEnd.Tests.Tournaments.ShortTournament;

namespace Agon.EndToEnd.Tests.Tournaments;

/// <summary>Tournaments by the command line, with participants in folders and repositories, and no container engine.</summary>
public sealed class TournamentTests
{
    [Fact]
    public Task The_manual_flow_of_the_contract_works_as_written_Sqlite() => ManualFlowAsync(postgres: false);

    [PostgresFact]
    public Task The_manual_flow_of_the_contract_works_as_written_Postgres() => ManualFlowAsync(postgres: true);

    // S089: apply schemas, seed, create (registration today to +3 days), register, orchestrate at +4, run a day at +4, score.
    private static async Task ManualFlowAsync(bool postgres)
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        TinyDataset.Write(Datasets(world), Start.AddDays(4), 1, ["torus", "bittensor"], [30, 90]);
        var repository = await RepositoryAsync(world, "mine", TinyDataset.Finds);

        await world.AgonAsync("db", "migrate");
        await world.AgonAsync("baseline", "seed", "--image-type", "analytics");
        var id = (await world.AgonAsync("tournament", "create", "--name", "spring", "--image-type", "analytics",
            "--registration-start", Day(0), "--registration-end", Day(3))).LastLine;
        await world.AgonAsync("tournament", "register", "--tournament-id", id, "--hotkey", "ada", "--github-repository", repository);
        var step = await JsonAsync(world, "tournament", "orchestrate", "--image-type", "analytics", "--tournament-id", id, "--test-date", Day(4), "--json");
        Assert.Equal("in_progress", step.GetProperty("step").GetProperty("status").GetString());
        Assert.Equal(8, step.GetProperty("runs").GetArrayLength());
        var again = await JsonAsync(world, "tournament", "run-day", "--tournament-id", id, "--image-type", "analytics", "--test-date", Day(4), "--json");
        Assert.Equal(0, again.GetProperty("runs").GetArrayLength());
        var scored = await JsonAsync(world, "tournament", "score", "--tournament-id", id, "--image-type", "analytics", "--json");

        Assert.Equal("ada", scored.GetProperty("winner_hotkey").GetString());
        // The shipped example is a folder, and comes from no repository.
        Assert.Equal("", (await JsonAsync(world, "baseline", "list", "--json")).EnumerateArray().Single(one => one.GetProperty("version").GetString() == "v1.0.0").GetProperty("github_repository").GetString());
        var shown = await JsonAsync(world, "tournament", "show", "--tournament-id", id, "--json");
        Assert.Equal("completed", shown.GetProperty("tournament").GetProperty("status").GetString());
        Assert.Equal("completed", shown.GetProperty("epoch_status").GetString());
        Assert.Equal([null, repository], shown.GetProperty("participants").EnumerateArray().Select(one => one.GetProperty("github_repository").GetString()));
        var runs = shown.GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal([.. Enumerable.Repeat("baseline_v1.0.0", 4), .. Enumerable.Repeat("ada", 4)], runs.Select(run => run.GetProperty("hotkey").GetString()));
        Assert.All(runs, run => Assert.Equal(("completed", 1.0), (run.GetProperty("status").GetString(), run.GetProperty("recall").GetDouble())));
        // One after the other (S005).
        foreach (var (before, after) in runs.Zip(runs.Skip(1)))
            Assert.True(before.GetProperty("ended_at").GetDateTimeOffset() <= after.GetProperty("started_at").GetDateTimeOffset());
        // Scoring again changes nothing, and says the same (D42).
        Assert.Equal(scored.GetProperty("results").GetRawText(), (await JsonAsync(world, "tournament", "score", "--tournament-id", id, "--json")).GetProperty("results").GetRawText());
    }

    [Fact]
    public async Task A_missing_dataset_holds_the_day_and_nobody_pays_for_it()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var id = await RunningAsync(world, days: 0);
        // The one behind it goes on.
        var other = (await TryAsync(world, Environment(world), 0, "tournament", "create", "--name", "later", "--image-type", "analytics",
            "--registration-start", Day(1), "--registration-end", Day(3))).LastLine;
        var held = await TryAsync(world, Environment(world), 3, "tournament", "orchestrate", "--test-date", Day(1));
        Assert.Contains(id, held.Errors.Split('\n')[^2]);
        Assert.Contains($"{other}: registration", held.Errors);
        Assert.Contains("dataset", held.Errors);
        var shown = await JsonAsync(world, "tournament", "show", "--tournament-id", id, "--json");
        Assert.All(shown.GetProperty("participants").EnumerateArray(), one => Assert.False(one.GetProperty("is_disqualified").GetBoolean()));

        TinyDataset.Write(Datasets(world), Start.AddDays(1), 1, ["torus"], [30]);
        await TryAsync(world, Environment(world), 0, "tournament", "orchestrate", "--tournament-id", id, "--test-date", Day(1));
    }

    [Fact]
    public async Task No_run_of_a_day_is_made_before_all_of_its_datasets_are_there()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var environment = new Dictionary<string, string?>(Environment(world)) { ["TOURNAMENT_TEST_NETWORKS"] = "torus,bittensor" };
        var id = await RunningAsync(world, days: 1, environment: environment);
        var held = await TryAsync(world, environment, 3, "tournament", "orchestrate", "--tournament-id", id, "--test-date", Day(1));
        Assert.Contains($"no dataset bittensor/{Day(1)}/30", held.Errors);
        Assert.All((await JsonAsync(world, "tournament", "show", "--tournament-id", id, "--json")).GetProperty("runs").EnumerateArray(), run => Assert.Equal("pending", run.GetProperty("status").GetString()));

        // A damaged one is worth no more.
        TinyDataset.Write(Datasets(world), Start.AddDays(1), 1, ["bittensor"], [30]);
        await File.AppendAllTextAsync(Path.Combine(Datasets(world), "bittensor", Day(1), "30", "transfers.csv"), "0\n");
        held = await TryAsync(world, environment, 3, "tournament", "orchestrate", "--tournament-id", id, "--test-date", Day(1));
        Assert.Contains("its sha256 differs", held.Errors);
        Assert.All((await JsonAsync(world, "tournament", "show", "--tournament-id", id, "--json")).GetProperty("runs").EnumerateArray(), run => Assert.Equal("pending", run.GetProperty("status").GetString()));
    }

    [S3Fact]
    public async Task The_days_datasets_come_from_a_bucket_and_a_bucket_that_is_away_costs_nobody_anything()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var network = $"t{Guid.NewGuid():N}"[..20];
        var environment = new Dictionary<string, string?>(Environment(world)) { ["TOURNAMENT_TEST_NETWORKS"] = network };
        foreach (var (name, value) in S3FactAttribute.Bucket)
            environment[name] = value;
        var published = Path.Combine(world.Folder, "published");
        TinyDataset.Write(published, Start.AddDays(1), 1, [network], [30]);
        var publication = await CommandLine.RunAsync(Repository.Agon, ["dataset", "publish", "--dataset", Path.Combine(published, network, Day(1), "30"), "--to", "s3"], environment);
        Assert.True(publication.ExitCode == 0, publication.Errors);
        // Whoever finds what is planted, or what it is called, fails.
        var id = await RunningAsync(world, days: 0, slow: "[ -z \"$(find / -name 'ground_truth*' -not -path '/proc/*' 2>/dev/null)\" ] || exit 9; ", environment: environment);

        var away = new Dictionary<string, string?>(environment) { ["SYNTHETICS_S3_ENDPOINT"] = "http://127.0.0.1:9" };
        Assert.Contains("http://127.0.0.1:9", (await TryAsync(world, away, 3, "tournament", "orchestrate", "--tournament-id", id, "--test-date", Day(1))).Errors);
        await TryAsync(world, environment, 0, "tournament", "orchestrate", "--tournament-id", id, "--test-date", Day(1));
        var shown = await JsonAsync(world, "tournament", "show", "--tournament-id", id, "--json");
        Assert.Equal([("baseline_v1.0.0", "completed"), ("ada", "completed"), ("bob", "failed")],
            shown.GetProperty("runs").EnumerateArray().Select(run => (run.GetProperty("hotkey").GetString()!, run.GetProperty("status").GetString()!)));
        // Bob ends by his own exit code: nothing of the ground truth was to be found.
        Assert.Contains("exit code 3", shown.GetRawText());
        // It is kept here for the day's other runs, for nobody's eyes.
        Assert.True(File.Exists(Path.Combine(Datasets(world), network, Day(1), "30", "META.json")));
        if (OperatingSystem.IsLinux())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Datasets(world)));
    }

    [Fact]
    public async Task Killing_the_process_in_the_middle_of_a_day_changes_no_result()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var id = await RunningAsync(world, days: 1, slow: "sleep 2; ");
        // Nobody but the killed ones is to lose a run.
        var environment = new Dictionary<string, string?>(Environment(world)) { ["AGON__Jobs__Lease"] = "00:00:10" };
        await using var database = world.Open();
        async Task<IReadOnlyList<RecordedRun>> RunsAsync() => (await new TournamentStore(database).FindAsync(Guid.Parse(id), CancellationToken.None))!.Runs;
        foreach (var hotkey in (string[])["baseline_v1.0.0", "ada"])
        {
            using var process = System.Diagnostics.Process.Start(
                CommandLine.StartInfo(Repository.Agon, ["tournament", "orchestrate", "--tournament-id", id, "--test-date", Day(1), .. world.Storage], environment, folder: null))!;
            await Eventually.TrueAsync(async () => (await RunsAsync()).Any(run => run.Run.Hotkey == hotkey && run.Run.Status == RunStatus.Running),
                TimeSpan.FromMinutes(1), () => $"{hotkey} never runs");
            process.Kill(entireProcessTree: false);
            await process.WaitForExitAsync();
        }
        await TryAsync(world, environment, 0, "tournament", "orchestrate", "--tournament-id", id, "--test-date", Day(1));
        var shown = await JsonAsync(world, "tournament", "show", "--tournament-id", id, "--json");
        Assert.Equal([("baseline_v1.0.0", 1, 0.0), ("ada", 2, 1.0), ("bob", 3, 0.0)],
            shown.GetProperty("runs").EnumerateArray().Select(run => (run.GetProperty("hotkey").GetString()!, run.GetProperty("run_order").GetInt32(), run.GetProperty("recall").GetDouble())));
        // Both kills hit a run.
        Assert.Equal([true, true, false], (await RunsAsync()).Select(run => run.Attempts > 1));
        Assert.Equal(["completed", "completed", "failed"], shown.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("status").GetString()));
        Assert.All(shown.GetProperty("participants").EnumerateArray(), one =>
            Assert.Equal(one.GetProperty("hotkey").GetString() == "bob", one.GetProperty("is_disqualified").GetBoolean()));
    }

    [Fact]
    public async Task A_dry_run_tells_and_changes_nothing()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        // Nothing can be pushed there, so that a promotion is held.
        var environment = new Dictionary<string, string?>(Environment(world)) { ["BASELINE_ANALYTICS_REPO"] = Path.Combine(world.Folder, "nothing.git") };
        async Task DryAsync(string says, int exitCode, params string[] arguments)
        {
            var before = await RowsAsync(world);
            var told = await TryAsync(world, environment, exitCode, [.. arguments, "--dry-run"]);
            Assert.Contains(says, told.Output + told.Errors);
            Assert.Equal(before, await RowsAsync(world));
        }

        await DryAsync("would seed analytics v1.0.0", 0, "baseline", "seed", "--image-type", "analytics");
        await DryAsync("no active baseline of ml", 1, "tournament", "create", "--name", "n", "--image-type", "ml");
        // A day without its dataset, so that its runs stay open.
        var id = await RunningAsync(world, days: 0);
        await DryAsync("would create a draft", 0, "tournament", "create", "--name", "n", "--image-type", "analytics");
        await DryAsync("would register 'eve' as number 3", 0, "tournament", "register", "--tournament-id", id, "--hotkey", "eve", "--folder", world.Folder, "--test-date", Day(0));
        await DryAsync("in_progress, day 1", 0, "tournament", "orchestrate", "--tournament-id", id, "--test-date", Day(1));
        await DryAsync("cannot be run", 1, "tournament", "run-day", "--tournament-id", id, "--test-date", Day(1));
        await DryAsync("would cancel it: it is registration", 0, "tournament", "cancel", "--tournament-id", id);

        await TryAsync(world, environment, 3, "tournament", "orchestrate", "--tournament-id", id, "--test-date", Day(1));
        await DryAsync("would run ada on torus, 30 days", 0, "tournament", "run-day", "--tournament-id", id, "--test-date", Day(1));
        TinyDataset.Write(Datasets(world), Start.AddDays(1), 1, ["torus"], [30]);
        await TryAsync(world, environment, 0, "tournament", "run-day", "--tournament-id", id, "--test-date", Day(1));
        await DryAsync("winner: ada; promotion: promote", 0, "tournament", "score", "--tournament-id", id);
        await TryAsync(world, environment, 0, "tournament", "score", "--tournament-id", id);
        await DryAsync("would promote 'ada'", 0, "baseline", "promote", "--tournament-id", id);
        Assert.Equal(["v1.0.0 active", "v1.1.0 failed"], await BaselinesAsync(world));

        Assert.Equal(2, (await world.TryAgonAsync("tournament", "orchestrate", "--tournament-id", "nonsense")).ExitCode);
        Assert.Equal(1, (await world.TryAgonAsync("tournament", "show", "--tournament-id", "00000000-0000-0000-0000-000000000000")).ExitCode);
    }

    /// <summary>Every row of every table, a line each.</summary>
    private static async Task<List<string>> RowsAsync(TestWorld world)
    {
        await using var file = new SqliteConnection($"Data Source={Path.Combine(world.Folder, "agon.db")};Pooling=false");
        await file.OpenAsync();
        var rows = new List<string>();
        foreach (var table in await ReadAsync("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"))
            rows.AddRange((await ReadAsync($"SELECT * FROM \"{table}\"")).Select(row => $"{table}: {row}"));
        Assert.Contains(rows, row => row.StartsWith("leaderboard: ", StringComparison.Ordinal));
        return rows;

        async Task<List<string>> ReadAsync(string sql)
        {
            await using var command = file.CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync();
            var lines = new List<string>();
            while (await reader.ReadAsync())
                lines.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(n => reader.GetValue(n) is byte[] bytes ? Convert.ToHexString(bytes) : $"{reader.GetValue(n)}")));
            return lines;
        }
    }

    [Fact]
    public async Task Over_http_an_organiser_sets_up_and_everybody_reads_the_same_as_on_the_data()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        await TryAsync(world, Environment(world), 0, "baseline", "seed", "--image-type", "analytics", "--folder", TinyDataset.Participant(world.Folder, "base", TinyDataset.FindsNothing));
        var repository = await RepositoryAsync(world, "ada", TinyDataset.Finds);
        await using var server = await world.ServeAsync(settings: new Dictionary<string, string?>
        {
            ["REGISTRATION_API_KEY"] = "a-key-for-this-test",
            ["TOURNAMENT_TEST_NETWORKS"] = "polkadot",
            ["TOURNAMENT_TEST_WINDOWS"] = "7",
            ["TOURNAMENT_MAX_PARTICIPANTS"] = "2",
            ["TOURNAMENT_EPOCH_DAYS"] = "3",
            ["AGON__Tournaments__AllowLocalRepositories"] = "true",
            ["AGON__Tournaments__OrchestrateEvery"] = "1.00:00:00",
        });
        Task<CommandResult> RemoteAsync(params string[] arguments) => CommandLine.RunAsync(
            Repository.Agon, [.. arguments, "--url", server.Url], new Dictionary<string, string?>(world.Environment) { ["REGISTRATION_API_KEY"] = "a-key-for-this-test" });
        string[] create = ["tournament", "create", "--name", "spring", "--image-type", "analytics", "--registration-end", "2099-01-01"];

        // Without the key, and with a wrong one, nothing is made.
        var nobody = await CommandLine.RunAsync(Repository.Agon, [.. create, "--url", server.Url], world.Environment);
        Assert.Equal(2, nobody.ExitCode);
        Assert.Contains("REGISTRATION_API_KEY", nobody.Errors);
        var wrong = await CommandLine.RunAsync(Repository.Agon, [.. create, "--url", server.Url], new Dictionary<string, string?>(world.Environment) { ["REGISTRATION_API_KEY"] = "another-key" });
        Assert.Equal(1, wrong.ExitCode);
        Assert.Equal(2, (await RemoteAsync([.. create, "--dry-run"])).ExitCode);

        var created = await RemoteAsync([.. create, "--speed-cap", "1.5", "--json"]);
        Assert.True(created.ExitCode == 0, created.Errors);
        var made = JsonDocument.Parse(created.Output).RootElement;
        Assert.Equal(("polkadot", 7, 2, 3), (
            made.GetProperty("test_networks")[0].GetString(), made.GetProperty("test_window_days")[0].GetInt32(),
            made.GetProperty("max_participants").GetInt32(), made.GetProperty("epoch_days").GetInt32()));
        var id = made.GetProperty("tournament_id").GetString()!;
        Assert.Contains("ada: number 1", (await RemoteAsync("tournament", "register", "--tournament-id", id, "--hotkey", "ada", "--github-repository", repository)).Output);
        Assert.Equal(0, (await RemoteAsync("tournament", "register", "--tournament-id", id, "--hotkey", "bob", "--github-repository", repository)).ExitCode);
        Assert.Contains("it takes 2 miners", (await RemoteAsync("tournament", "register", "--tournament-id", id, "--hotkey", "eve", "--github-repository", repository)).Errors);
        Assert.Equal(0, (await RemoteAsync("tournament", "withdraw", "--tournament-id", id, "--hotkey", "bob")).ExitCode);

        var unscored = await RemoteAsync("tournament", "score", "--tournament-id", id);
        Assert.Equal(1, unscored.ExitCode);
        Assert.Contains("the tournament is registration and has no results yet", unscored.Errors);
        foreach (var json in (string[][])[[], ["--json"]])
        {
            Assert.Equal((await world.AgonAsync(["tournament", "list", .. json])).Output, (await RemoteAsync(["tournament", "list", .. json])).Output);
            Assert.Equal((await world.AgonAsync(["tournament", "show", "--tournament-id", id, .. json])).Output, (await RemoteAsync(["tournament", "show", "--tournament-id", id, .. json])).Output);
        }
    }

    [Fact]
    public async Task A_simulation_plays_the_shipped_participants_to_the_end_and_promotes_the_better_one()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var result = await world.AgonAsync("tournament", "simulate", "--epoch-days", "2", "--json");
        var outcome = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(("better", true, "promote"),
            (outcome.GetProperty("winner_hotkey").GetString(), outcome.GetProperty("baseline_beaten").GetBoolean(), outcome.GetProperty("promotion").GetString()));
        // Whether two days are enough for the crashing one to crash is chance.
        Assert.Equal([("baseline_v1.0.0", false), ("better", false), ("faster", false), ("wrong", true)], outcome.GetProperty("results").EnumerateArray()
            .Select(one => (Hotkey: one.GetProperty("hotkey").GetString()!, IsOut: one.GetProperty("is_disqualified").GetBoolean())).Where(one => one.Hotkey != "crashing").Order());
        Assert.Equal(["v1.0.0 deprecated", "v1.1.0 active"], await BaselinesAsync(world));
        Assert.Equal("better", (await JsonAsync(world, "baseline", "list", "--json")).EnumerateArray().Single(one => one.GetProperty("status").GetString() == "active").GetProperty("originated_from_hotkey").GetString());
    }

    [Fact]
    public async Task A_simulation_of_ml_scores_by_auc_roc_and_keeps_or_replaces_the_baseline_as_it_says()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var outcome = JsonDocument.Parse((await world.AgonAsync("tournament", "simulate", "--image-type", "ml", "--epoch-days", "1", "--json")).Output).RootElement;
        var results = outcome.GetProperty("results").EnumerateArray().ToDictionary(one => one.GetProperty("hotkey").GetString()!);
        Assert.Equal(["baseline_v1.0.0", "better", "crashing", "faster", "wrong"], results.Keys.Order());
        double AccuracyOf(string hotkey) => results[hotkey].GetProperty("pattern_accuracy_score").GetDouble();
        Assert.InRange(AccuracyOf("baseline_v1.0.0"), 0.3, 1);
        Assert.InRange(AccuracyOf("better"), 0.3, 1);
        Assert.Equal(AccuracyOf("baseline_v1.0.0"), AccuracyOf("faster"), 9);
        Assert.Equal("data_correctness_failed", results["wrong"].GetProperty("disqualification_reason").GetString());
        // On a day or two it is chance, and this machine's speed, whether the better one beats the baseline.
        string[] baselines = outcome.GetProperty("baseline_beaten").GetBoolean() ? ["v1.0.0 deprecated", "v1.1.0 active"] : ["v1.0.0 active"];
        Assert.Equal(baselines, await BaselinesAsync(world));
        Assert.Equal(baselines.Length == 2 ? "promote" : "skip_not_beaten", outcome.GetProperty("promotion").GetString());
    }
}
