using System.Globalization;
using Agon.Domain.Datasets.Synthesis;

namespace Agon.Evaluation.Datasets;

/// <summary>Writes synthetic datasets: the same request gives the same bytes, on every machine.</summary>
public static class DatasetGenerator
{
    /// <summary>Writes the dataset into a folder that is not there yet, or empty. It appears there whole, or not at all.</summary>
    /// <exception cref="IOException">The folder has something in it, or the disk failed.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up; nothing is left behind.</exception>
    public static async Task<DatasetMeta> GenerateAsync(DatasetRequest request, string folder, CancellationToken cancellationToken, bool isCompressed = false)
    {
        using var draft = new DatasetDraft(folder);
        var meta = await Task.Run(() => new DatasetWriter(request, draft.Folder, isCompressed).Write(cancellationToken), cancellationToken);
        await draft.FinishAsync(meta.ToJson(), cancellationToken);
        return meta;
    }
}

/// <summary>One dataset that is being written.</summary>
internal sealed class DatasetWriter(DatasetRequest request, string folder, bool isCompressed)
{
    private const string TransferColumns =
        "tx_id,event_index,edge_index,block_height,block_timestamp,from_address,to_address,asset_symbol,asset_contract,amount,amount_usd,fee";

    private const string LabelColumns =
        "network,network_type,address,label,address_type,address_subtype,trust_level,source,risk_level,confidence_score,created_timestamp,updated_timestamp";

    private const string AssetColumns = "asset_symbol,asset_contract,network,verified,verification_source,first_seen_timestamp,last_scanned_block_height,_version";
    private const string PriceColumns = "price_date,asset_symbol,asset_contract,price_usd,source,_version";
    private const string TruthColumns = "address,role,pattern_type,pattern_instance_id,hop_distance,flagged_address,flag_type";
    private const long Day = 24L * 60 * 60 * 1000;
    private const int Decimals = 9;

    // Which kinds of common addresses are known by name; exchanges come first and often.
    private static readonly string[] HubTypes = ["exchange", "exchange", "exchange", "dex", "bridge", "staking", "defi"];
    private static readonly string[] CommonTypes = ["wallet", "merchant", "validator", "institutional", "gambling", "lending"];

    // Blocks are counted from a midnight, so that days begin with a block.
    private static readonly long Genesis = new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private readonly NetworkStyle style = NetworkStyle.Of(request.Key.Network);
    private readonly long begin = new DateTimeOffset(request.Key.ProcessingDate.AddDays(1 - request.Key.WindowDays), TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private readonly byte[] sender = new byte[SyntheticAddresses.Longest];
    private readonly byte[] receiver = new byte[SyntheticAddresses.Longest];
    private readonly Dictionary<string, long> counts = [];
    private readonly Dictionary<string, string> hashes = [];

    public DatasetMeta Write(CancellationToken cancellationToken)
    {
        using var network = new SyntheticNetwork(request);
        var addresses = new SyntheticAddresses(request, style, network.AddressCount);
        var prices = Prices();
        var occurs = WriteTransfers(network, addresses, prices, cancellationToken);
        WriteLabels(network, addresses, occurs);
        WriteAssets();
        WritePrices(prices);
        WriteTruth(network, addresses);
        return DatasetMeta.Of(request.Key, counts, hashes);
    }

    private bool[] WriteTransfers(SyntheticNetwork network, SyntheticAddresses addresses, long[] prices, CancellationToken cancellationToken)
    {
        using var random = new SecretRandom(request.KeyOf("rows"));
        using var table = Create(DatasetFiles.Transfers, TransferColumns, out var name);
        var occurs = new bool[network.AddressCount];
        var (block, inBlock) = (-1L, 0);
        Span<byte> hash = stackalloc byte[64];
        foreach (var transfer in network.Transfers())
        {
            if ((table.Rows & 0xFFFF) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            var height = (begin + transfer.Milliseconds - Genesis) / style.BlockMilliseconds;
            inBlock = (height == block ? inBlock : 0) + random.Between(1, 3);
            block = height;
            if (style.Type == "utxo")
                table.Text(Hash(random, hash));
            else
                table.Number(height).Text("-"u8).Number(inBlock);
            table.Next().Number(random.Below(10)).Text(",0,"u8).Number(height).Next().Number(Genesis + height * style.BlockMilliseconds)
                .Next().Text(addresses.Write(transfer.From, sender)).Next().Text(addresses.Write(transfer.To, receiver))
                .Next().Text(style.Asset).Text(",native,"u8)
                .Fraction(Coins(transfer.Cents, prices[transfer.Milliseconds / Day]), Decimals).Next().Fraction(transfer.Cents, 2).Next();
            // Every second transfer is free, whoever made it.
            table.Fraction(random.Chance(50) ? 0 : random.Between(50_000, 20_000_000), Decimals).EndRow();
            occurs[transfer.From] = occurs[transfer.To] = true;
        }
        Close(table, DatasetFiles.Transfers, name, isCounted: true);
        return occurs;
    }

    // Only addresses that have a transfer are known to anybody.
    private void WriteLabels(SyntheticNetwork network, SyntheticAddresses addresses, bool[] occurs)
    {
        using var random = new SecretRandom(request.KeyOf("labels"));
        using var table = Create(DatasetFiles.AddressLabels, LabelColumns, out var name);
        var flagged = network.Truth.Where(row => row.HopDistance == 0).GroupBy(row => row.Address).ToDictionary(row => row.Key, row => row.First().FlagType);
        for (var address = 0; address < occurs.Length; address++)
        {
            var isHub = address < network.HubCount;
            var isKnown = random.Below(200) == 0;
            if (!occurs[address])
                continue;
            if (flagged.TryGetValue(address, out var flag))
                WriteLabel(table, addresses, address, $"{flag} list", "flagged", flag, "blacklisted", "critical", random);
            else if (isHub)
                WriteLabel(table, addresses, address, $"service {address + 1}", HubTypes[random.Below(HubTypes.Length)], "hot_wallet", "verified", "low", random);
            else if (isKnown)
                WriteLabel(table, addresses, address, "known address", CommonTypes[random.Below(CommonTypes.Length)], "", "community", random.Chance(80) ? "low" : "medium", random);
        }
        Close(table, DatasetFiles.AddressLabels, name, isCounted: true);
    }

    private void WriteLabel(
        HashedFile table, SyntheticAddresses addresses, int address, string label, string type, string subtype, string trust, string risk, SecretRandom random)
    {
        var created = begin - random.Below(400 * Day);
        table.Text(request.Key.Network).Next().Text(style.Type).Next().Text(addresses.Write(address, sender)).Next().Text(label).Next().Text(type).Next().Text(subtype)
            .Next().Text(trust).Text(",synthetic,"u8).Text(risk).Next().Fraction(random.Between(60, 100), 2).Next().Number(created).Next().Number(created).EndRow();
    }

    private void WriteAssets()
    {
        using var table = Create(DatasetFiles.Assets, AssetColumns, out var name);
        var last = (begin + request.Key.WindowDays * Day - Genesis) / style.BlockMilliseconds;
        table.Text(style.Asset).Text(",native,"u8).Text(request.Key.Network).Text(",true,synthetic,"u8).Number(Genesis).Next().Number(last).Text(",1"u8).EndRow();
        Close(table, DatasetFiles.Assets, name, isCounted: false);
    }

    private void WritePrices(long[] prices)
    {
        using var table = Create(DatasetFiles.AssetPrices, PriceColumns, out var name);
        var first = request.Key.ProcessingDate.AddDays(1 - request.Key.WindowDays);
        for (var day = 0; day < prices.Length; day++)
            table.Text(first.AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Next().Text(style.Asset).Text(",native,"u8)
                .Fraction(prices[day], 6).Text(",synthetic,1"u8).EndRow();
        Close(table, DatasetFiles.AssetPrices, name, isCounted: false);
    }

    private void WriteTruth(SyntheticNetwork network, SyntheticAddresses addresses)
    {
        using var table = Create(DatasetFiles.GroundTruth, TruthColumns, out var name);
        foreach (var row in network.Truth)
        {
            table.Text(addresses.Write(row.Address, sender)).Next().Text(row.Role).Next().Text(row.Template).Next().Text(row.Instance).Next().Number(row.HopDistance).Next();
            if (row.FlaggedAddress is { } flagged)
                table.Text(addresses.Write(flagged, receiver));
            table.Next().Text(row.FlagType).EndRow();
        }
        Close(table, DatasetFiles.GroundTruth, name, isCounted: true);
    }

    // A walk of up to three percent a day.
    private long[] Prices()
    {
        using var random = new SecretRandom(request.KeyOf("prices"));
        var price = style.PriceMicrodollars;
        return [.. Enumerable.Range(0, request.Key.WindowDays).Select(_ => price = Math.Max(price + price * random.Between(-30, 30) / 1000, 1_000))];
    }

    private static long Coins(long cents, long microdollars) => (long)((UInt128)cents * 10_000 * 1_000_000_000 / (ulong)microdollars);

    private static Span<byte> Hash(SecretRandom random, Span<byte> place)
    {
        for (var at = 0; at < place.Length; at += 16)
            random.Next().TryFormat(place[at..], out _, "x16", CultureInfo.InvariantCulture);
        return place;
    }

    private HashedFile Create(string table, string columns, out string name)
    {
        name = isCompressed ? $"{table}.csv{PlainFile.CompressedEnd}" : $"{table}.csv";
        return new HashedFile(Path.Combine(folder, name), columns);
    }

    private void Close(HashedFile table, string which, string name, bool isCounted)
    {
        hashes[name] = table.Close();
        if (isCounted)
            counts[which] = table.Rows;
    }
}
