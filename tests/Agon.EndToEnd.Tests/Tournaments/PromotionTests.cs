using System.Net.Http.Json;
using System.Text.Json;
using Agon.Domain.Tournaments;
using Agon.Storage.Baselines;
using static Agon.EndToEnd.Tests.Tournaments.ShortTournament;

namespace Agon.EndToEnd.Tests.Tournaments;

/// <summary>How a winner becomes the next baseline: pushed once, whatever fails, dies or comes late.</summary>
public sealed class PromotionTests
{
    [Fact]
    public async Task A_winner_that_beat_the_baseline_is_pushed_by_its_commit_and_becomes_the_next_one()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var id = await RunningAsync(world, days: 1);
        var remote = Path.Combine(world.Folder, "baselines.git");
        await GitAsync(world, "init", "--quiet", "--bare", remote);
        var before = (await GitAsync(world, "-C", Path.Combine(world.Folder, "ada"), "rev-parse", "HEAD")).Trim();
        // The branch moves on after the registration; nobody is evaluated by that, and nobody is promoted.
        await CommitAsync(world, Path.Combine(world.Folder, "ada"), "exit 1");

        var environment = new Dictionary<string, string?>(Environment(world)) { ["BASELINE_ANALYTICS_REPO"] = remote };
        var (settings, right) = (Path.Combine(remote, "config"), await File.ReadAllTextAsync(Path.Combine(remote, "config")));
        await File.WriteAllTextAsync(settings, "[");
        await TryAsync(world, environment, 0, "tournament", "orchestrate", "--image-type", "analytics", "--test-date", Day(1));
        var scored = await TryAsync(world, environment, 0, "tournament", "score", "--tournament-id", id, "--json");
        Assert.Equal("promote", JsonDocument.Parse(scored.Output).RootElement.GetProperty("promotion").GetString());
        // The push failed: the old one is active, and the reason says what to do.
        Assert.Equal(["v1.0.0 active", "v1.1.0 building"], await BaselinesAsync(world));
        Assert.Contains("tried again in 1 min", (await world.AgonAsync("tournament", "show", "--tournament-id", id)).Output);

        // The next call of the orchestrator would go on with it, but keeps to the pause; a person need not wait.
        Assert.Contains("tried again in 1 min", (await TryAsync(world, environment, 3, "tournament", "orchestrate", "--image-type", "analytics", "--test-date", Day(2))).Errors);
        await File.WriteAllTextAsync(settings, right);
        Assert.Equal("done", (await TryAsync(world, environment, 0, "baseline", "promote", "--tournament-id", id)).Output.Trim());
        Assert.Equal(["v1.0.0 deprecated", "v1.1.0 active"], await BaselinesAsync(world));
        Assert.Equal(before, (await GitAsync(world, "-C", remote, "rev-parse", "v1.1.0^{commit}")).Trim());
        await TryAsync(world, environment, 0, "baseline", "promote", "--tournament-id", id);
        Assert.Equal(["v1.0.0 deprecated", "v1.1.0 active"], await BaselinesAsync(world));
    }

    [Fact]
    public async Task A_version_that_is_another_commit_in_the_repository_of_baselines_is_spent_and_the_next_one_is_promoted()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var id = await RunningAsync(world, days: 1);
        var remote = Path.Combine(world.Folder, "baselines.git");
        await GitAsync(world, "clone", "--quiet", "--bare", await RepositoryAsync(world, "stranger", "exit 1"), remote);
        await GitAsync(world, "-C", remote, "tag", "v1.1.0");
        var taken = await GitAsync(world, "-C", remote, "rev-parse", "v1.1.0");

        var environment = new Dictionary<string, string?>(Environment(world)) { ["BASELINE_ANALYTICS_REPO"] = remote };
        await TryAsync(world, environment, 0, "tournament", "orchestrate", "--image-type", "analytics", "--test-date", Day(1));
        await TryAsync(world, environment, 0, "tournament", "score", "--tournament-id", id);
        Assert.Equal(["v1.0.0 active", "v1.1.0 failed"], await BaselinesAsync(world));
        Assert.Contains("the tag v1.1.0 exists", (await world.AgonAsync("tournament", "show", "--tournament-id", id)).Output);

        string[] promote = ["baseline", "promote", "--tournament-id", id];
        foreach (var wrong in (string[][])[["--image-type", "ml"], ["--winner-hotkey", "bob"]])
            await TryAsync(world, environment, 1, [.. promote, .. wrong]);
        Assert.Equal("done", (await TryAsync(world, environment, 0, [.. promote, "--image-type", "analytics", "--winner-hotkey", "ada"])).Output.Trim());
        Assert.Equal(["v1.0.0 deprecated", "v1.1.0 failed", "v1.2.0 active"], await BaselinesAsync(world));
        Assert.Equal((taken, "v1.1.0\nv1.2.0\n"), (await GitAsync(world, "-C", remote, "rev-parse", "v1.1.0"), await GitAsync(world, "-C", remote, "tag")));
        // Who names another winner is told so, even where all is done.
        Assert.Contains("the winner is 'ada', not 'bob'", (await TryAsync(world, environment, 1, [.. promote, "--winner-hotkey", "bob"])).Errors);
        await TryAsync(world, environment, 0, promote);
    }

    [Fact]
    public async Task A_winner_over_a_baseline_that_failed_is_promoted_when_an_operator_confirms_it()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var id = await RunningAsync(world, days: 1, baseline: "exit 3");
        var environment = Environment(world);
        string[] promote = ["baseline", "promote", "--tournament-id", id];
        await TryAsync(world, environment, 0, "tournament", "orchestrate", "--image-type", "analytics", "--test-date", Day(1));
        Assert.Contains("winner: ada; promotion: hold_baseline_invalid", (await TryAsync(world, environment, 0, "tournament", "score", "--tournament-id", id)).Output);
        Assert.StartsWith("held: the baseline was disqualified or has no runs", (await TryAsync(world, environment, 1, promote)).Output, StringComparison.Ordinal);
        Assert.Contains("the winner is 'ada', not 'bob'", (await TryAsync(world, environment, 1, [.. promote, "--confirm", "--winner-hotkey", "bob"])).Errors);
        Assert.Equal(["v1.0.0 active"], await BaselinesAsync(world));

        Assert.Equal("done", (await TryAsync(world, environment, 0, [.. promote, "--confirm"])).Output.Trim());
        Assert.Equal(["v1.0.0 deprecated", "v1.1.0 active"], await BaselinesAsync(world));
    }

    [Fact]
    public async Task A_promotion_whose_process_is_killed_after_the_push_goes_on_and_pushes_nothing_twice()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var id = await RunningAsync(world, days: 1);
        var (remote, marker, killed) = (Path.Combine(world.Folder, "baselines.git"), Path.Combine(world.Folder, "pushed"), Path.Combine(world.Folder, "killed"));
        await GitAsync(world, "init", "--quiet", "--bare", remote);
        var hook = Path.Combine(remote, "hooks", "post-receive");
        // The push does not end before its process is dead.
        await File.WriteAllTextAsync(hook, $"#!/bin/sh\necho pushed >> {marker}\nfor n in $(seq 600); do [ -e {killed} ] && break; sleep 0.1; done\n");
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var environment = new Dictionary<string, string?>(Environment(world)) { ["BASELINE_ANALYTICS_REPO"] = remote };
        await TryAsync(world, environment, 0, "tournament", "orchestrate", "--image-type", "analytics", "--test-date", Day(1));

        using (var scoring = System.Diagnostics.Process.Start(
            CommandLine.StartInfo(Repository.Agon, ["tournament", "score", "--tournament-id", id, .. world.Storage], environment, folder: null))!)
        {
            await Eventually.TrueAsync(() => Task.FromResult(File.Exists(marker) || scoring.HasExited), TimeSpan.FromMinutes(1), () => "nothing is pushed");
            scoring.Kill(entireProcessTree: false);
            await scoring.WaitForExitAsync();
        }
        await File.WriteAllTextAsync(killed, "");
        Assert.Equal(["v1.0.0 active", "v1.1.0 building"], await BaselinesAsync(world));

        // The dead one's lease has to run out first: until then somebody is at it.
        CommandResult? promoted = null;
        await Eventually.TrueAsync(async () =>
        {
            promoted = await CommandLine.RunAsync(Repository.Agon, ["baseline", "promote", "--tournament-id", id, .. world.Storage], environment);
            return promoted.ExitCode == 0;
        }, TimeSpan.FromMinutes(1), () => $"it is not promoted: {promoted}");
        Assert.Equal(["v1.0.0 deprecated", "v1.1.0 active"], await BaselinesAsync(world));
        Assert.Equal("v1.1.0", (await GitAsync(world, "-C", remote, "tag")).Trim());
        Assert.Single(await File.ReadAllLinesAsync(marker));
        Assert.Equal(remote, (await JsonAsync(world, "baseline", "list", "--json")).EnumerateArray()
            .Single(one => one.GetProperty("status").GetString() == "active").GetProperty("github_repository").GetString());
    }

    [Fact]
    public Task A_server_that_comes_up_after_the_last_day_scores_and_promotes_by_itself_Sqlite() => LateServerAsync(postgres: false);

    [PostgresFact]
    public Task A_server_that_comes_up_after_the_last_day_scores_and_promotes_by_itself_Postgres() => LateServerAsync(postgres: true);

    private static async Task LateServerAsync(bool postgres)
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var id = await RunningAsync(world, days: 1);
        await TryAsync(world, Environment(world), 0, "tournament", "orchestrate", "--tournament-id", id, "--test-date", Day(1));
        var remote = Path.Combine(world.Folder, "baselines.git");
        await GitAsync(world, "init", "--quiet", "--bare", remote);
        var commit = (await GitAsync(world, "-C", Path.Combine(world.Folder, "ada"), "rev-parse", "HEAD")).Trim();

        await using var server = await world.ServeAsync(settings: new Dictionary<string, string?>(Environment(world))
        {
            ["AGON__Tournaments__OrchestrateEvery"] = "00:00:00.500",
            ["AGON__Tournaments__AllowLocalRepositories"] = "true",
            ["BASELINE_ANALYTICS_REPO"] = remote,
        });
        await using var database = world.Open();
        await Eventually.TrueAsync(
            async () => await new BaselineStore(database).ActiveAsync(ImageType.Analytics, CancellationToken.None) is { OriginatedFromHotkey: "ada" },
            TimeSpan.FromMinutes(2), () => $"nobody is promoted: {server.Log}");

        var shown = await server.Client.GetFromJsonAsync<JsonElement>($"/api/v1/tournaments/{id}");
        var results = shown.GetProperty("results");
        Assert.Equal(("completed", "ada", true), (shown.GetProperty("status").GetString(), results.GetProperty("winner_hotkey").GetString(), results.GetProperty("baseline_beaten").GetBoolean()));
        Assert.Equal(["v1.0.0 deprecated", "v1.1.0 active"], await BaselinesAsync(world));
        Assert.Equal(commit, (await GitAsync(world, "-C", remote, "rev-parse", "v1.1.0^{commit}")).Trim());
    }
}
