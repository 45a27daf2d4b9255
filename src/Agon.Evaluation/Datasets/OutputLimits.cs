namespace Agon.Evaluation.Datasets;

/// <summary>How much of a participant's output is read; more of anything makes it malformed.</summary>
public sealed record OutputLimits
{
    /// <summary>Bytes of one file, unpacked. Default 1 GiB.</summary>
    public long FileBytes { get; init; } = 1L << 30;

    /// <summary>Bytes of one line of patterns. Default 16 MiB.</summary>
    public int LineBytes { get; init; } = 16 << 20;

    /// <summary>Files that the patterns are split into. Default 64.</summary>
    public int PatternFiles { get; init; } = 64;

    /// <summary>Patterns of all files. Default a million.</summary>
    public int Patterns { get; init; } = 1_000_000;

    /// <summary>Addresses of all patterns, and as many transfers. Default 20 million.</summary>
    public int PatternAddresses { get; init; } = 20_000_000;

    /// <summary>Different addresses that the dataset does not have. Default 100,000; one is wrong already.</summary>
    public int Strangers { get; init; } = 100_000;

    /// <summary>Bytes of an address or an id. Default 256.</summary>
    public int NameBytes { get; init; } = 256;
}
