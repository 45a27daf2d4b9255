using Agon.Domain.Datasets;
using Agon.Domain.Tournaments;
using Agon.Evaluation.Datasets;
using static Agon.Fuzz.Readers.AllReaders;

namespace Agon.Fuzz.Readers;

/// <summary>What reads datasets and participants' outputs.</summary>
internal static class DatasetReaders
{
    private const string Transfers = "tx_id,event_index,edge_index,block_height,block_timestamp,from_address,to_address,asset_symbol,asset_contract,amount,amount_usd,fee\n"
        + "1-1,0,0,1,1000,a,b,TOR,native,1,1,0\n2-1,0,0,2,2000,\"b\",c,TOR,native,1,1,0\n3-1,0,0,3,3000,c,a,TOR,native,1,1,0\n";

    private const string Truth = "address,role,pattern_type,pattern_instance_id,hop_distance,flagged_address,flag_type\n"
        + "a,cycle_node,Cycle,ring,-1,,\nb,cycle_node,Cycle,ring,-1,,\nc,noise,proximity_risk,near,2,a,mixer\n";

    private const string Patterns = """
        {"pattern_id":"1","pattern_type":"cycle","addresses":["a","b","c"],"transactions":[{"from_address":"a","to_address":"b","tx_id":"1-1"}],"confidence":0.5}
        {"pattern_id":"2","pattern_type":"layering_path","addresses_involved":["a","\u0062"],"confidence_score":1,"evidence":{"path_addresses":["b","a"],"x":[1]},"severity":"low"}
        """;

    private const string Features = "address,window_days,processing_date,degree_in,degree_out\na,30,2026-03-01,1,1\n\"b\",30,2026-03-01,1,1\n";
    private const string Scores = "address,risk_score,model_version\na,0.5,1\nb,1e-3,1\n";

    public static IEnumerable<Target> In(ScratchFolder scratch)
    {
        var judged = scratch.Of("dataset");
        File.WriteAllText(Path.Combine(judged, "transfers.csv"), Transfers);
        File.WriteAllText(Path.Combine(judged, "ground_truth.csv"), Truth);
        var dataset = Dataset.Read(judged, CancellationToken.None);
        var withPatterns = scratch.Of("features");
        File.WriteAllText(Path.Combine(withPatterns, "patterns.jsonl"), Patterns);

        yield return Output(dataset, "patterns of an output", scratch.Of("patterns"), "patterns.jsonl", Patterns, ImageType.Analytics);
        yield return Output(dataset, "features of an output", withPatterns, "features.csv", Features, ImageType.Analytics);
        yield return Output(dataset, "risk scores of an output", scratch.Of("risk"), "risk_scores.csv", Scores, ImageType.Ml);
        yield return Table(scratch.Of("transfers"), "transfers.csv", Transfers);
        var truth = scratch.Of("truth");
        File.WriteAllText(Path.Combine(truth, "transfers.csv"), Transfers);
        yield return Table(truth, "ground_truth.csv", Truth);
        var meta = DatasetMeta.Of(
            new DatasetKey("torus", new DateOnly(2026, 3, 1), 30), new Dictionary<string, long> { ["transfers"] = 3 }, DatasetFiles.Tables.ToDictionary(table => $"{table}.csv", _ => new string('0', 64)));
        yield return Target.Reader<DatasetFileException>("dataset's META.json", [meta.ToJson()], bytes => _ = DatasetMeta.Parse(bytes));
    }

    private static Target Output(Dataset dataset, string name, string folder, string file, string valid, ImageType type) => Target.Reader(name, Texts(valid), bytes =>
    {
        File.WriteAllBytes(Path.Combine(folder, file), bytes);
        var verdict = OutputJudge.Judge(dataset, folder, type, new OutputLimits(), CancellationToken.None);
        FuzzFaultException.Unless(
            verdict.Error is null ? verdict.Patterns is not null || verdict.Risk is not null : verdict is { Risk: null, Report: null or { Found: 0 }, DataCorrectnessPassed: false },
            "an output that can be read has figures, and of a malformed one nothing counts");
        FuzzFaultException.Unless(verdict.Error != "", "the refusal says nothing");
        return verdict.Error is null;
    });

    private static Target Table(string folder, string file, string valid) => Target.Reader<DatasetFileException>($"dataset's {file}", Texts(valid), bytes =>
    {
        File.WriteAllBytes(Path.Combine(folder, file), bytes);
        _ = Dataset.Read(folder, CancellationToken.None);
    });
}
