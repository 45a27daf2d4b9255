using System.Threading.RateLimiting;
using Agon.Server.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Agon.Server.Limits;

/// <summary>
/// What a request meets before anything else is done for it: 1. its caller's own rate, 2. the turn in which it is worked on. One
/// that brings a file takes its turn when the file is here.
/// </summary>
internal sealed class RequestLimiter(Callers callers, Turns turns, IOptions<LimitOptions> options, TimeProvider clock) : PartitionedRateLimiter<HttpContext>
{
    // Who is told at once asks again at once: then it is the processors that one caller takes from everybody, by thousands of refusals
    // a second. What waits here is one request of a connection, and Limits:Connections bounds those.
    private static readonly TimeSpan BeforeNo = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<string> rates = PartitionedRateLimiter.Create<string, string>(
        caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.Value.RequestsAtOnce,
            TokensPerPeriod = options.Value.RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        }),
        StringComparer.Ordinal);

    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => rates.GetStatistics(callers.Of(resource));

    // Always asked first; then nothing may have been counted yet.
    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount) => RequestLease.NotYet;

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(HttpContext resource, int permitCount, CancellationToken cancellationToken)
    {
        if (resource.Request.Path.StartsWithSegments(HealthApi.Path))
            return RequestLease.Granted;
        using var lease = rates.AttemptAcquire(callers.Of(resource));
        if (!lease.IsAcquired)
        {
            await Task.Delay(BeforeNo, clock, cancellationToken);
            return RequestLease.Refused(TooFast(lease));
        }
        var waitsForFile = resource.GetEndpoint()?.Metadata.GetMetadata<TakesFile>() is not null;
        return waitsForFile || await turns.TakeAsync(resource) ? RequestLease.Granted : RequestLease.Refused(Turns.Full);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await rates.DisposeAsync();
        await base.DisposeAsyncCore();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            rates.Dispose();
        base.Dispose(disposing);
    }

    private Refusal TooFast(RateLimitLease lease)
    {
        var seconds = lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;
        return new Refusal(StatusCodes.Status429TooManyRequests,
            $"you sent more than {options.Value.RequestsAtOnce} requests at once, or {options.Value.RequestsPerSecond} a second; go on in {seconds} s")
        {
            RetryAfterSeconds = seconds,
        };
    }
}

/// <summary>Whether a request may go on; if not, what its client hears.</summary>
internal sealed class RequestLease(bool granted, Refusal? refusal) : RateLimitLease
{
    public static RequestLease NotYet { get; } = new(false, null);

    public static RequestLease Granted { get; } = new(true, null);

    public static RequestLease Refused(Refusal refusal) => new(false, refusal);

    public override bool IsAcquired => granted;

    public Refusal? Refusal => refusal;

    public override IEnumerable<string> MetadataNames => [];

    public override bool TryGetMetadata(string metadataName, out object? metadata)
    {
        metadata = null;
        return false;
    }
}
