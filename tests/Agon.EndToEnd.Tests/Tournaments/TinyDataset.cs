using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Agon.Domain.Datasets;
using Agon.Evaluation.Datasets;

namespace Agon.EndToEnd.Tests.Tournaments;

/// <summary>Datasets of 65 transfers with one planted cycle, c0 to c4, and participants of a line or two.</summary>
internal static class TinyDataset
{
    /// <summary>What finds the cycle.</summary>
    public const string Finds = """echo '{"pattern_id": "p1", "pattern_type": "cycle", "addresses": ["c0", "c1", "c2", "c3", "c4"]}' > "$OUTPUT_PATH/patterns.jsonl" """;

    /// <summary>What finds nothing, which is no mistake.</summary>
    public const string FindsNothing = """: > "$OUTPUT_PATH/patterns.jsonl" """;

    public static void Write(string root, DateOnly first, int days, string[] networks, int[] windows)
    {
        foreach (var key in from day in Enumerable.Range(0, days)
                            from network in networks
                            from window in windows
                            select new DatasetKey(network, first.AddDays(day), window))
            Write(Path.Combine(root, key.Place), key);
    }

    private static void Write(string folder, DatasetKey key)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "transfers.csv"), Transfers());
        File.WriteAllText(Path.Combine(folder, "address_labels.csv"), "address,label,address_type,trust_level,source,confidence_score\n");
        File.WriteAllText(Path.Combine(folder, "assets.csv"), "asset_symbol,asset_contract,decimals\n");
        File.WriteAllText(Path.Combine(folder, "asset_prices.csv"), "asset_symbol,asset_contract,price_date,price_usd\n");
        File.WriteAllText(Path.Combine(folder, "ground_truth.csv"),
            "address,role,pattern_type,pattern_instance_id,hop_distance\n" + string.Concat(Enumerable.Range(0, 5).Select(n => $"c{n},cycle_participant,cycle,cycle_1,{n}\n")));
        var counts = new Dictionary<string, long> { ["transfers"] = 65, ["address_labels"] = 0, ["ground_truth"] = 5 };
        var hashes = Directory.EnumerateFiles(folder, "*.csv").ToDictionary(path => Path.GetFileName(path), path => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
        File.WriteAllBytes(Path.Combine(folder, "META.json"), DatasetMeta.Of(key, counts, hashes).ToJson());
    }

    /// <summary>A folder with that run.sh.</summary>
    public static string Participant(string root, string name, string script)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "run.sh"), script + "\n");
        return folder;
    }

    private static string Transfers()
    {
        var text = new StringBuilder("block_height,block_timestamp,tx_id,event_index,from_address,to_address,asset_symbol,asset_contract,amount,amount_usd,fee\n");
        for (var n = 0; n < 60; n++)
            text.Append(CultureInfo.InvariantCulture, $"{n},{1_700_000_000_000 + n},t{n},0,a{n % 9},a{(n * 7 + 1) % 9},TOR,native,{n + 1}.5,{n + 1}.5,0.01\n");
        for (var n = 0; n < 5; n++)
            text.Append(CultureInfo.InvariantCulture, $"{60 + n},{1_700_000_001_000 + n},c{n},0,c{n},c{(n + 1) % 5},TOR,native,100.5,100.5,0.01\n");
        return text.ToString();
    }
}
