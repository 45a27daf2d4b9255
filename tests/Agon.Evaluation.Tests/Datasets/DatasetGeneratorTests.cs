using System.Globalization;
using System.Text;
using Agon.Domain.Datasets;
using Agon.Domain.Datasets.Synthesis;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Datasets;

namespace Agon.Evaluation.Tests.Datasets;

/// <summary>What the public sample gives away (contract section 5) is not given away by ours.</summary>
public sealed class DatasetGeneratorTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("agon-generate-").FullName;

    private static DatasetRequest Request(int transfers = 20_000, string seed = "secret", string network = "torus") =>
        new(new DatasetKey(network, new DateOnly(2026, 3, 1), 30), seed, transfers);

    private async Task<string> GenerateAsync(DatasetRequest request, string name = "one", bool isCompressed = false)
    {
        var folder = Path.Combine(root, name);
        await DatasetGenerator.GenerateAsync(request, folder, CancellationToken.None, isCompressed);
        return folder;
    }

    private static List<Dictionary<string, string>> Rows(string folder, string table)
    {
        using var reader = DatasetFiles.Open(folder, table);
        var rows = new List<Dictionary<string, string>>();
        while (reader.Read())
            rows.Add(Enumerable.Range(0, reader.Columns.Count).ToDictionary(column => reader.Columns[column], column => Encoding.UTF8.GetString(reader[column])));
        return rows;
    }

    [Fact]
    public async Task The_same_request_gives_the_same_bytes_and_another_seed_others()
    {
        var one = await GenerateAsync(Request(2_000), "one");
        var same = await GenerateAsync(Request(2_000), "same");
        var other = await GenerateAsync(Request(2_000, "other"), "other");
        foreach (var path in Directory.EnumerateFiles(one).Select(Path.GetFileName))
            Assert.Equal(File.ReadAllBytes(Path.Combine(one, path!)), File.ReadAllBytes(Path.Combine(same, path!)));
        Assert.NotEqual(File.ReadAllText(Path.Combine(one, "transfers.csv")), File.ReadAllText(Path.Combine(other, "transfers.csv")));
        Assert.Empty(Rows(one, "transfers").Select(row => row["from_address"]).Intersect(Rows(other, "transfers").Select(row => row["from_address"])));
    }

    // Written down once: a change of these bytes is a change of every dataset that was ever announced.
    [Fact]
    public async Task The_bytes_are_those_of_the_first_release()
    {
        var meta = DatasetMeta.Read(await GenerateAsync(Request(500)));
        Assert.Equal("32d6d2176a17bfe06db60a68ac499105", meta.Sha256["transfers.csv"][..16] + meta.Sha256["ground_truth.csv"][..16]);
    }

    [Theory]
    [InlineData(100, "torus")]
    [InlineData(300, "bittensor")]
    [InlineData(5_000, "bitcoin")]
    public async Task A_dataset_has_the_rows_that_were_asked_for_and_its_files_hold(int transfers, string network)
    {
        var folder = await GenerateAsync(Request(transfers, network: network), isCompressed: network == "bitcoin");
        var meta = DatasetMeta.Read(folder);
        await meta.VerifyAsync(folder, CancellationToken.None);
        Assert.Equal(($"{network}-2026-03-01-30d", (long)transfers), (meta.BatchId, meta.Counts["transfers"]));
        var rows = Rows(folder, "transfers");
        Assert.Equal(transfers, rows.Count);
        Assert.Equal(transfers, rows.Select(row => row["tx_id"]).Distinct().Count());
        var times = rows.Select(row => long.Parse(row["block_timestamp"], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(times.Order(), times);
        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds(times[0]).UtcDateTime, new DateTime(2026, 1, 31), new DateTime(2026, 2, 3));
        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds(times[^1]).UtcDateTime, new DateTime(2026, 2, 27), new DateTime(2026, 3, 1, 23, 59, 59));
        Assert.All(rows, row => Assert.True(decimal.Parse(row["amount"], CultureInfo.InvariantCulture) > 0 && row["from_address"] != row["to_address"]));
        Assert.NotEmpty(Rows(folder, "ground_truth"));
        Assert.Equal(30, Rows(folder, "asset_prices").Count);
    }

    [Fact]
    public async Task Every_template_is_planted_and_about_two_rows_in_a_hundred()
    {
        var request = Request();
        using var network = new SyntheticNetwork(request);
        Assert.Equal(18, network.Truth.Select(row => row.Template).Distinct().Count());
        Assert.InRange(network.Transfers().Count(row => row.IsPlanted) / (double)request.Transfers, 0.018, 0.022);
        var rows = Rows(await GenerateAsync(request), "transfers");
        var planted = network.Truth.Select(row => row.Address).ToHashSet();
        Assert.True(planted.Count < 0.06 * network.AddressCount);
        using var again = new SyntheticNetwork(request);
        Assert.InRange(again.Transfers().Count(row => planted.Contains(row.From) || planted.Contains(row.To)) / (double)rows.Count, 0.02, 0.15);
    }

    [Fact]
    public async Task Neither_row_nor_event_nor_fee_nor_amount_tells_what_is_planted()
    {
        var request = Request(100_000);
        var rows = Rows(await GenerateAsync(request), "transfers");
        using var network = new SyntheticNetwork(request);
        var isPlanted = network.Transfers().Select(row => row.IsPlanted).ToArray();

        Assert.InRange(Auc(isPlanted, n => n), 0.45, 0.55);
        Assert.InRange(Auc(isPlanted, n => double.Parse(rows[n]["event_index"], CultureInfo.InvariantCulture)), 0.45, 0.55);
        Assert.InRange(Auc(isPlanted, n => double.Parse(rows[n]["fee"], CultureInfo.InvariantCulture)), 0.45, 0.55);
        Assert.InRange(Auc(isPlanted, n => double.Parse(rows[n]["tx_id"].Split('-')[1], CultureInfo.InvariantCulture)), 0.42, 0.58);
        // Sums just below a threshold are larger than most; no more than that.
        Assert.InRange(Auc(isPlanted, n => double.Parse(rows[n]["amount_usd"], CultureInfo.InvariantCulture)), 0.40, 0.60);

        // Runs of planted rows would stand together; here a planted row follows another as seldom as any.
        var pairs = Enumerable.Range(1, rows.Count - 1).Count(n => isPlanted[n] && isPlanted[n - 1]);
        Assert.InRange(pairs / (double)isPlanted.Count(one => one), 0, 0.06);
    }

    [Fact]
    public async Task Every_planted_and_every_labelled_address_has_transfers_and_hangs_together_with_the_rest()
    {
        var folder = await GenerateAsync(Request());
        var rows = Rows(folder, "transfers");
        var truth = Rows(folder, "ground_truth");
        var piece = new Dictionary<string, string>();
        foreach (var row in rows)
        {
            piece.TryAdd(row["from_address"], row["from_address"]);
            piece.TryAdd(row["to_address"], row["to_address"]);
            piece[Root(piece, row["from_address"])] = Root(piece, row["to_address"]);
        }
        Assert.All(truth, row => Assert.Contains(row["address"], piece.Keys));
        Assert.All(Rows(folder, "address_labels"), row => Assert.Contains(row["address"], piece.Keys));
        var largest = piece.Keys.GroupBy(address => Root(piece, address)).MaxBy(group => group.Count())!.ToHashSet();
        Assert.All(truth, row => Assert.Contains(row["address"], largest));
        // Nearly all of them do something that is no part of any pattern.
        var planted = truth.GroupBy(row => row["pattern_instance_id"]).Select(group => group.Select(row => row["address"]).ToHashSet()).ToList();
        var outside = planted.Count(group => rows.Any(row => group.Contains(row["from_address"]) != group.Contains(row["to_address"])));
        Assert.Equal(planted.Count, outside);
        Assert.Equal(truth.Count, truth.Select(row => row["address"]).Distinct().Count());
        Assert.All(truth.Where(row => row["hop_distance"] == "0"), row => Assert.Equal(row["flagged_address"], row["address"]));
    }

    [Fact]
    public async Task Reporting_what_is_planted_finds_all_of_it_and_its_flows_can_be_traced()
    {
        var folder = await GenerateAsync(Request(100_000));
        var output = Directory.CreateDirectory(Path.Combine(root, "output")).FullName;
        await File.WriteAllLinesAsync(Path.Combine(output, "patterns.jsonl"), Rows(folder, "ground_truth").GroupBy(row => row["pattern_instance_id"]).Select(group =>
            $$"""{"pattern_id":"{{group.Key}}","pattern_type":"smurfing_network","addresses":[{{string.Join(',', group.Select(row => $"\"{row["address"]}\""))}}]}"""));
        var verdict = await OutputJudge.JudgeAsync(folder, output, ImageType.Analytics, CancellationToken.None);
        Assert.Equal((1.0, true), (verdict.Report!.Recall, verdict.DataCorrectnessPassed));
        Assert.Equal(verdict.Report.Reported, verdict.Report.FlowTraced);
    }

    [Fact]
    public async Task A_sleeper_does_nothing_between_its_funding_and_its_waking()
    {
        var folder = await GenerateAsync(Request());
        var sleepers = Rows(folder, "ground_truth").Where(row => row["role"] == "dormant_wallet").Select(row => row["address"]).ToList();
        Assert.NotEmpty(sleepers);
        var rows = Rows(folder, "transfers");
        foreach (var sleeper in sleepers)
        {
            var times = rows.Where(row => row["from_address"] == sleeper || row["to_address"] == sleeper)
                .Select(row => long.Parse(row["block_timestamp"], CultureInfo.InvariantCulture)).Order().ToList();
            Assert.True(times[1] - times[0] > 20L * 24 * 60 * 60 * 1000, $"{sleeper} woke after {times[1] - times[0]} ms");
        }
    }

    [Fact]
    public async Task A_generation_that_is_called_off_leaves_nothing()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DatasetGenerator.GenerateAsync(Request(), Path.Combine(root, "none"), gone.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
        var folder = await GenerateAsync(Request(200));
        await Assert.ThrowsAsync<IOException>(() => DatasetGenerator.GenerateAsync(Request(200), folder, CancellationToken.None));
        Assert.Single(Directory.EnumerateFileSystemEntries(root));
    }

    private static string Root(Dictionary<string, string> piece, string one)
    {
        while (piece[one] != one)
            one = piece[one] = piece[piece[one]];
        return one;
    }

    /// <summary>How well a number tells planted rows from others: 0.5 is not at all.</summary>
    private static double Auc(bool[] isPlanted, Func<int, double> value)
    {
        var numbers = Enumerable.Range(0, isPlanted.Length).ToArray();
        var all = numbers.Select(value).ToArray();
        var graph = new TransferGraph(numbers.Length, numbers, numbers);
        var (least, most) = (all.Min(), all.Max());
        return RiskScoring.Score(graph, isPlanted, numbers, all.Select(one => most == least ? 0 : (one - least) / (most - least)).ToArray()).AucRoc;
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
