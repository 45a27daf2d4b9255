using System.Net;
using Agon.Domain.Datasets;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;

namespace Agon.Evaluation.Datasets;

/// <summary>Where a bucket of S3, or of anything that speaks like it, is; as SYNTHETICS_S3_* name it (contract 1.8).</summary>
public sealed record S3Settings
{
    /// <summary>The server's address; null is Amazon's own.</summary>
    public string? Endpoint { get; init; }
    public required string Bucket { get; init; }
    public required string AccessKey { get; init; }
    public required string SecretKey { get; init; }
    public string Region { get; init; } = "us-east-1";

    /// <summary>Names the bucket; where it is not set there is none.</summary>
    public const string BucketVariable = "SYNTHETICS_S3_BUCKET";

    private const string EndpointVariable = "SYNTHETICS_S3_ENDPOINT";
    private const string AccessKeyVariable = "SYNTHETICS_S3_ACCESS_KEY";
    private const string SecretKeyVariable = "SYNTHETICS_S3_SECRET_KEY";
    private const string RegionVariable = "SYNTHETICS_S3_REGION";

    /// <summary>What <see cref="Of"/> reads.</summary>
    public static readonly IReadOnlyList<string> Variables = [BucketVariable, EndpointVariable, AccessKeyVariable, SecretKeyVariable, RegionVariable];

    /// <summary>Reads SYNTHETICS_S3_ENDPOINT, _BUCKET, _ACCESS_KEY, _SECRET_KEY and _REGION.</summary>
    /// <exception cref="FormatException">One that is needed is not set; the message names it.</exception>
    public static S3Settings Of(Func<string, string?> variable)
    {
        return new S3Settings
        {
            Endpoint = variable(EndpointVariable),
            Bucket = Needed(BucketVariable),
            AccessKey = Needed(AccessKeyVariable),
            SecretKey = Needed(SecretKeyVariable),
            Region = variable(RegionVariable) ?? "us-east-1",
        };

        string Needed(string name) => variable(name) is { Length: > 0 } value ? value : throw new FormatException($"{name} is not set; S3 cannot be reached without it");
    }
}

/// <summary>A bucket: snapshots/NETWORK/DATE/WINDOW/ in it (S103). Each object carries its sha256, so that a publication that was cut off goes on where it was.</summary>
public sealed class S3Place : DatasetPlace
{
    private const string Root = "snapshots/";
    private const string Hash = "sha256";

    private readonly string bucket;
    private readonly AmazonS3Client client;

    public S3Place(S3Settings settings)
    {
        bucket = settings.Bucket;
        var config = new AmazonS3Config { AuthenticationRegion = settings.Region, Timeout = TimeSpan.FromSeconds(60), MaxErrorRetry = 2 };
        if (settings.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint;
            // A server that is not Amazon's has no name of its own for each bucket.
            config.ForcePathStyle = true;
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region);
        }
        client = new AmazonS3Client(new BasicAWSCredentials(settings.AccessKey, settings.SecretKey), config);
    }

    public override Task<IReadOnlyList<DatasetKey>> ListAsync(CancellationToken cancellationToken) => AskAsync<IReadOnlyList<DatasetKey>>("listed", async () =>
    {
        var keys = new List<DatasetKey>();
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = Root };
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request, cancellationToken);
            foreach (var one in page.S3Objects ?? [])
                if (one.Key.EndsWith($"/{DatasetFiles.Meta}", StringComparison.Ordinal) && DatasetKey.Parse(one.Key[Root.Length..^(DatasetFiles.Meta.Length + 1)]) is { } key)
                    keys.Add(key);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        return [.. keys.OrderBy(key => key.Place, StringComparer.Ordinal)];
    });

    internal override Task<Stream?> TryOpenAsync(DatasetKey key, string name, long offset, CancellationToken cancellationToken) => AskAsync("read", async () =>
    {
        var request = new GetObjectRequest { BucketName = bucket, Key = KeyOf(key, name) };
        if (offset > 0)
            request.ByteRange = new ByteRange(offset, long.MaxValue);
        try
        {
            return (Stream?)(await client.GetObjectAsync(request, cancellationToken)).ResponseStream;
        }
        catch (AmazonS3Exception error) when (error.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return null;
        }
    });

    internal override Task<bool> HasAsync(DatasetKey key, string name, string sha256, CancellationToken cancellationToken) => AskAsync("read", async () =>
    {
        try
        {
            var known = await client.GetObjectMetadataAsync(bucket, KeyOf(key, name), cancellationToken);
            return known.Metadata[Hash] == sha256;
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    });

    internal override Task PutAsync(DatasetKey key, string path, string sha256, CancellationToken cancellationToken) => AskAsync("written", async () =>
    {
        // In parts where it is large; an object appears when all of them are there.
        using var transfer = new TransferUtility(client);
        var request = new TransferUtilityUploadRequest { BucketName = bucket, Key = KeyOf(key, Path.GetFileName(path)), FilePath = path };
        request.Metadata.Add(Hash, sha256);
        await transfer.UploadAsync(request, cancellationToken);
        return true;
    });

    public override void Dispose() => client.Dispose();

    private async Task<T> AskAsync<T>(string what, Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception error) when (error is AmazonClientException or AmazonServiceException or HttpRequestException)
        {
            throw new DatasetPlaceException($"the bucket {bucket} at {client.Config.ServiceURL ?? client.Config.RegionEndpoint?.SystemName} could not be {what}: {error.Message}", error);
        }
    }

    private static string KeyOf(DatasetKey key, string name) => $"{Root}{key.Place}/{name}";
}
