using System.Globalization;
using System.Text.Json;

namespace Agon.EndToEnd.Tests.Tournaments;

/// <summary>A tournament with participants of a few lines, and the commands that tests give about it.</summary>
internal static class ShortTournament
{
    public static readonly DateOnly Start = new(2026, 3, 1);

    /// <summary>A tournament of one day on one slot, in registration: ada from a repository finds the cycle, bob fails.</summary>
    public static async Task<string> RunningAsync(
        TestWorld world, int days, string slow = "", Dictionary<string, string?>? environment = null, string baseline = TinyDataset.FindsNothing)
    {
        environment ??= Environment(world);
        TinyDataset.Write(Datasets(world), Start.AddDays(1), days, ["torus"], [30]);
        await TryAsync(world, environment, 0, "baseline", "seed", "--image-type", "analytics", "--folder", TinyDataset.Participant(world.Folder, "base", slow + baseline));
        var id = (await TryAsync(world, environment, 0, "tournament", "create", "--name", "short", "--image-type", "analytics",
            "--registration-start", Day(0), "--registration-end", Day(0), "--epoch-days", "1")).LastLine;
        var repository = await RepositoryAsync(world, "ada", slow + TinyDataset.Finds);
        await world.AgonAsync("tournament", "register", "--tournament-id", id, "--hotkey", "ada", "--github-repository", repository, "--test-date", Day(0));
        await world.AgonAsync("tournament", "register", "--tournament-id", id, "--hotkey", "bob", "--folder", TinyDataset.Participant(world.Folder, "bob", slow + "exit 3"), "--test-date", Day(0));
        return id;
    }

    public static Dictionary<string, string?> Environment(TestWorld world) => new(world.Environment)
    {
        ["TOURNAMENT_TEST_NETWORKS"] = "torus",
        ["TOURNAMENT_TEST_WINDOWS"] = "30",
        ["AGON__Tournaments__PollEvery"] = "00:00:00.200",
        ["BENCHMARK_DATA_PATH"] = Datasets(world),
    };

    // Where the data folder of the world has it: beside SQLite's file, else in its home.
    public static string DataFolder(TestWorld world) => world.Storage.Any() ? world.Folder : Path.Combine(world.Folder, ".local", "share", "agon");

    public static string Datasets(TestWorld world) => Path.Combine(DataFolder(world), "datasets");

    public static string Day(int n) => Start.AddDays(n).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static async Task<JsonElement> JsonAsync(TestWorld world, params string[] arguments) =>
        JsonDocument.Parse((await TryAsync(world, world.Environment, 0, arguments)).Output).RootElement;

    public static async Task<CommandResult> TryAsync(TestWorld world, IReadOnlyDictionary<string, string?> environment, int exitCode, params string[] arguments)
    {
        var result = await CommandLine.RunAsync(Repository.Agon, [.. arguments, .. world.Storage], environment);
        Assert.True(result.ExitCode == exitCode, $"agon {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Errors}{result.Output}");
        return result;
    }

    public static async Task<List<string>> BaselinesAsync(TestWorld world) =>
        [.. (await JsonAsync(world, "baseline", "list", "--json")).EnumerateArray().Select(one => $"{one.GetProperty("version").GetString()} {one.GetProperty("status").GetString()}").Order()];

    public static async Task<string> RepositoryAsync(TestWorld world, string name, string script)
    {
        var folder = TinyDataset.Participant(world.Folder, name, script);
        await GitAsync(world, "init", "--quiet", folder);
        await CommitAsync(world, folder, script);
        return folder;
    }

    public static async Task CommitAsync(TestWorld world, string folder, string script)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "run.sh"), script + "\n");
        await GitAsync(world, "-C", folder, "add", "--all");
        await GitAsync(world, "-C", folder, "-c", "user.name=ada", "-c", "user.email=ada@localhost", "commit", "--quiet", "--message", "mine");
    }

    public static async Task<string> GitAsync(TestWorld world, params string[] arguments)
    {
        var result = await CommandLine.RunAsync("git", arguments, new Dictionary<string, string?> { ["HOME"] = world.Folder });
        Assert.True(result.ExitCode == 0, $"git {string.Join(' ', arguments)}: {result.Errors}");
        return result.Output;
    }
}
