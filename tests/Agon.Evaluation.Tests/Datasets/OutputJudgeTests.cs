using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Datasets;

namespace Agon.Evaluation.Tests.Datasets;

public sealed class OutputJudgeTests : IDisposable
{
    private const string Ring = """{"pattern_id":"p1","pattern_type":"cycle","addresses":["a","b","c"],"transactions":[{"from_address":"a","to_address":"b"}],"confidence":0.9}""";

    private readonly DatasetFolder folder = new();

    private Task<OutputVerdict> JudgeAsync(ImageType type = ImageType.Analytics, OutputLimits? limits = null) =>
        OutputJudge.JudgeAsync(folder.Dataset, folder.Output, type, CancellationToken.None, limits);

    private async Task<string> ErrorAsync(ImageType type = ImageType.Analytics, OutputLimits? limits = null)
    {
        var verdict = await JudgeAsync(type, limits);
        Assert.Equal((false, null), (verdict.DataCorrectnessPassed, verdict.Risk));
        // What was planted is known, whatever the output is.
        Assert.Equal(type == ImageType.Ml ? null : (2, 0, false), verdict.Patterns is { } figures
            ? (figures.SyntheticPatternsExpected, figures.SyntheticPatternsFound, figures.AllAddressesExist) : ((int, int, bool)?)null);
        Assert.Equal(type == ImageType.Ml ? null : ["ring", "shop"], verdict.Report?.Missed);
        return verdict.Error!;
    }

    [Fact]
    public void A_dataset_with_nothing_planted_is_no_dataset_to_score_by()
    {
        OutputJudge.RequireTruth(folder.Dataset);
        var truth = Path.Combine(folder.Dataset, "ground_truth.csv");
        File.WriteAllText(truth, File.ReadLines(truth).First() + "\n");
        Assert.Contains("no ground truth", Assert.Throws<DatasetFileException>(() => OutputJudge.RequireTruth(folder.Dataset)).Message);
        File.Delete(truth);
        Assert.Throws<DatasetFileException>(() => OutputJudge.RequireTruth(folder.Dataset));
    }

    [Fact]
    public async Task A_planted_pattern_that_is_reported_is_found()
    {
        folder.Write("patterns.jsonl", $$"""
            {{Ring}}

            {"pattern_id":"p2","pattern_type":"layering_path","addresses":["x","y","z"],"more":[{"deep":1}, 2]}
            """);
        var verdict = await JudgeAsync();
        Assert.Null(verdict.Error);
        Assert.True(verdict.DataCorrectnessPassed);
        Assert.Equal((2, 1, 0.5), (verdict.Patterns!.SyntheticPatternsExpected, verdict.Patterns.SyntheticPatternsFound, verdict.Patterns.SyntheticPatternsRecall));
        Assert.Equal(["ring"], verdict.Report!.Matched);
        Assert.Equal(["shop"], verdict.Report.Missed);
        Assert.Equal((1, 1, 2), (verdict.Report.NoveltyReported, verdict.Report.NoveltyValidated, verdict.Report.FlowTraced));
    }

    [Fact]
    public async Task The_official_baselines_names_and_its_split_files_are_read()
    {
        folder.Write("patterns_cycle.jsonl", """{"pattern_id":"p1","pattern_type":"cycle","addresses_involved":["a","b","c"],"confidence_score":1,"evidence":{"cycle_addresses":["b","c","a"]}}""");
        folder.Write("patterns_layering.jsonl", """{"pattern_id":"p2","pattern_type":"layering_path","addresses_involved":["x","z","y"],"evidence":"none"}""");
        var verdict = await JudgeAsync();
        Assert.Null(verdict.Error);
        Assert.Equal((1, 2), (verdict.Report!.Found, verdict.Report.FlowTraced));
    }

    [Theory]
    [InlineData("cycle", """["c","a","b"]""", """["a","b","c"]""", 1, 1)]   // it gives the order
    [InlineData("cycle", """["a","b","c"]""", """["a","c","b"]""", 1, 0)]   // even a wrong one
    [InlineData("cycle", """["a","b","c"]""", """["x","y"]""", 1, 1)]       // other addresses are no order
    [InlineData("cycle", """["x","y","z"]""", """["a","b","c"]""", 0, 0)]   // and bring nothing in
    [InlineData("motif_fanin", """["x","y","z"]""", """["a","b","c"]""", 0, 1)]
    [InlineData("motif_fanin", """["a","b","c"]""", """["c","b","a"]""", 1, 1)]   // what is no path has no order
    [InlineData("cycle", """["a","b","c"]""", "[]", 1, 1)]
    [InlineData("cycle", """["a","b","c"]""", "7", 1, 1)]
    [InlineData("layering_path", """["x","z","y"]""", """["x","y","z"]""", 0, 1)]
    [InlineData("layering_path", """["x","y"]""", """["x","y","z"]""", 0, 1)]
    public async Task Evidence_gives_the_addresses_of_a_path_an_order_and_nothing_more(string type, string addresses, string path, int found, int traced)
    {
        foreach (var order in (string[])["cycle_addresses", "path_addresses"])
        {
            folder.Write("patterns.jsonl", $$"""{"pattern_id":"p","evidence":{"{{order}}":{{path}}},"addresses_involved":{{addresses}},"pattern_type":"{{type}}"}""");
            var verdict = await JudgeAsync();
            Assert.Null(verdict.Error);
            Assert.Equal((found, traced), (verdict.Report!.Found, verdict.Report.FlowTraced));
        }
    }

    [Fact]
    public async Task Evidence_alone_is_no_pattern()
    {
        folder.Write("patterns.jsonl", """{"pattern_id":"p","pattern_type":"cycle","evidence":{"cycle_addresses":["a","b","c"]}}""");
        Assert.Equal("patterns.jsonl line 1: addresses are missing", await ErrorAsync());
    }

    [Theory]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a","b","ghost"]}""", false, true)]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a","b"],"transactions":[{"from_address":"b","to_address":"a","tx_id":"1-1"}]}""", true, false)]
    public async Task What_does_not_exist_fails_data_correctness(string line, bool addresses, bool connections)
    {
        folder.Write("patterns.jsonl", line);
        var verdict = await JudgeAsync();
        Assert.Null(verdict.Error);
        Assert.Equal((false, addresses, connections), (verdict.DataCorrectnessPassed, verdict.Patterns!.AllAddressesExist, verdict.Patterns.AllConnectionsExist));
    }

    [Fact]
    public async Task No_patterns_at_all_are_readable_and_worth_nothing()
    {
        folder.Write("patterns.jsonl", "");
        var verdict = await JudgeAsync();
        Assert.Equal((null, true, 0.0), (verdict.Error, verdict.DataCorrectnessPassed, verdict.Patterns!.SyntheticPatternsRecall));
    }

    [Theory]
    [InlineData("[]", "a pattern is an object")]
    [InlineData("{", "this is not JSON text")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a"]} {}""", "this is not JSON text")]
    [InlineData("""{"pattern_type":"cycle","addresses":["a"]}""", "pattern_id is missing")]
    [InlineData("""{"pattern_id":"p","addresses":["a"]}""", "pattern_type is missing")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle"}""", "addresses are missing")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":[]}""", "addresses is empty")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a",null]}""", "addresses is not all text")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a",""]}""", "addresses has an empty text")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":null}""", "addresses is no list")]
    [InlineData("""{"pattern_id":null,"pattern_type":"cycle","addresses":["a"]}""", "pattern_id is not all text")]
    [InlineData("""{"pattern_id":"p","pattern_type":"circle","addresses":["a"]}""", "pattern_type is none of cycle, layering_path")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a"],"confidence":1.5}""", "confidence is not within 0 and 1")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a"],"confidence":1e999}""", "confidence is not within 0 and 1")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a"],"confidence":NaN}""", "this is not JSON text")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a"],"confidence":null}""", "confidence is no number")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a"],"addresses":["b"]}""", "addresses stands there twice")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["\ud800"]}""", "this is not JSON text")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a"],"transactions":["1-1"]}""", "an item of transactions is no {from_address, to_address}")]
    [InlineData("""{"pattern_id":"p","pattern_type":"cycle","addresses":["a"],"transactions":[{"from_address":"a"}]}""", "a transaction has no to_address")]
    [InlineData("""{"pattern_id":"p1","pattern_type":"cycle","addresses":["a"]}""", "another pattern has the same pattern_id")]
    public async Task A_malformed_pattern_is_told_with_its_line(string line, string error)
    {
        folder.Write("patterns.jsonl", $"{Ring}\n{line}\n");
        Assert.StartsWith($"patterns.jsonl line 2: {error}", await ErrorAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_told()
    {
        folder.Write("patterns.jsonl", [.. Encoding.UTF8.GetBytes(Ring), (byte)'\n', 0xC3, 0x28]);
        Assert.Equal("patterns.jsonl line 2: this is not UTF-8 text", await ErrorAsync());
    }

    [Fact]
    public async Task The_mark_of_UTF8_is_no_part_of_the_text_and_stands_at_the_beginning_alone()
    {
        folder.Write("patterns.jsonl", $"\uFEFF{Ring}\n");
        Assert.Equal((null, 1), ((await JudgeAsync()).Error, (await JudgeAsync()).Report!.Found));
        folder.Write("patterns.jsonl", $"{Ring}\n\uFEFF{Ring.Replace("p1", "p2", StringComparison.Ordinal)}");
        Assert.Equal("patterns.jsonl line 2: this is not JSON text", await ErrorAsync());
    }

    [Fact]
    public async Task Deep_nesting_is_no_pattern()
    {
        folder.Write("patterns.jsonl", $$"""{"pattern_id":"p","x":{{new string('[', 100_000)}}""");
        Assert.Equal("patterns.jsonl line 1: this is not JSON text", await ErrorAsync());
    }

    [Fact]
    public async Task More_than_the_limits_is_malformed()
    {
        folder.Write("patterns.jsonl", $"{Ring}\n{Ring.Replace("p1", "p2", StringComparison.Ordinal)}\n");
        Assert.Contains("more than 1 patterns", await ErrorAsync(limits: new OutputLimits { Patterns = 1 }), StringComparison.Ordinal);
        Assert.Contains("more than 5 addresses", await ErrorAsync(limits: new OutputLimits { PatternAddresses = 5 }), StringComparison.Ordinal);
        Assert.Contains("more than 200 bytes", await ErrorAsync(limits: new OutputLimits { FileBytes = 200 }), StringComparison.Ordinal);
        Assert.Contains("longer than 100 bytes", await ErrorAsync(limits: new OutputLimits { LineBytes = 100 }), StringComparison.Ordinal);
        folder.Write("patterns.jsonl", """{"pattern_id":"p","pattern_type":"cycle","addresses":["g1","g2","g3"]}""");
        Assert.Contains("more than 2 addresses that the dataset does not have", await ErrorAsync(limits: new OutputLimits { Strangers = 2 }), StringComparison.Ordinal);
        folder.Write("patterns.jsonl", $$"""{"pattern_id":"p","pattern_type":"cycle","addresses":["{{new string('g', 257)}}"]}""");
        Assert.Contains("a text of more than 256 bytes", await ErrorAsync(), StringComparison.Ordinal);
        folder.Write("patterns_b.jsonl", "");
        Assert.Contains("more than 1 files", await ErrorAsync(limits: new OutputLimits { PatternFiles = 1 }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("patterns.jsonl")]
    [InlineData("patterns_x.jsonl")]
    [InlineData("features.csv")]
    public async Task A_link_is_refused_wherever_it_leads(string name)
    {
        if (name == "features.csv")
            folder.Write("patterns.jsonl", Ring);
        var link = Path.Combine(folder.Output, name);
        File.CreateSymbolicLink(link, folder.Outside("elsewhere", Ring));
        Assert.Equal($"{name} is a link; only plain files are read", await ErrorAsync());
        File.Delete(link);
        File.CreateSymbolicLink(link, "/no/such/file");
        Assert.Equal($"{name} is a link; only plain files are read", await ErrorAsync());
        File.Delete(link);
        Directory.CreateDirectory(link);
        Assert.Equal($"{name} is no plain file", await ErrorAsync());
    }

    [Fact]
    public async Task A_pipe_is_refused_and_not_waited_for()
    {
        using (var mkfifo = Process.Start("mkfifo", Path.Combine(folder.Output, "patterns.jsonl")))
            await mkfifo.WaitForExitAsync();
        Assert.Equal("patterns.jsonl is no plain file", await ErrorAsync());
    }

    [Fact]
    public async Task An_output_without_its_file_is_malformed()
    {
        Assert.Equal("there is no patterns.jsonl", await ErrorAsync());
        Assert.Equal("there is no risk_scores.csv", await ErrorAsync(ImageType.Ml));
    }

    [Theory]
    [InlineData("address,a,b,c,d\nx,1,2,3,4\ny,1,2,3,\n", null)]
    [InlineData("", "line 1: the header is missing")]
    [InlineData("address,a,b,c,d\n", "line 2: there is no row")]
    [InlineData("address,a,b,c\nx,1,2,3\n", "line 1: 4 columns; at least 5 are needed")]
    [InlineData("addr,a,b,c,d\nx,1,2,3,4\n", "line 1: the column address is missing")]
    [InlineData("address,a,a,c,d\nx,1,2,3,4\n", "line 1: the column 'a' stands there twice")]
    [InlineData("address,a,b,c,d\nx,1,2,3\n", "line 2: 4 fields, where the header has 5")]
    [InlineData("address,a,b,c,d\n,1,2,3,4\n", "line 2: the address is empty or longer than 256 bytes")]
    [InlineData("address,a,b,c,d\nx,1,2,3,4\nx,1,2,3,4\n", "line 3: the address stands in an earlier row, too")]
    [InlineData("address,a,b,c,d\nx,1,NaN,3,4\n", "line 2: column 3 is no value")]
    [InlineData("address,a,b,c,d\nx,1,2,-Infinity,4\n", "line 2: column 4 is no value")]
    public async Task Features_may_be_there_and_must_hold(string features, string? error)
    {
        folder.Write("patterns.jsonl", Ring);
        folder.Write("features.csv", features);
        Assert.Equal(error is null ? null : $"features.csv {error}", (await JudgeAsync()).Error);
    }

    [Fact]
    public async Task Risk_scores_rank_the_malicious_and_not_the_benign_service()
    {
        folder.Write("risk_scores.csv", "address,risk_score,model_version\na,0.9,1\nb,0.8,1\nc,0.7,1\ns,0.6,1\nx,0.1,1\ny,0.1,1\nz,0.1,1\n");
        var verdict = await JudgeAsync(ImageType.Ml);
        Assert.Equal((null, true), (verdict.Error, verdict.DataCorrectnessPassed));
        Assert.Equal(new RiskFigures(1, 1, true), verdict.Risk);
    }

    [Theory]
    [InlineData("a,0.9\na,0.9")]
    [InlineData("a,1.1")]
    [InlineData("a,NaN")]
    [InlineData("ghost,0.5")]
    public async Task A_wrong_score_fails_data_correctness(string rows)
    {
        folder.Write("risk_scores.csv", $"address,risk_score\n{rows}\n");
        var verdict = await JudgeAsync(ImageType.Ml);
        Assert.Equal((null, false), (verdict.Error, verdict.DataCorrectnessPassed));
    }

    [Theory]
    [InlineData("address,risk\na,1\n", "risk_scores.csv line 1: the column risk_score is missing")]
    [InlineData("address,risk_score\na,high\n", "risk_scores.csv line 2: risk_score is no number")]
    [InlineData("address,risk_score\na,\n", "risk_scores.csv line 2: risk_score is no number")]
    [InlineData("address,risk_score\n,1\n", "risk_scores.csv line 2: address is empty")]
    public async Task A_malformed_table_of_scores_is_told_with_its_line(string table, string error)
    {
        folder.Write("risk_scores.csv", table);
        Assert.Equal(error, await ErrorAsync(ImageType.Ml));
    }

    [Fact]
    public async Task A_small_archive_that_grows_without_end_is_told_before_it_has()
    {
        using (var archive = new GZipStream(File.Create(Path.Combine(folder.Output, "risk_scores.csv.gz")), CompressionLevel.Fastest))
        {
            archive.Write("address,risk_score\n"u8);
            var rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a,1\n", 10_000)));
            for (var n = 0; n < 100; n++)
                archive.Write(rows);
        }
        Assert.Equal("risk_scores.csv.gz line 100009: more than 100007 rows, where the dataset has 7 addresses", await ErrorAsync(ImageType.Ml));
        Assert.Equal("risk_scores.csv.gz has more than 300000 bytes", await ErrorAsync(ImageType.Ml, new OutputLimits { FileBytes = 300_000 }));
        folder.Write("risk_scores.csv.gz", "no archive");
        Assert.Equal("risk_scores.csv.gz is not a whole gzip archive", await ErrorAsync(ImageType.Ml));
    }

    [Fact]
    public async Task A_broken_dataset_is_not_the_participants_fault()
    {
        folder.Write("patterns.jsonl", Ring);
        File.Delete(Path.Combine(folder.Dataset, "transfers.csv"));
        await Assert.ThrowsAsync<DatasetFileException>(() => JudgeAsync());
    }

    [Fact]
    public async Task A_participant_sees_the_four_tables_and_its_run_and_nothing_that_is_hidden()
    {
        await ParticipantInput.PrepareAsync(folder.Dataset, folder.Output, "torus", 30, new DateOnly(2026, 3, 1), CancellationToken.None);
        Assert.Equal(
            ["address_labels.csv", "asset_prices.csv", "assets.csv", "run.json", "transfers.csv"],
            Directory.EnumerateFileSystemEntries(folder.Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.EnumerateFileSystemEntries(folder.Output), path => Assert.Null(new FileInfo(path).LinkTarget));
        Assert.Equal(
            """{"network":"torus","window_days":30,"processing_date":"2026-03-01","input_path":"/data/input","output_path":"/data/output"}""",
            string.Concat(File.ReadAllText(Path.Combine(folder.Output, "run.json")).Where(letter => !char.IsWhiteSpace(letter))));
        await Assert.ThrowsAsync<IOException>(() =>
            ParticipantInput.PrepareAsync(folder.Dataset, folder.Output, "torus", 30, new DateOnly(2026, 3, 1), CancellationToken.None));
    }

    public void Dispose() => folder.Dispose();
}
