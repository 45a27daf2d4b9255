using System.Text.Json;
using Agon.Domain.Runs;

namespace Agon.Contracts.Tests.Runs;

public sealed class JobDocumentTests
{
    [Fact]
    public void What_a_job_leaves_out_has_its_default()
    {
        const string Json = """
            {"task":{"lang":"py","files":{"eval.py":""},"config":{"main":"eval.py"}},"agon":{},"submission":"","mode":"test","gpu":"CPU"}
            """;
        var job = JsonSerializer.Deserialize(Json, AgonJson.Wire.JobDocument)!.ToJob();
        Assert.Equal(180, job.Task.TestTimeoutSeconds);
        Assert.Empty(job.Task.Tests);
        Assert.Equal(IsolationLevel.Standard, job.Task.Agon.MinIsolation);
        Assert.Equal(256, job.Device.Processes);
        Assert.Empty(job.Device.Cores);
    }

    [Fact]
    public void What_a_report_leaves_out_has_its_default()
    {
        const string Json = """{"success":true,"system":{},"runs":{"test":{"start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:01Z","run":{"success":true,"passed":true}}}}""";
        var report = JsonSerializer.Deserialize(Json, AgonJson.Wire.FullResult)!.ToReport();
        Assert.Equal("", report.Error);
        Assert.Equal("", report.System.Cpu);
        Assert.Empty(report.Phases[0].Run!.Result);
    }
}
