namespace Agon.EndToEnd.Tests.Tournaments;

/// <summary>Runs where AGON_S3 names the address of an S3 server, as scripts/start-s3 starts one; elsewhere it is left out, visibly.</summary>
internal sealed class S3FactAttribute : FactAttribute
{
    public S3FactAttribute() => Skip = Bucket["SYNTHETICS_S3_ENDPOINT"] is null ? "AGON_S3 names no S3 server; scripts/start-s3 starts one" : null;

    /// <summary>What an operator sets to use it.</summary>
    public static IReadOnlyDictionary<string, string?> Bucket { get; } = new Dictionary<string, string?>
    {
        ["SYNTHETICS_S3_ENDPOINT"] = System.Environment.GetEnvironmentVariable("AGON_S3") is { Length: > 0 } address ? address : null,
        ["SYNTHETICS_S3_BUCKET"] = "agon-datasets",
        ["SYNTHETICS_S3_ACCESS_KEY"] = "agon-key",
        ["SYNTHETICS_S3_SECRET_KEY"] = "agon-secret",
    };
}
