using System.Collections;
using Agon.Server.Submissions;
using Agon.Storage.Jobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Agon.Server.Telemetry;

/// <summary>Measures and traces; sends them only where a collector is named by OpenTelemetry's own variables, or by the same names in agon.json.</summary>
internal static class TelemetryServices
{
    private const string Prefix = "OTEL_";
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    /// <exception cref="InvalidDataException">The collector's address is none.</exception>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Metrics>().AddSingleton<JobObservations>();
        if (!IsOn(builder.Configuration))
            return;
        builder.Services.AddHostedService<OtlpExport>();
        builder.Services.AddHostedService<LoadObserver>();
    }

    public static void MeasureStreams(this WebApplication app)
    {
        var services = app.Services;
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var streams = services.GetRequiredService<EventStreams>();
            services.GetRequiredService<Metrics>().CountStreams(() => streams.Taken);
        });
    }

    /// <summary>The variables, under their own names.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Variables() =>
        from DictionaryEntry variable in Environment.GetEnvironmentVariables()
        let name = (string)variable.Key
        where name.StartsWith(Prefix, StringComparison.Ordinal)
        select KeyValuePair.Create(name, (string?)variable.Value);

    private static bool IsOn(IConfiguration configuration)
    {
        if (string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase))
            return false;
        var named = Endpoints.Where(name => !string.IsNullOrWhiteSpace(configuration[name])).ToList();
        foreach (var name in named)
        {
            if (!Uri.TryCreate(configuration[name], UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new InvalidDataException($"{name} is not an address; it should read http://HOST:4318");
        }
        return named.Count > 0;
    }
}
