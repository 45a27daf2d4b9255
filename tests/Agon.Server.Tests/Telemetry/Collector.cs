using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Agon.Server.Tests.Telemetry;

/// <summary>A small collector: takes OTLP over HTTP, and keeps what it was sent.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<byte[]> traces = new();
    private readonly ConcurrentQueue<byte[]> metrics = new();

    private Collector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.UseRouting();
        app.MapPost("/v1/traces", http => KeepAsync(http, traces));
        app.MapPost("/v1/metrics", http => KeepAsync(http, metrics));
    }

    public string Url => app.Urls.Single();

    /// <summary>Every byte that came, as text.</summary>
    public string Everything => string.Concat(traces.Concat(metrics).Select(Encoding.Latin1.GetString));

    /// <summary>What the senders of spans call themselves.</summary>
    public IEnumerable<string> Services => traces.SelectMany(request => Protobuf.Read(request)).Select(Service).Distinct();

    public IReadOnlyList<Span> Spans =>
    [
        .. from request in traces
           from resource in Protobuf.Read(request)
           from scope in resource.All(2)
           from span in scope.All(2)
           select new Span(span.One(5)!.Text, span.One(1)!.Hex, span.One(2)!.Hex, span.One(4)?.Hex ?? "", Attributes(span.All(9)), Instance(resource)),
    ];

    /// <summary>Each point that ever came; numbers that only grow come again and again.</summary>
    public IReadOnlyList<Point> Points =>
    [
        .. from request in metrics
           from resource in Protobuf.Read(request)
           from scope in resource.All(2)
           from metric in scope.All(2)
           from kind in (int[])[5, 7, 9]
           from data in metric.All(kind)
           from point in data.All(1)
           select new Point(metric.One(1)!.Text, metric.One(3)?.Text ?? "", Attributes(point.All(kind == 9 ? 9 : 7)),
               Count: kind == 9 ? (long)point.One(4)!.Bits : 0,
               Value: kind == 9 ? point.One(5)!.Double : point.One(4) is { } real ? real.Double : (long)point.One(6)!.Bits,
               Instance: Instance(resource)),
    ];

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector.app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task KeepAsync(HttpContext http, ConcurrentQueue<byte[]> to)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        to.Enqueue(body.ToArray());
    }

    // Which process sent it.
    private static string Instance(Field resource) => Attributes(resource.One(1)!.All(1)).GetValueOrDefault("service.instance.id", "");

    private static string Service(Field resource) => Attributes(resource.One(1)!.All(1)).GetValueOrDefault("service.name", "");

    private static SortedDictionary<string, string> Attributes(IEnumerable<Field> pairs)
    {
        var attributes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            // A value that is the default of its type, such as false, is there all the same: it is one of several.
            var value = Protobuf.Read(pair.One(2)!.Bytes).Single();
            attributes[pair.One(1)!.Text] = value.Number switch { 1 => value.Text, 2 => value.Bits == 1 ? "true" : "false", _ => $"{value.Bits}" };
        }
        return attributes;
    }
}

internal sealed record Span(string Name, string Trace, string Id, string Parent, IReadOnlyDictionary<string, string> Attributes, string Instance);

internal sealed record Point(string Name, string Unit, IReadOnlyDictionary<string, string> Attributes, long Count, double Value, string Instance);
