using System.Globalization;
using System.Text.Json;
using Agon.Domain.Tournaments;
using Agon.Storage.Baselines;
using Agon.Storage.Tournaments;
using Microsoft.Data.Sqlite;

namespace Agon.EndToEnd.Tests.Tournaments;

/// <summary>Days of a tournament whose participants are images, made by a real server with a real container engine.</summary>
public sealed class ContainerTournamentTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Long enough for a busy machine to kill something within a run, or to start its engine again.</summary>
    private const string LongRun = "sleep 15";

    /// <summary>Ends with 0 only if it found neither ground truth nor a way out.</summary>
    private const string Seeks = """
        found=$(find / -xdev -name 'ground_truth*' 2>/dev/null; find /data -name 'ground_truth*' 2>/dev/null)
        [ -z "$found" ] || exit 9
        [ "$(grep -c : /proc/net/dev)" -le 1 ] || exit 10
        for place in / /app /etc $INPUT_PATH; do touch $place/x 2>/dev/null && exit 11; done
        """ + "\n" + TinyDataset.FindsNothing;

    [DockerFact]
    public async Task Docker_day_of_a_server_runs_images_one_at_a_time_and_tells_each_end_for_what_it_was()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        // All but the sleeper have to end within this limit, on a busy machine, too.
        await using var contest = await Contest.CreateAsync(world, Engine.Shared, TinyDataset.FindsNothing, limitSeconds: 20);
        await contest.RegisterRepositoryAsync("ada", TinyDataset.Finds);
        foreach (var (hotkey, script) in new[]
        {
            ("seeker", Seeks), ("sleeper", "trap '' TERM; sleep 1000"), ("greedy", "exec python3 -c 'a = bytearray(800 << 20)'"), ("crasher", "kill -SEGV $$"),
        })
            await contest.RegisterImageAsync(hotkey, script);

        await using (await contest.ServeAsync())
            await contest.UntilFinishedAsync();

        var runs = (await contest.StoredAsync()).Runs;
        Assert.Equal(
            ["baseline_v1.0.0: completed", "ada: completed", "seeker: completed", "sleeper: timeout", "greedy: failed", "crasher: failed"],
            runs.Select(run => $"{run.Run.Hotkey}: {ContractWord.Of(run.Run.Status)}"));
        Assert.Equal([0, 0, 0, null, 137, 139], runs.Select(run => run.Run.ContainerExitCode));
        Assert.Equal(
            [null, null, null, "stopped at the limit of 20 s", "out of memory: more than 512 MiB, files in memory included (exit code 137)", "ended by signal 11"],
            runs.Select(run => run.Run.ErrorMessage));
        Assert.Equal([0.0, 1, 0, 0, 0, 0], runs.Select(run => run.Run.ToScored().Recall));
        Assert.All(runs, run => Assert.Equal(1, run.Attempts));
        Assert.InRange(runs[3].Run.ExecutionTimeSeconds, 20, 120);
        Assert.All(runs, run => Assert.True(run.MemoryPeakBytes is null or > 0));
        foreach (var (before, after) in runs.Zip(runs.Skip(1)))
            Assert.True(before.EndedAt <= after.StartedAt, $"{after.Run.Hotkey} started while {before.Run.Hotkey} ran");

        // Scored, the old baseline runs nowhere any more; ada is the new one.
        var scored = await contest.JsonAsync("tournament", "score", "--tournament-id", contest.Id, "--json");
        Assert.Equal("ada", scored.GetProperty("winner_hotkey").GetString());
        Assert.Equal([$"agon-participant:{contest.CommitOf("ada")}"], await contest.BuiltAsync());
        Assert.Empty(await contest.ContainersAsync());
    }

    [DockerFact]
    public async Task Docker_image_that_wins_is_promoted_by_its_id_and_nothing_is_pushed()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        await using var contest = await Contest.CreateAsync(world, Engine.Shared, TinyDataset.FindsNothing);
        await contest.RegisterImageAsync("ada", TinyDataset.Finds);
        await contest.GitOfBaselinesAsync("init", "--quiet", "--bare");
        await using (await contest.ServeAsync())
            await contest.UntilFinishedAsync();

        await contest.JsonAsync("tournament", "score", "--tournament-id", contest.Id, "--json");
        var baselines = await contest.JsonAsync("baseline", "list", "--json");
        Assert.Equal(["active from ada", "deprecated from "], baselines.EnumerateArray().Select(one => $"{one.GetProperty("status").GetString()} from {one.GetProperty("originated_from_hotkey").GetString()}").Order());
        Assert.Equal("", await contest.GitOfBaselinesAsync("tag"));
    }

    [DockerFact]
    public async Task Docker_server_alone_ends_a_tournament_and_makes_its_winner_the_next_baseline()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        await using var contest = await Contest.CreateAsync(world, Engine.Shared, TinyDataset.FindsNothing);
        await contest.RegisterRepositoryAsync("ada", TinyDataset.Finds);
        var remote = await contest.BareRepositoryAsync();
        await using (var server = await contest.ServeAsync(baselines: remote))
        {
            await contest.UntilFinishedAsync();
            await contest.EndYesterdayAsync();
            // The old baseline runs nowhere any more, so that its image is the last thing to go.
            await Eventually.TrueAsync(async () => await contest.BaselinesAsync() is ["v1.0.0 deprecated", "v1.1.0 active"] && await contest.BuiltAsync() is [_], Patience, () => $"nobody is promoted: {server.Log}");
        }

        var stored = await contest.StoredAsync();
        Assert.Equal((TournamentStatus.Completed, EpochStatus.Completed, "ada", true),
            (stored.Tournament.Status, stored.Epoch!.Status, stored.Tournament.WinnerHotkey, stored.Tournament.BaselineBeaten));
        Assert.Equal([("ada", 1), ("baseline_v1.0.0", 2)], stored.Results.Select(result => (result.Hotkey, result.Rank)));
        Assert.All(stored.Participants, one => Assert.Equal(ParticipantStatus.Completed, one.Status));
        Assert.Equal(contest.CommitOf("ada"), await contest.TaggedAsync(remote, "v1.1.0"));
        Assert.Equal([$"agon-participant:{contest.CommitOf("ada")}"], await contest.BuiltAsync());
        Assert.Empty(await contest.ContainersAsync());
    }

    [DockerFact]
    public async Task Docker_server_that_is_killed_leaves_a_run_that_is_made_again_and_recorded_once()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        await using var contest = await Contest.CreateAsync(world, Engine.Shared, $"echo started; {LongRun}; {TinyDataset.FindsNothing}", limitSeconds: 90);
        var lease = TimeSpan.FromSeconds(10);
        await using (var server = await contest.ServeAsync(lease))
        {
            await contest.UntilRunsAsync();
            await server.KillAsync();
        }
        var survivor = Assert.Single(await contest.ContainersAsync());

        await using (await contest.ServeAsync(lease))
            await contest.UntilFinishedAsync();

        var run = Assert.Single((await contest.StoredAsync()).Runs);
        Assert.Equal((RunStatus.Completed, 2), (run.Run.Status, run.Attempts));
        Assert.InRange(run.Run.ExecutionTimeSeconds, 15, 90);
        Assert.DoesNotContain(survivor, await Engine.Shared.RunsAsync());
        Assert.Empty(await contest.ContainersAsync());
    }

    [DockerFact]
    public async Task Docker_engine_that_dies_in_a_run_is_our_fault_and_the_run_is_made_again()
    {
        await using var engine = await Engine.StartAsync();
        await engine.AddBaseImageAsync();
        await using var world = await TestWorld.CreateAsync(postgres: false);
        // It ends by the signal with which engines end containers; its fault it is not.
        await using var contest = await Contest.CreateAsync(world, engine, $"echo started; {LongRun} & wait; {TinyDataset.FindsNothing}", limitSeconds: 90);
        await using (await contest.ServeAsync())
        {
            await contest.UntilRunsAsync();
            await engine.RestartAsync();
            await contest.UntilFinishedAsync();
        }

        var stored = await contest.StoredAsync();
        var run = Assert.Single(stored.Runs);
        Assert.Equal(RunStatus.Completed, run.Run.Status);
        Assert.True(run.Attempts >= 2);
        Assert.DoesNotContain(stored.Participants, one => one.IsDisqualified);
        Assert.Empty(await contest.ContainersAsync());
    }

    [DockerFact]
    public async Task Docker_engine_that_is_restarted_in_a_build_is_our_fault_although_it_is_back_at_once()
    {
        await using var engine = await Engine.StartAsync();
        await engine.AddBaseImageAsync();
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var repository = await RepositoryAsync(world, "FROM agon/python\nRUN sleep 300\nCMD [\"/bin/true\"]\n");
        var seeding = SeedAsync(world, engine, repository);
        await Eventually.TrueAsync(async () => await engine.DockerAsync("ps", "--quiet", "--filter", "label=agon.run") is { Length: > 0 }, Patience, () => "no build began");

        await engine.RestartAsync();

        var seeded = await seeding;
        Assert.Equal(3, seeded.ExitCode);
        Assert.Contains("stopped from outside, or the container engine was", seeded.Errors);
    }

    [DockerFact]
    public async Task Docker_disk_that_is_full_fails_a_build_by_our_fault()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 64);
        await using var engine = await Engine.StartAsync(disk.Folder);
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var seeded = await SeedAsync(world, engine, await RepositoryAsync(world, "FROM scratch\nCOPY . /\nCMD [\"/run\"]\n", large: 40 << 20));

        Assert.Equal(3, seeded.ExitCode);
        Assert.Contains("less than 8 GiB of disk left", seeded.Errors);
    }

    private static async Task<string> RepositoryAsync(TestWorld world, string dockerfile, int large = 0)
    {
        var repository = Directory.CreateDirectory(Path.Combine(world.Folder, "own", "ops")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(repository, "ops", "Dockerfile"), dockerfile);
        await File.WriteAllBytesAsync(Path.Combine(repository, "large"), new byte[large]);
        foreach (var words in (string[][])[["init", "--quiet"], ["add", "--all"], ["-c", "user.name=ada", "-c", "user.email=ada@localhost", "commit", "--quiet", "--message", "mine"]])
            await CommandLine.RunAsync("git", words, new Dictionary<string, string?> { ["HOME"] = world.Folder }, repository);
        return repository;
    }

    private static Task<CommandResult> SeedAsync(TestWorld world, Engine engine, string repository) => CommandLine.RunAsync(
        Repository.Agon, ["baseline", "seed", "--image-type", "analytics", "--github-repository", repository, .. world.Storage],
        new Dictionary<string, string?>(world.Environment) { ["DOCKER_HOST"] = engine.Address });

    /// <summary>A tournament of one day on one slot, today, that opened yesterday.</summary>
    private sealed class Contest : IAsyncDisposable
    {
        private readonly DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        private readonly TestWorld world;
        private readonly Engine engine;
        private readonly int limitSeconds;
        private readonly Dictionary<string, string> commits = [];
        private readonly List<string> images = [];

        private Contest(TestWorld world, Engine engine, int limitSeconds) => (this.world, this.engine, this.limitSeconds) = (world, engine, limitSeconds);

        public string Id { get; private set; } = "";

        private string Yesterday => today.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        private string Baselines => Path.Combine(world.Folder, "baselines.git");

        private Dictionary<string, string?> Environment => new(world.Environment)
        {
            ["DOCKER_HOST"] = engine.Address,
            ["TOURNAMENT_TEST_NETWORKS"] = "torus",
            ["TOURNAMENT_TEST_WINDOWS"] = "30",
            ["BENCHMARK_MAX_EXECUTION_TIME"] = $"{limitSeconds}",
            ["BENCHMARK_DATA_PATH"] = Path.Combine(world.Folder, "datasets"),
            ["AGON__Tournaments__OrchestrateEvery"] = "00:00:00.500",
            ["AGON__Tournaments__PollEvery"] = "00:00:00.200",
            ["BENCHMARK_MEMORY_LIMIT"] = "512m",
            ["BASELINE_ANALYTICS_REPO"] = Directory.Exists(Baselines) ? Baselines : null,
        };

        public static async Task<Contest> CreateAsync(TestWorld world, Engine engine, string baseline, int limitSeconds = 8)
        {
            var contest = new Contest(world, engine, limitSeconds);
            // Two days, for a test that begins before midnight.
            TinyDataset.Write(Path.Combine(world.Folder, "datasets"), contest.today, 2, ["torus"], [30]);
            await contest.AgonAsync("baseline", "seed", "--image-type", "analytics", "--github-repository", await contest.RepositoryAsync("baseline", baseline));
            contest.Id = (await contest.AgonAsync("tournament", "create", "--name", "images", "--image-type", "analytics",
                "--registration-start", contest.Yesterday, "--registration-end", contest.Yesterday, "--epoch-days", "1")).LastLine;
            return contest;
        }

        public async Task RegisterRepositoryAsync(string hotkey, string script) =>
            await RegisterAsync(hotkey, "--github-repository", await RepositoryAsync(hotkey, script));

        public async Task RegisterImageAsync(string hotkey, string script)
        {
            images.Add(await engine.ImageAsync(world.Folder, hotkey, script));
            await RegisterAsync(hotkey, "--docker-image-tag", images[^1]);
        }

        public Task<string> GitOfBaselinesAsync(params string[] arguments) => GitAsync(["--git-dir", Baselines, .. arguments]);

        public string CommitOf(string name) => commits[name];

        /// <param name="lease">No run is made twice since this machine was slow for a while; null for 30 s.</param>
        /// <param name="baselines">Where promoted ones are pushed; null for nowhere.</param>
        public Task<RunningServer> ServeAsync(TimeSpan? lease = null, string? baselines = null) => RunningServer.StartAsync(world.Storage, new Dictionary<string, string?>(Environment)
        {
            ["AGON__Jobs__Lease"] = $"{lease ?? TimeSpan.FromSeconds(30)}",
            ["BASELINE_ANALYTICS_REPO"] = baselines,
            ["AGON__Tournaments__AllowLocalRepositories"] = "true",
        });

        public async Task<string> BareRepositoryAsync()
        {
            var place = Path.Combine(world.Folder, "baselines.git");
            await GitAsync("init", "--quiet", "--bare", place);
            return place;
        }

        public async Task<string> TaggedAsync(string repository, string tag) => (await GitAsync("-C", repository, "rev-parse", $"{tag}^{{commit}}")).Trim();

        /// <summary>The tournament's day was the one before: its last one is over.</summary>
        public async Task EndYesterdayAsync()
        {
            await using var file = new SqliteConnection($"Data Source={Path.Combine(world.Folder, "agon.db")};Pooling=false");
            await file.OpenAsync();
            await using var move = file.CreateCommand();
            move.CommandText = """
                BEGIN IMMEDIATE;
                UPDATE benchmark_analytics_daily_runs SET test_date = date(test_date, '-1 day');
                UPDATE benchmark_epochs SET start_date = date(start_date, '-1 day'), end_date = date(end_date, '-1 day');
                UPDATE tournament_tournaments SET
                    registration_start = date(registration_start, '-1 day'), registration_end = date(registration_end, '-1 day'),
                    competition_start = date(competition_start, '-1 day'), competition_end = date(competition_end, '-1 day');
                COMMIT;
                """;
            await move.ExecuteNonQueryAsync();
        }

        /// <summary>Version and status, the oldest first.</summary>
        public async Task<string[]> BaselinesAsync()
        {
            await using var database = world.Open();
            return [.. (await new BaselineStore(database).ListAsync(ImageType.Analytics, CancellationToken.None)).OrderBy(one => one.Version).Select(one => $"{one.Version} {ContractWord.Of(one.Status)}")];
        }

        public async Task<StoredTournament> StoredAsync()
        {
            await using var database = world.Open();
            return (await new TournamentStore(database).FindAsync(Guid.Parse(Id), CancellationToken.None))!;
        }

        public Task UntilFinishedAsync() => Eventually.TrueAsync(
            async () => await StoredAsync() is { Runs: [_, ..] runs } && runs.All(run => run.Run.ToScored().IsFinished), Patience, () => $"the runs did not end; containers: {engine.RunsAsync().Result.Length}");

        /// <summary>Until a participant's own first word is in its log.</summary>
        public Task UntilRunsAsync() => Eventually.TrueAsync(
            async () => await ContainersAsync() is [var one] && (await engine.DockerAsync("logs", one)).Contains("started"), Patience, () => "no run started");

        /// <summary>Of this contest's runs: other tests use the engine, too.</summary>
        public async Task<string[]> ContainersAsync()
        {
            var runs = (await StoredAsync()).Runs.Select(run => $"{run.Run.RunId:N}");
            var found = await Task.WhenAll(runs.Select(run => engine.DockerAsync("ps", "--all", "--quiet", "--no-trunc", "--filter", $"label=agon.run={run}")));
            return [.. found.SelectMany(ids => ids.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
        }

        /// <summary>The images that were built for this contest and are still here.</summary>
        public async Task<string[]> BuiltAsync()
        {
            var all = (await engine.DockerAsync("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", "agon-participant")).Split('\n');
            return [.. all.Where(name => commits.Values.Any(commit => name.EndsWith(commit, StringComparison.Ordinal)))];
        }

        public async Task<JsonElement> JsonAsync(params string[] arguments) => JsonDocument.Parse((await AgonAsync(arguments)).Output).RootElement;

        public async ValueTask DisposeAsync()
        {
            if (await BuiltAsync() is { Length: > 0 } names)
                await engine.DockerAsync(["image", "rm", .. names]);
            if (images.Count > 0)
                await engine.DockerAsync(["image", "rm", "--force", .. images]);
        }

        private async Task RegisterAsync(string hotkey, params string[] source) =>
            await AgonAsync(["tournament", "register", "--tournament-id", Id, "--hotkey", hotkey, "--test-date", Yesterday, .. source]);

        private async Task<CommandResult> AgonAsync(params string[] arguments)
        {
            var result = await CommandLine.RunAsync(Repository.Agon, [.. arguments, .. world.Storage], Environment);
            Assert.True(result.ExitCode == 0, $"agon {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Errors}{result.Output}");
            return result;
        }

        private async Task<string> RepositoryAsync(string name, string script)
        {
            var folder = TinyDataset.Participant(world.Folder, name, script);
            Directory.CreateDirectory(Path.Combine(folder, "ops"));
            await File.WriteAllTextAsync(Path.Combine(folder, "ops", "Dockerfile"), Engine.Dockerfile);
            // Its own commit in each test: an image belongs to a commit, and tests run beside each other.
            await File.WriteAllTextAsync(Path.Combine(folder, "id"), $"{Guid.NewGuid()}");
            await GitAsync("init", "--quiet", folder);
            await GitAsync("-C", folder, "add", "--all");
            await GitAsync("-C", folder, "-c", "user.name=ada", "-c", "user.email=ada@localhost", "commit", "--quiet", "--message", "mine");
            commits[name] = (await GitAsync("-C", folder, "rev-parse", "HEAD")).Trim();
            return folder;
        }

        private async Task<string> GitAsync(params string[] arguments)
        {
            var result = await CommandLine.RunAsync("git", arguments, new Dictionary<string, string?> { ["HOME"] = world.Folder });
            Assert.True(result.ExitCode == 0, $"git {string.Join(' ', arguments)}: {result.Errors}");
            return result.Output;
        }
    }
}
