namespace Agon.Domain.Datasets.Synthesis;

/// <summary>How a network writes its transfers (contract section 5).</summary>
/// <param name="Type">substrate, evm or utxo.</param>
/// <param name="Asset">Symbol of its own coin.</param>
/// <param name="BlockMilliseconds">From block to block.</param>
/// <param name="PriceMicrodollars">Of one coin, about.</param>
public sealed record NetworkStyle(string Type, string Asset, int BlockMilliseconds, long PriceMicrodollars)
{
    private static readonly NetworkStyle Unknown = new("substrate", "UNIT", 6_000, 1_000_000);

    private static readonly Dictionary<string, NetworkStyle> Known = new(StringComparer.Ordinal)
    {
        ["torus"] = new("substrate", "TOR", 8_000, 180_000),
        ["bittensor"] = new("substrate", "TAO", 12_000, 340_000_000),
        ["polkadot"] = new("substrate", "DOT", 6_000, 3_900_000),
        ["bitcoin"] = new("utxo", "BTC", 600_000, 91_000_000_000),
    };

    /// <summary>That of a network of the contract, or a plain one for any other name.</summary>
    public static NetworkStyle Of(string network) => Known.GetValueOrDefault(network, Unknown);
}
