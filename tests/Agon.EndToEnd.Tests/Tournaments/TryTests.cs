using System.Text.Json;
using Agon.Domain.Tournaments;
using Agon.Storage.Tournaments;

namespace Agon.EndToEnd.Tests.Tournaments;

/// <summary><c>agon tournament try</c>: one run under a tournament's rules, and in none.</summary>
public sealed class TryTests
{
    [Fact]
    public Task Trying_a_folder_stores_a_run_without_a_tournament_Sqlite() => TryFolderAsync(postgres: false);

    [PostgresFact]
    public Task Trying_a_folder_stores_a_run_without_a_tournament_Postgres() => TryFolderAsync(postgres: true);

    private static async Task TryFolderAsync(bool postgres)
    {
        await using var world = await TestWorld.CreateAsync(postgres);
        var dataset = await DatasetAsync(world);
        var folder = TinyDataset.Participant(world.Folder, "mine", "echo a word; " + TinyDataset.FindsNothing);

        var tried = await RunAsync(world, 0, "--folder", folder, "--dataset", dataset, "--hotkey", "ada", "--json");

        var line = JsonDocument.Parse(tried.Output).RootElement;
        Assert.Equal(("completed", true, 0.0, "a word\n"),
            (line.GetProperty("status").GetString(), line.GetProperty("data_correctness_passed").GetBoolean(), line.GetProperty("synthetic_patterns_recall").GetDouble(), line.GetProperty("log_tail").GetString()));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("tournament_id").ValueKind);
        Assert.Equal(JsonValueKind.Null, line.GetProperty("precision_at_recall_80").ValueKind);
        await using var database = world.Open();
        var stored = await new TrialStore(database).FindAsync(ImageType.Analytics, line.GetProperty("run_id").GetGuid(), CancellationToken.None);
        Assert.Equal(
            ("ada", RunStatus.Completed, new Slot(new DateOnly(2026, 3, 1), "torus", 30), line.GetProperty("execution_time_seconds").GetDouble()),
            (stored!.Hotkey, stored.Status, stored.Slot, stored.ExecutionTimeSeconds));
        Assert.Empty(await new TournamentStore(database).UnfinishedAsync(null, CancellationToken.None));
    }

    [Fact]
    public async Task What_would_put_a_participant_out_exits_with_1_and_what_is_wrong_with_the_command_with_2()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var dataset = await DatasetAsync(world);
        var folder = TinyDataset.Participant(world.Folder, "mine", "echo trouble; exit 3");

        Assert.Contains("failed after", (await RunAsync(world, 1, "--folder", folder, "--dataset", dataset)).Output);
        Assert.Contains("--folder", (await RunAsync(world, 2, "--dataset", dataset)).Errors);
        Assert.Contains("META.json", (await RunAsync(world, 1, "--folder", folder, "--dataset", folder)).Errors);
        File.Delete(Path.Combine(dataset, "ground_truth.csv"));
        Assert.Contains("ground truth", (await RunAsync(world, 3, "--folder", folder, "--dataset", dataset)).Errors.Replace('_', ' '));
    }

    [Fact]
    public async Task A_repository_is_tried_at_the_commit_that_is_named_and_not_at_what_came_later()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var dataset = await DatasetAsync(world);
        var folder = TinyDataset.Participant(world.Folder, "mine", "echo first; " + TinyDataset.FindsNothing);
        await GitAsync(world, "init", "--quiet", folder);
        var first = await CommitAsync(world, folder);
        TinyDataset.Participant(world.Folder, "mine", "echo second; exit 3");
        await CommitAsync(world, folder);

        var named = await RunAsync(world, 0, "--repository", folder, "--commit", first, "--dataset", dataset, "--json");
        Assert.Equal("first\n", JsonDocument.Parse(named.Output).RootElement.GetProperty("log_tail").GetString());
        var newest = await RunAsync(world, 1, "--repository", folder, "--dataset", dataset, "--json");
        Assert.Equal("second\n", JsonDocument.Parse(newest.Output).RootElement.GetProperty("log_tail").GetString());
        Assert.Contains("cannot be reached", (await RunAsync(world, 1, "--repository", folder + "-gone", "--dataset", dataset)).Errors);
    }

    private static async Task<string> CommitAsync(TestWorld world, string folder)
    {
        await GitAsync(world, "-C", folder, "add", "--all");
        await GitAsync(world, "-C", folder, "-c", "user.name=ada", "-c", "user.email=ada@localhost", "commit", "--quiet", "--message", "mine");
        return (await GitAsync(world, "-C", folder, "rev-parse", "HEAD")).Trim();
    }

    private static async Task<string> GitAsync(TestWorld world, params string[] arguments)
    {
        var result = await CommandLine.RunAsync("git", arguments, new Dictionary<string, string?> { ["HOME"] = world.Folder });
        Assert.True(result.ExitCode == 0, $"git {string.Join(' ', arguments)}: {result.Errors}");
        return result.Output;
    }

    [DockerFact]
    public async Task Docker_image_can_be_tried()
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        var dataset = await DatasetAsync(world);
        var image = await Engine.Shared.ImageAsync(world.Folder, "tried", TinyDataset.FindsNothing);
        try
        {
            Assert.Contains("completed after", (await RunAsync(world, 0, "--image", image, "--dataset", dataset)).Output);
        }
        finally
        {
            await Engine.Shared.DockerAsync("image", "rm", "--force", image);
        }
    }

    private static async Task<string> DatasetAsync(TestWorld world)
    {
        var root = Path.Combine(world.Folder, "datasets");
        var made = await CommandLine.RunAsync(
            Repository.Agon, ["dataset", "generate", "--network", "torus", "--date", "2026-03-01", "--window", "30", "--transfers", "1000", "--seed", "s", "--out", root], world.Environment);
        Assert.True(made.ExitCode == 0, made.Errors);
        return Path.Combine(root, "torus", "2026-03-01", "30");
    }

    private static async Task<CommandResult> RunAsync(TestWorld world, int exitCode, params string[] arguments)
    {
        var result = await CommandLine.RunAsync(Repository.Agon, ["tournament", "try", "--image-type", "analytics", .. arguments, .. world.Storage], world.Environment);
        Assert.True(result.ExitCode == exitCode, $"agon tournament try ended with {result.ExitCode}: {result.Errors}{result.Output}");
        return result;
    }
}
