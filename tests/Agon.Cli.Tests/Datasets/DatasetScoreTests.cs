namespace Agon.Cli.Tests.Datasets;

public sealed class DatasetScoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public DatasetScoreTests()
    {
        folder.Write("data/transfers.csv", "tx_id,from_address,to_address\n1,a,b\n2,b,c\n3,c,a\n4,x,y\n");
        folder.Write("data/ground_truth.csv", """
            address,role,pattern_type,pattern_instance_id,hop_distance,flagged_address,flag_type
            a,cycle_node,cycle,ring,-1,,
            b,cycle_node,cycle,ring,-1,,
            c,cycle_node,cycle,ring,-1,,

            """);
    }

    private Task<CommandRun> ScoreAsync(params string[] arguments) =>
        CommandRun.Of(["dataset", "score", "--dataset", $"{folder.Path}/data", "--output", $"{folder.Path}/out", .. arguments]);

    [Fact]
    public async Task Patterns_are_scored_with_the_contracts_keys()
    {
        folder.Write("out/patterns.jsonl", """{"pattern_id":"1","pattern_type":"cycle","addresses":["a","b","c"],"confidence":1}""");
        var run = await ScoreAsync("--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            """
            {"expected":1,"found":1,"recall":1,"unguarded":{"found":1,"recall":1},"matched":["ring"],"missed":[],"precision":1,"all_addresses_exist":true,"all_connections_exist":true,"flow_traced":1,"novelty":{"reported":0,"validated":0},"data_correctness_passed":true}
            """,
            Assert.Single(run.OutputLines));
        Assert.Equal("recall      1.0000: 1 of 1 planted patterns found (1 without the guard against flooding)", (await ScoreAsync()).OutputLines[0]);
    }

    [Fact]
    public async Task Risk_scores_are_scored_with_the_contracts_keys()
    {
        folder.Write("out/risk_scores.csv", "address,risk_score,model_version\na,1,v\nb,1,v\nc,1,v\nx,0,v\ny,0,v\n");
        var run = await ScoreAsync("--image-type", "ml", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("""{"auc_roc":1,"precision_at_recall_80":1,"data_correctness_passed":true}""", Assert.Single(run.OutputLines));
    }

    [Fact]
    public async Task A_malformed_output_has_a_verdict_in_the_same_shape_and_says_why()
    {
        folder.Write("out/patterns.jsonl", "{}");
        var run = await ScoreAsync("--json");
        Assert.Equal((1, "agon: the output is malformed: patterns.jsonl line 1: pattern_id is missing\n"), (run.ExitCode, run.Error));
        Assert.Equal(
            """
            {"expected":1,"found":0,"recall":0,"unguarded":{"found":0,"recall":0},"matched":[],"missed":["ring"],"precision":0,"all_addresses_exist":false,"all_connections_exist":false,"flow_traced":0,"novelty":{"reported":0,"validated":0},"data_correctness_passed":false,"error":"patterns.jsonl line 1: pattern_id is missing"}
            """,
            Assert.Single(run.OutputLines));
        Assert.Equal(["correct     no: the output is malformed and counts nothing"], (await ScoreAsync()).OutputLines);
    }

    [Fact]
    public async Task Without_ground_truth_nothing_is_expected_and_the_rest_is_told()
    {
        File.Delete($"{folder.Path}/data/ground_truth.csv");
        folder.Write("out/patterns.jsonl", """{"pattern_id":"1","pattern_type":"cycle","addresses":["a","b","c"]}""");
        var run = await ScoreAsync("--json");
        Assert.StartsWith("""{"expected":0,"found":0,"recall":0,""", run.Output, StringComparison.Ordinal);
        Assert.Contains(""","flow_traced":1,"novelty":{"reported":1,"validated":1},"data_correctness_passed":true}""", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_that_is_none_is_told()
    {
        folder.Write("out/patterns.jsonl", "");
        File.Delete($"{folder.Path}/data/transfers.csv");
        var run = await ScoreAsync();
        Assert.Equal((1, $"agon: transfers.csv is missing in {folder.Path}/data\n"), (run.ExitCode, run.Error));
    }

    public void Dispose() => folder.Dispose();
}
