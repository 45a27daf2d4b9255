namespace Agon.Evaluation.Tests.Datasets;

/// <summary>A small dataset and an empty output folder, gone after the test.</summary>
internal sealed class DatasetFolder : IDisposable
{
    /// <summary>A ring a → b → c → a that is planted with its service s, and a path x → y → z that is not.</summary>
    private const string Transfers = """
        tx_id,event_index,edge_index,block_height,block_timestamp,from_address,to_address,asset_symbol,asset_contract,amount,amount_usd,fee
        1-1,0,0,1,1000,a,b,TOR,native,1,1,0
        2-1,0,0,2,2000,b,c,TOR,native,1,1,0
        3-1,0,0,3,3000,c,a,TOR,native,1,1,0
        4-1,0,0,4,4000,x,y,TOR,native,1,1,0
        5-1,0,0,5,5000,y,z,TOR,native,1,1,0
        6-1,0,0,6,6000,z,s,TOR,native,1,1,0

        """;

    private const string Truth = """
        address,role,pattern_type,pattern_instance_id,hop_distance,flagged_address,flag_type
        a,cycle_node,Cycle,ring,-1,,
        b,cycle_node,Cycle,ring,-1,,
        c,cycle_node,Cycle,ring,-1,,
        s,hot_wallet,Centralized Service,shop,-1,,

        """;

    private readonly string root = Directory.CreateTempSubdirectory("agon-dataset-").FullName;

    public DatasetFolder()
    {
        Directory.CreateDirectory(Dataset);
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Dataset, "transfers.csv"), Transfers);
        File.WriteAllText(Path.Combine(Dataset, "ground_truth.csv"), Truth);
        foreach (var table in (string[])["address_labels", "assets", "asset_prices"])
            File.WriteAllText(Path.Combine(Dataset, $"{table}.csv"), $"{table}\n");
        File.WriteAllText(Path.Combine(Dataset, "META.json"), "{}");
    }

    public string Dataset => Path.Combine(root, "dataset");

    public string Output => Path.Combine(root, "output");

    public string Outside(string name, string text)
    {
        var path = Path.Combine(root, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Output, name), text);

    public void Write(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(Output, name), bytes);

    public void Dispose() => Directory.Delete(root, recursive: true);
}
