using Agon.Server.Tests.Telemetry;

namespace Agon.EndToEnd.Tests;

/// <summary>What a collector gets of one submission that a server takes in and a worker runs.</summary>
public sealed class TelemetryTests
{
    private const string ServiceName = "contests-of-ada";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public Task On_Sqlite_a_trace_goes_on_from_the_server_into_the_worker() => TraceAsync(postgres: false);

    [PostgresFact]
    public Task On_Postgres_a_trace_goes_on_from_the_server_into_the_worker() => TraceAsync(postgres: true);

    private static async Task TraceAsync(bool postgres)
    {
        await using var collector = await Collector.StartAsync();
        await using var world = await TestWorld.CreateAsync(postgres);
        var export = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            // Both under one name: their ids tell them apart.
            ["OTEL_SERVICE_NAME"] = ServiceName,
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        };
        await using var server = await world.ServeAsync(settings: new Dictionary<string, string?>(export) { ["AGON__Jobs__MinWorkers"] = "0", ["AGON__Jobs__MaxWorkers"] = "0" });
        await using var worker = RunningWorker.Start(world, "elsewhere", TimeSpan.FromMinutes(1), export);
        var participant = new Participant(await world.AddUserAsync("ada"));
        var id = (await participant.SubmitAsync(server.Client, "def twice(number):\n    return number + number\n", "test"))!.Value;
        var view = await participant.UntilDoneAsync(server.Client, id, Limit);
        Assert.Equal("succeeded", view.GetProperty("job").GetProperty("status").GetString());

        // An attempt's own span comes after those of its parts; a gauge shows what was seen of the queue up to five seconds before.
        await Eventually.TrueAsync(
            () => Task.FromResult(collector.Spans.Any(span => span.Name == "accept submission") && collector.Spans.Any(span => span.Name == "job attempt")
                && Senders(collector, "agon.phase.duration").Any() && Senders(collector, "agon.submission.accepted").Any() && Senders(collector, "agon.queue.jobs").Count() == 2),
            Limit,
            () => $"came: {string.Join(", ", collector.Spans.Select(span => span.Name).Concat(collector.Points.Select(point => point.Name)).Distinct())}\n{server.Log}\n{worker.Log}");
        var accept = Assert.Single(collector.Spans, span => span.Name == "accept submission");
        var attempt = Assert.Single(collector.Spans, span => span.Name == "job attempt");
        Assert.Equal(($"{id}", $"{id}"), (accept.Attributes["agon.submission.id"], attempt.Attributes["agon.submission.id"]));
        Assert.Equal((accept.Trace, accept.Id), (attempt.Trace, attempt.Parent));
        Assert.Equal([ServiceName], collector.Services);
        Assert.Distinct([accept.Instance, attempt.Instance, ""]);
        var parts = collector.Spans.Where(span => span.Parent == attempt.Id).ToList();
        Assert.Equal(["claim", "phase test", "record", "runner"], parts.Select(span => span.Name).Order(StringComparer.Ordinal));
        Assert.All(parts, span => Assert.Equal((accept.Trace, attempt.Instance), (span.Trace, span.Instance)));
        Assert.Equal([accept.Instance], Senders(collector, "agon.submission.accepted"));
        Assert.Equal([attempt.Instance], Senders(collector, "agon.phase.duration"));
        Assert.Equal(new[] { accept.Instance, attempt.Instance }.Order(), Senders(collector, "agon.queue.jobs").Order());
    }

    private static IEnumerable<string> Senders(Collector collector, string metric) =>
        collector.Points.Where(point => point.Name == metric).Select(point => point.Instance).Distinct();
}
