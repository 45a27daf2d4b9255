using System.Text.Json;

namespace Agon.EndToEnd.Tests.Tournaments;

/// <summary>The shipped participants of tournaments, each built into an image by its own ops/Dockerfile and run once.</summary>
public sealed class ExampleImagesTests
{
    // A third date, on which the crashing ones crash.
    private const string Date = "2026-03-02";

    [DockerFact]
    public async Task Docker_shipped_analytics_participants_run_as_images_and_find_what_they_say()
    {
        var (runs, image) = await TryAllAsync("analytics", transfers: 5000);
        Assert.True(runs["better"].Worth > runs["baseline"].Worth + 0.2, image);
        Assert.Equal(runs["baseline"].Worth, runs["faster"].Worth, 9);
        AssertEnds(runs);
    }

    [DockerFact]
    public async Task Docker_shipped_ml_participants_run_as_images_and_tell_what_they_say()
    {
        var (runs, image) = await TryAllAsync("ml", transfers: 5000);
        Assert.True(runs["better"].Worth > runs["baseline"].Worth, image);
        Assert.Equal(runs["baseline"].Worth, runs["faster"].Worth, 9);
        AssertEnds(runs);
    }

    private static void AssertEnds(Dictionary<string, Tried> runs) => Assert.Equal(
        [("baseline", "completed", true, 0), ("better", "completed", true, 0), ("crashing", "failed", false, 1), ("faster", "completed", true, 0), ("wrong", "completed", false, 0)],
        runs.Select(run => (run.Key, run.Value.Status, run.Value.IsCorrect, run.Value.ExitCode)).Order());

    private static async Task<(Dictionary<string, Tried> Runs, string All)> TryAllAsync(string type, int transfers)
    {
        await using var world = await TestWorld.CreateAsync(postgres: false);
        // The same dataset each time: what is found in it is no chance.
        var made = await CommandLine.RunAsync(Repository.Agon,
            ["dataset", "generate", "--network", "torus", "--date", Date, "--window", "30", "--transfers", $"{transfers}", "--seed", "s", "--out", world.Folder], world.Environment);
        Assert.True(made.ExitCode == 0, made.Errors);
        var runs = new Dictionary<string, Tried>();
        foreach (var name in (string[])["baseline", "better", "faster", "wrong", "crashing"])
            runs[name] = await TryAsync(world, type, name);
        return (runs, string.Join('\n', runs));
    }

    private static async Task<Tried> TryAsync(TestWorld world, string type, string name)
    {
        var (repository, commit) = await CommittedAsync(world, type, name);
        var image = $"agon-participant:{commit}";
        try
        {
            var tried = await CommandLine.RunAsync(
                Repository.Agon,
                ["tournament", "try", "--image-type", type, "--repository", repository, "--dataset", Path.Combine(world.Folder, "torus", Date, "30"), "--json", .. world.Storage],
                new Dictionary<string, string?>(world.Environment) { ["DOCKER_HOST"] = Engine.Shared.Address });
            Assert.True(tried.Output.Length > 0, $"{name}: {tried.Errors}");
            var run = JsonDocument.Parse(tried.Output).RootElement;
            // It was no folder in the sandbox.
            Assert.NotEmpty(await Engine.Shared.DockerAsync("image", "ls", "--quiet", image));
            var worth = run.GetProperty(type == "ml" ? "auc_roc" : "synthetic_patterns_recall");
            return new Tried(
                run.GetProperty("status").GetString()!, run.GetProperty("data_correctness_passed").GetBoolean(), run.GetProperty("container_exit_code").GetInt32(),
                worth.ValueKind == JsonValueKind.Number ? worth.GetDouble() : 0);
        }
        finally
        {
            await CommandLine.RunAsync("docker", ["image", "rm", "--force", image], Engine.Shared.Environment);
        }
    }

    private static async Task<(string Repository, string Commit)> CommittedAsync(TestWorld world, string type, string name)
    {
        var folder = Path.Combine(world.Folder, name);
        var home = new Dictionary<string, string?> { ["HOME"] = world.Folder };
        await CommandLine.RunAsync("/bin/cp", ["--recursive", Path.Combine(Repository.Root, "examples", "tournaments", type, name), folder]);
        // Its own commit in each test: an image belongs to a commit.
        await File.WriteAllTextAsync(Path.Combine(folder, "id"), $"{Guid.NewGuid()}");
        string[][] steps = [["init", "--quiet"], ["add", "--all"], ["-c", "user.name=ada", "-c", "user.email=ada@localhost", "commit", "--quiet", "--message", "mine"], ["rev-parse", "HEAD"]];
        var last = "";
        foreach (var step in steps)
            last = (await CommandLine.RunAsync("git", step, home, folder)).LastLine;
        return (folder, last);
    }

    /// <param name="Status">Of its run.</param>
    /// <param name="IsCorrect">Whether its data was.</param>
    /// <param name="ExitCode">Of its container.</param>
    /// <param name="Worth">Recall, or auc_roc; 0 where there is none.</param>
    private sealed record Tried(string Status, bool IsCorrect, int ExitCode, double Worth);
}
