using System.Diagnostics.Metrics;
using Agon.Domain.Submissions;
using Agon.Storage.Jobs;

namespace Agon.Server.Telemetry;

/// <summary>What this process measures of itself (docs/operations.md has the table). No user and no submission is named.</summary>
/// <remarks>Costs next to nothing while nobody listens.</remarks>
internal sealed class Metrics : IDisposable
{
    public const string MeterName = "Agon";

    private const string Device = "agon.device";

    // From a step of a small test to the longest ranked run.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800],
    };

    private readonly Meter meter = new(MeterName);
    private readonly TimeProvider clock;
    private readonly Counter<long> accepted;
    private readonly Counter<long> refused;
    private readonly Histogram<double> waited;
    private readonly Histogram<double> attempts;
    private readonly Histogram<double> phases;
    private IReadOnlyList<DeviceLoad> loads = [];
    private Func<int> openStreams = () => 0;

    public Metrics(TimeProvider clock)
    {
        this.clock = clock;
        accepted = meter.CreateCounter<long>("agon.submission.accepted", "{submission}", "Submissions that are in the database");
        refused = meter.CreateCounter<long>("agon.submission.refused", "{submission}", "Uploads that were read and refused");
        waited = meter.CreateHistogram("agon.job.wait.duration", "s", "From acceptance to the start of an attempt", null, Seconds);
        attempts = meter.CreateHistogram("agon.job.attempt.duration", "s", "From claim to record", null, Seconds);
        phases = meter.CreateHistogram("agon.phase.duration", "s", "One start of the harness", null, Seconds);
        meter.CreateObservableGauge("agon.queue.jobs", () => Each(load => load.Queued), "{job}", "Jobs that wait");
        meter.CreateObservableGauge("agon.queue.age", () => Each(AgeOf), "s", "How long the oldest of them has waited");
        meter.CreateObservableGauge("agon.device.slots", () => Each(load => load.Slots), "{slot}", "Slots that machines offer");
        meter.CreateObservableGauge("agon.device.slots.used", () => Each(load => load.Used), "{slot}", "Those that hold a job");
        meter.CreateObservableGauge("agon.stream.open", () => openStreams(), "{stream}", "Event streams that this server feeds");
    }

    /// <summary>Whether anybody wants to know how jobs fare.</summary>
    public bool Enabled => attempts.Enabled;

    public void Accepted(string device, SubmissionMode mode) =>
        accepted.Add(1, Of(device), new("agon.mode", mode.ToString().ToLowerInvariant()));

    public void Refused(int status) => refused.Add(1, new KeyValuePair<string, object?>("http.response.status_code", status));

    public void Waited(string device, TimeSpan time) => waited.Record(time.TotalSeconds, Of(device));

    /// <param name="device">Where.</param>
    /// <param name="outcome">succeeded, failed, timed_out or hacked with a report; broken, handed_back, deleted or lease_lost without.</param>
    /// <param name="time">From claim to record.</param>
    public void AttemptEnded(string device, string outcome, TimeSpan time) =>
        attempts.Record(time.TotalSeconds, Of(device), new("agon.outcome", outcome));

    public void PhaseEnded(string device, string phase, bool passed, double seconds) =>
        phases.Record(seconds, Of(device), new("agon.phase", phase), new("agon.passed", passed));

    /// <summary>What the gauges of queues and devices show from now on.</summary>
    public void See(IReadOnlyList<DeviceLoad> seen) => Volatile.Write(ref loads, seen);

    public void CountStreams(Func<int> open) => openStreams = open;

    public void Dispose() => meter.Dispose();

    private double AgeOf(DeviceLoad load) =>
        load.Oldest is { } oldest && clock.GetUtcNow() - oldest is { Ticks: > 0 } age ? age.TotalSeconds : 0;

    private IEnumerable<Measurement<T>> Each<T>(Func<DeviceLoad, T> value) where T : struct =>
        Volatile.Read(ref loads).Select(load => new Measurement<T>(value(load), Of(load.Device)));

    private static KeyValuePair<string, object?> Of(string device) => new(Device, device.ToLowerInvariant());
}
