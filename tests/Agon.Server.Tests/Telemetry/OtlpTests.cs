using System.Net;
using Agon.Server.Tests.World;
using Microsoft.Extensions.DependencyInjection;

namespace Agon.Server.Tests.Telemetry;

/// <summary>What a collector gets of a real submission, over the real protocol.</summary>
[Collection(nameof(OneServerAtATime))]
public sealed class OtlpTests
{
    // One process runs all tests, and its meters are everybody's: by this name this test's numbers are told apart.
    private const string Device = "otlp1";

    [Fact]
    public async Task A_submission_is_measured_and_traced_from_acceptance_to_record()
    {
        await using var collector = await Collector.StartAsync();
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync(gpus: ["OTLP1"]);
        var (user, cliId) = await world.AddUserAsync("Penthesilea");
        var server = await world.StartServerAsync(new Dictionary<string, string?>(TestWorld.Workers)
        {
            ["Devices:OTLP1:Slots"] = "3",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        });
        var accepted = await server.UploadAsync(cliId, "/submission/lcs/OTLP1/leaderboard");
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var id = accepted.Json.GetProperty("details").GetProperty("id").GetInt64();
        Assert.Equal(HttpStatusCode.BadRequest, (await server.UploadAsync(cliId, "/submission/lcs/OTLP1/leaderboard", code: "")).Status);

        await Eventually.IsAsync(() => Task.FromResult(Of(collector, "agon.job.attempt.duration").Any(point => point.Count == 2) && Of(collector, "agon.device.slots").Any(point => point.Value == 3)));
        await Eventually.IsAsync(() => Task.FromResult(collector.Spans.Count(span => span.Name == "job attempt" && span.Attributes["agon.device"] == Device) == 2));
        Assert.Equal(["agon"], collector.Services);
        AssertTrace(collector, id);
        AssertMetrics(collector);
        foreach (var secret in (string[])[cliId, user.Id, user.Name, $"{TestWorld.TestSeed}", "WHISPER", "x = 1"])
            Assert.DoesNotContain(secret, collector.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_traced_or_kept_where_no_collector_is_named()
    {
        await using var world = await TestWorld.CreateAsync();
        await world.AddBoardAsync();
        var (_, cliId) = await world.AddUserAsync();
        var server = await world.StartServerAsync();
        Assert.DoesNotContain(server.App.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>(), service => service is Server.Telemetry.OtlpExport or Server.Telemetry.LoadObserver);
        Assert.Equal(HttpStatusCode.Accepted, (await server.UploadAsync(cliId, "/submission/lcs/CPU/test")).Status);
    }

    [Fact]
    public async Task A_collectors_address_that_is_none_stops_the_start_and_is_named()
    {
        await using var world = await TestWorld.CreateAsync();
        var error = Assert.Throws<InvalidDataException>(() => AgonServer.Build(
            world.ServerSettings, TestWorld.Around(new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "collector:4318" })));
        Assert.StartsWith("OTEL_EXPORTER_OTLP_ENDPOINT is not", error.Message, StringComparison.Ordinal);
    }

    private static void AssertTrace(Collector collector, long id)
    {
        var spans = collector.Spans;
        var attempts = spans.Where(span => span.Name == "job attempt" && span.Attributes["agon.device"] == Device).ToList();
        Assert.Equal(["false", "true"], attempts.Select(span => span.Attributes["agon.secret"]).Order());
        var accept = Assert.Single(spans, span => span.Name == "accept submission" && span.Id == attempts[0].Parent);
        Assert.Equal($"{id}", accept.Attributes["agon.submission.id"]);
        foreach (var attempt in attempts)
        {
            Assert.Equal((accept.Trace, accept.Id, "succeeded", $"{id}"), (attempt.Trace, attempt.Parent, attempt.Attributes["agon.outcome"], attempt.Attributes["agon.submission.id"]));
            var parts = spans.Where(span => span.Parent == attempt.Id).ToList();
            Assert.Equal(["claim", "phase test", "record", "runner"], parts.Select(span => span.Name).Order(StringComparer.Ordinal));
            Assert.All(parts, span => Assert.Equal(accept.Trace, span.Trace));
        }
    }

    private static void AssertMetrics(Collector collector)
    {
        var phase = Of(collector, "agon.phase.duration")[^1];
        Assert.Equal(("s", 2, 1.0, "test", "true"), (phase.Unit, phase.Count, phase.Value, phase.Attributes["agon.phase"], phase.Attributes["agon.passed"]));
        var attempt = Of(collector, "agon.job.attempt.duration")[^1];
        Assert.Equal(("s", 2, "succeeded"), (attempt.Unit, attempt.Count, attempt.Attributes["agon.outcome"]));
        Assert.Equal(2, Of(collector, "agon.job.wait.duration")[^1].Count);
        var accepted = Of(collector, "agon.submission.accepted")[^1];
        Assert.Equal(("{submission}", 1.0, "leaderboard"), (accepted.Unit, accepted.Value, accepted.Attributes["agon.mode"]));
        Assert.Contains(collector.Points, point => point.Name == "agon.submission.refused" && point.Attributes["http.response.status_code"] == "400");
        Assert.Equal(("{slot}", 3.0), (Of(collector, "agon.device.slots")[^1].Unit, Of(collector, "agon.device.slots")[^1].Value));
        Assert.Contains(collector.Points, point => point.Name == "agon.stream.open" && point.Unit == "{stream}");
        Assert.Contains(collector.Points, point => point.Name == "http.server.request.duration" && point.Unit == "s" && point.Attributes["http.route"] == "/submission/{leaderboard}/{gpu}/{mode}" && point.Attributes["http.response.status_code"] == "202");
        foreach (var name in (string[])["agon.queue.jobs", "agon.queue.age", "agon.device.slots.used"])
            Assert.NotEmpty(Of(collector, name));
    }

    private static List<Point> Of(Collector collector, string name) =>
        [.. collector.Points.Where(point => point.Name == name && point.Attributes.GetValueOrDefault("agon.device") == Device)];
}

/// <summary>Alone: the SDK takes the meters of all servers of a process for one, and forgets it as soon as one of them ends.</summary>
[CollectionDefinition(nameof(OneServerAtATime), DisableParallelization = true)]
public sealed class OneServerAtATime;
