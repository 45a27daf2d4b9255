using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Agon.Server.Limits;

/// <summary>Where the limits are put up.</summary>
internal static class LimitServices
{
    public static void AddLimits(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateDataAnnotations();
        services.AddSingleton<Callers>().AddSingleton<Turns>().AddSingleton<RequestLimiter>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<RequestLimiter>((middleware, limiter) =>
        {
            middleware.GlobalLimiter = limiter;
            middleware.OnRejected = static (rejected, _) =>
                new ValueTask(((RequestLease)rejected.Lease).Refusal!.ExecuteAsync(rejected.HttpContext));
        });
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitOptions>>((kestrel, limits) => Bound(kestrel.Limits, limits.Value));
        services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<LimitOptions>>((forwarded, limits) =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
            foreach (var proxy in limits.Value.Proxies)
                forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        });
    }

    /// <summary>Refuses, with one sentence, what is too much.</summary>
    public static void UseLimits(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseRateLimiter();
    }

    // Every route but the upload has a small body or none.
    private static void Bound(KestrelServerLimits kestrel, LimitOptions limits)
    {
        kestrel.MaxRequestBodySize = limits.BodyBytes;
        kestrel.MaxRequestLineSize = limits.LineBytes;
        kestrel.MaxRequestHeaderCount = limits.Headers;
        kestrel.MaxRequestHeadersTotalSize = limits.HeaderBytes;
        kestrel.RequestHeadersTimeout = limits.HeadersWithin;
        kestrel.MaxConcurrentConnections = limits.Connections;
        kestrel.MinRequestBodyDataRate = new MinDataRate(limits.SlowestSender, limits.SlowAtMost);
        kestrel.MinResponseDataRate = new MinDataRate(limits.SlowestReader, limits.SlowAtMost);
    }
}
