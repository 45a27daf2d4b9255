namespace Agon.Cli.Tests.Datasets;

public sealed class DatasetPlaceCommandsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Made => $"{folder.Path}/made/torus/2026-03-01/7";

    private Task<CommandRun> GenerateAsync(params string[] more) => CommandRun.Of(
        ["dataset", "generate", "--network", "torus", "--date", "2026-03-01", "--window", "7", "--seed", "s", "--out", $"{folder.Path}/made", .. more]);

    [Fact]
    public async Task A_dataset_is_made_published_listed_fetched_and_verified()
    {
        Assert.Equal((0, $"{Made}\n"), await OfAsync(GenerateAsync("--transfers", "300")));
        Assert.Equal((0, "torus/2026-03-01/7: published\n"), await OfAsync(CommandRun.Of(["dataset", "publish", "--dataset", Made, "--to", $"{folder.Path}/place"])));
        Assert.Equal((0, "torus/2026-03-01/7: was published before\n"), await OfAsync(CommandRun.Of(["dataset", "publish", "--dataset", Made, "--to", $"{folder.Path}/place"])));
        Assert.Equal((0, """[{"network":"torus","processing_date":"2026-03-01","window_days":7}]""" + "\n"), await OfAsync(CommandRun.Of(["dataset", "list", "--from", $"{folder.Path}/place", "--json"])));
        Assert.Equal((0, $"{folder.Path}/got/torus/2026-03-01/7\n"), await OfAsync(FetchAsync("2026-03-01")));
        Assert.Equal((0, "torus-2026-03-01-7d: 5 files are as META.json says\n"), await OfAsync(CommandRun.Of(["dataset", "verify", "--dataset", $"{folder.Path}/got/torus/2026-03-01/7"])));
        Assert.Equal((0, $"{{\"network\":\"torus\",\"processing_date\":\"2026-03-01\",\"window_days\":7,\"folder\":\"{folder.Path}/got/torus/2026-03-01/7\"}}\n"),
            await OfAsync(CommandRun.Of(["dataset", "verify", "--dataset", $"{folder.Path}/got/torus/2026-03-01/7", "--json"])));
        var missing = await FetchAsync("2026-03-02");
        Assert.Equal((1, $"agon: there is no dataset torus/2026-03-02/7 in {folder.Path}/place; 'agon dataset list' tells what there is\n"), (missing.ExitCode, missing.Error));
        File.AppendAllText($"{Made}/assets.csv", "x");
        var changed = await CommandRun.Of(["dataset", "verify", "--dataset", Made]);
        Assert.Equal((1, "agon: assets.csv of torus-2026-03-01-7d is missing, or not what META.json says: its sha256 differs\n"), (changed.ExitCode, changed.Error));
    }

    [Theory]
    [InlineData("--transfers is 99; 100 to 100000000 are possible", "--transfers", "99")]
    [InlineData("a window of 0 days up to 2026-03-01 is none: 1 to 3650 days are possible", "--window", "0")]
    [InlineData("'../up' is no network: lower-case letters, digits, - and _, at most 32", "--network", "../up")]
    [InlineData("'1.3.2026' is no date; write it as YYYY-MM-DD", "--date", "1.3.2026")]
    public async Task What_names_no_dataset_is_refused(string error, string option, string value)
    {
        string[] arguments = ["--network", "torus", "--date", "2026-03-01", "--window", "7", "--transfers", "300"];
        arguments[Array.IndexOf(arguments, option) + 1] = value;
        var run = await CommandRun.Of(["dataset", "generate", .. arguments, "--seed", "s", "--out", $"{folder.Path}/made"]);
        Assert.Equal((2, $"agon: {error}\n"), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task The_secret_comes_from_a_file_or_the_environment_and_gives_the_same_dataset()
    {
        string[] generate = ["dataset", "generate", "--network", "torus", "--date", "2026-03-01", "--window", "7", "--transfers", "300", "--out"];
        Assert.Equal(0, (await CommandRun.Of([.. generate, $"{folder.Path}/named", "--seed", "s"])).ExitCode);
        Assert.Equal(0, (await CommandRun.Of([.. generate, $"{folder.Path}/file", "--seed-file", folder.Write("secret", "s\n")])).ExitCode);
        Assert.Equal(0, (await CommandRun.Of([.. generate, $"{folder.Path}/set"], ("AGON_DATASET_SEED", "s"))).ExitCode);
        var meta = await File.ReadAllTextAsync($"{folder.Path}/named/torus/2026-03-01/7/META.json");
        foreach (var place in (string[])["file", "set"])
            Assert.Equal(meta, await File.ReadAllTextAsync($"{folder.Path}/{place}/torus/2026-03-01/7/META.json"));
        var none = await CommandRun.Of([.. generate, $"{folder.Path}/none"]);
        Assert.Equal((2, "agon: a dataset needs a secret: name a file that holds it with --seed-file, or set AGON_DATASET_SEED\n"), (none.ExitCode, none.Error));
    }

    [Fact]
    public async Task S3_without_its_settings_is_told()
    {
        var run = await CommandRun.Of(["dataset", "list", "--from", "s3"]);
        Assert.Equal((2, "agon: SYNTHETICS_S3_BUCKET is not set; S3 cannot be reached without it\n"), (run.ExitCode, run.Error));
    }

    private Task<CommandRun> FetchAsync(string date) =>
        CommandRun.Of(["dataset", "fetch", "--network", "torus", "--date", date, "--window", "7", "--from", $"{folder.Path}/place", "--out", $"{folder.Path}/got"]);

    private static async Task<(int, string)> OfAsync(Task<CommandRun> run) => ((await run).ExitCode, (await run).Output);

    public void Dispose() => folder.Dispose();
}
