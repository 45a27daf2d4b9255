using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Agon.EndToEnd.Tests;

/// <summary>The shipped participants of tournaments, each run by its run.sh over a dataset of a few lines.</summary>
public sealed class ExampleParticipantsTests : IDisposable
{
    private static readonly string[] Ring = ["r1", "r2", "r3", "r4"];
    private static readonly string[] FanIn = ["hub", "s1", "s2", "s3", "s4", "s5", "s6", "s7"];
    private static readonly string[] Chain = ["c1", "c2", "c3", "c4", "c5", "c6"];

    private readonly string world = Directory.CreateTempSubdirectory("agon-examples-").FullName;

    public ExampleParticipantsTests()
    {
        Directory.CreateDirectory(Input);
        var transfers = new StringBuilder("tx_id,event_index,edge_index,block_height,block_timestamp,from_address,to_address,asset_symbol,asset_contract,amount,amount_usd,fee\n");
        var number = 0;
        void Add(int hour, string from, string to, int dollars) => transfers.Append(CultureInfo.InvariantCulture,
            $"{++number}-1,0,0,{number},{1_700_000_000_000 + (hour * 3_600_000L)},{from},{to},TOR,native,{dollars}.000000000000000000,{dollars}.000000000000000000,0.01\n");
        for (var n = 0; n < Ring.Length; n++)
            Add(100 + n, Ring[n], Ring[(n + 1) % Ring.Length], 5000 - n);
        for (var n = 1; n < FanIn.Length; n++)
            Add(300 + n, FanIn[n], FanIn[0], 700 * n);
        for (var n = 1; n < Chain.Length; n++)
            Add(500 + n, Chain[n - 1], Chain[n], 20_000 - (300 * n));
        for (var n = 0; n < 20; n++)
            Add(37 * n, $"o{n}", $"o{n + 1}", 10 + (n * n));
        File.WriteAllText(Path.Combine(Input, "transfers.csv"), transfers.ToString());
        File.WriteAllText(Path.Combine(Input, "address_labels.csv"),
            "network,network_type,address,label,address_type,address_subtype,trust_level,source,risk_level,confidence_score,created_timestamp,updated_timestamp\n"
            + "torus,substrate,o3,\"An exchange, known\",exchange,,verified,test,low,0.9,1,1\n");
    }

    private string Input => Path.Combine(world, "input");

    public void Dispose() => Directory.Delete(world, recursive: true);

    [Fact]
    public async Task The_analytics_baseline_finds_rings_and_stars_and_better_also_chains()
    {
        var baseline = await PatternsOfAsync("baseline");
        Assert.Contains(baseline, found => found.SetEquals(Ring));
        Assert.Contains(baseline, found => found.SetEquals(FanIn));
        Assert.DoesNotContain(baseline, found => found.SetEquals(Chain));
        var better = await PatternsOfAsync("better");
        Assert.All([Ring, FanIn, Chain], planted => Assert.Contains(better, found => found.SetEquals(planted)));
    }

    [Fact]
    public async Task The_faster_participants_give_what_the_baselines_give()
    {
        Assert.Equal(await OutputOfAsync("analytics", "baseline", "patterns.jsonl"), await OutputOfAsync("analytics", "faster", "patterns.jsonl"));
        Assert.Equal(await OutputOfAsync("ml", "baseline", "risk_scores.csv"), await OutputOfAsync("ml", "faster", "risk_scores.csv"));
    }

    [Fact]
    public async Task A_compressed_dataset_gives_the_same()
    {
        var plain = await OutputOfAsync("analytics", "better", "patterns.jsonl");
        var path = Path.Combine(Input, "transfers.csv");
        Assert.Equal(0, (await CommandLine.RunAsync("/bin/gzip", [path])).ExitCode);
        Assert.False(File.Exists(path));
        Assert.Equal(plain, await OutputOfAsync("analytics", "better", "patterns.jsonl"));
    }

    [Fact]
    public async Task The_better_model_ranks_who_hands_on_above_who_receives_wages()
    {
        var lines = (await OutputOfAsync("ml", "better", "risk_scores.csv")).TrimEnd('\n').Split('\n');
        Assert.Equal("address,risk_score,model_version", lines[0]);
        var scores = lines[1..].Select(line => line.Split(',')).ToDictionary(part => part[0], part => double.Parse(part[1], CultureInfo.InvariantCulture));
        Assert.All(scores.Values, score => Assert.InRange(score, 0, 1));
        Assert.All(Chain[1..^1], doer => Assert.True(scores[doer] > scores["o7"], $"{doer} has {scores[doer]}, o7 has {scores["o7"]}"));
    }

    [Theory]
    [InlineData("analytics", "patterns.jsonl")]
    [InlineData("ml", "risk_scores.csv")]
    public async Task The_wrong_participants_name_addresses_that_are_not_in_the_data(string type, string file)
    {
        var output = await OutputOfAsync(type, "wrong", file);
        Assert.True(output.Length > 1000);
        Assert.All([.. Ring, .. FanIn, .. Chain], address => Assert.DoesNotContain($"\"{address}\"", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("analytics")]
    [InlineData("ml")]
    public async Task The_crashing_participants_fail_on_one_day_of_three(string type)
    {
        var codes = new List<int>();
        foreach (var date in (string[])["2026-03-04", "2026-03-05", "2026-03-06"])
            codes.Add((await RunAsync(type, "crashing", date)).Result.ExitCode);
        Assert.Equal([0, 0, 1], codes.Order());
    }

    private async Task<List<HashSet<string>>> PatternsOfAsync(string name) =>
        [.. (await OutputOfAsync("analytics", name, "patterns.jsonl")).TrimEnd('\n').Split('\n').Select(Addresses)];

    private static HashSet<string> Addresses(string line)
    {
        using var pattern = JsonDocument.Parse(line);
        return [.. pattern.RootElement.GetProperty("addresses").EnumerateArray().Select(address => address.GetString()!)];
    }

    private async Task<string> OutputOfAsync(string type, string name, string file)
    {
        var (result, output) = await RunAsync(type, name, "2026-03-04");
        Assert.True(result.ExitCode == 0, $"{type}/{name} ended with {result.ExitCode}: {result.Errors}");
        return await File.ReadAllTextAsync(Path.Combine(output, file));
    }

    private async Task<(CommandResult Result, string Output)> RunAsync(string type, string name, string date)
    {
        var output = Directory.CreateDirectory(Path.Combine(world, $"{type}-{name}-{date}")).FullName;
        var environment = new Dictionary<string, string?>
        {
            ["PATH"] = "/usr/bin:/bin",
            ["INPUT_PATH"] = Input,
            ["OUTPUT_PATH"] = output,
            ["NETWORK"] = "torus",
            ["WINDOW_DAYS"] = "30",
            ["PROCESSING_DATE"] = date,
        };
        var folder = Path.Combine(Repository.Root, "examples", "tournaments", type, name);
        return (await CommandLine.RunAsync("/bin/sh", ["run.sh"], environment, folder), output);
    }
}
